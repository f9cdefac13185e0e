import type { JournalLine, RecordedEvent } from '@propledger/contracts';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { canonicalJson } from '@propledger/proof';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('closing a period', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const collect = (receiptNo: string, date: string, more: object = {}): Promise<Answer> =>
    post('/receipts', { receiptNo, date, customer: 'K1', tenders: [{ method: '现金', amount: '5.00' }], ...more });

  it('refuses a period that is not the next', async () => {
    expect(await post('/periods/2026-04/close')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:period-not-next' },
    });
    expect(await post('/periods/2026-02/close')).toMatchObject({ status: 422 });
    expect(await post('/periods/2026-13/close')).toMatchObject({ status: 400 });
  });

  it('records the trial balance of what was posted into it, and its hash', async () => {
    await post('/charges', chargeBy('R1', 'K1', '85.00'));
    await post('/charges', { ...chargeBy('R1', 'K1', '7.00', '2026-04'), date: '2026-04-01' });
    await collect('SJ1', '2026-03-15');
    const closed = await post('/periods/2026-03/close', undefined, 'close-march');
    expect(closed.status).toBe(201);
    expect(await post('/periods/2026-03/close', undefined, 'close-march')).toEqual(closed);
    expect(await post('/periods/2026-03/close')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:period-closed' },
    });

    const trialBalance = [
      { account: 'receivable', item: '物业费', amount: '80.00' },
      { account: 'income', item: '物业费', amount: '-85.00' },
      { account: 'channel-clearing', item: null, amount: '5.00' },
    ];
    const trialBalanceHash = createHash('sha256').update(canonicalJson(trialBalance)).digest('hex');
    expect(await billing.call('GET', '/projects/YT01/periods')).toMatchObject({
      body: {
        items: [
          { period: '2026-03', state: 'closed', trialBalance, trialBalanceHash },
          { period: '2026-04', state: 'open' },
        ],
      },
    });
    expect(await billing.call('GET', '/books')).toMatchObject({ body: { items: [{ closedThrough: '2026-03' }] } });
  });

  it('lets nothing into it afterwards, unless the caller asks for the first open period', async () => {
    expect(await collect('SJ2', '2026-03-20')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:period-closed' },
    });
    expect(await post('/receipts/SJ1/reversal', { date: '2026-03-31', reason: '-' })).toMatchObject({ status: 409 });
    expect(await post('/bill-runs', { period: '2026-03', date: '2026-03-01' })).toMatchObject({ status: 409 });
    const late = await collect('SJ2', '2026-03-20', { posting: 'first-open' });
    expect(late).toMatchObject({ status: 201, body: { period: '2026-04' } });
    expect((await billing.verifiedEvents('YT01')).at(-1)).toMatchObject({
      effectiveDate: '2026-03-20',
      accountingPeriod: '2026-04',
    });
  });

  it('sums up what is booked into the period beside it, in the same transaction too', async () => {
    const sumsOf = (lines: readonly JournalLine[]): Record<string, bigint> => {
      const sums: Record<string, bigint> = {};
      for (const { account, item = null, amount } of lines) {
        const key = `${account} ${item ?? ''}`;
        sums[key] = (sums[key] ?? 0n) + BigInt(amount.replace('.', ''));
      }
      return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0n));
    };
    for (const period of ['2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09']) {
      let isClosed = false;
      const cashier = async (desk: number): Promise<void> => {
        for (let nth = 1; !isClosed; nth += 1) await collect(`B-${period}-${desk}-${nth}`, `${period}-15`);
      };
      const cashiers = [1, 2, 3, 4, 5, 6, 7, 8].map(cashier);
      await pause(100);
      const closed = await post(`/periods/${period}/close`);
      isClosed = true;
      await Promise.all(cashiers);
      expect(closed.status).toBe(201);
      const events = (await billing.verifiedEvents('YT01')) as RecordedEvent<
        string,
        Partial<Record<string, unknown>>
      >[];
      const close = events.findIndex(({ type, body }) => type === 'period.closed' && body['period'] === period);
      const lines = events
        .slice(0, close)
        .filter(({ accountingPeriod }) => accountingPeriod === period)
        .flatMap(({ body }) => (body['lines'] ?? []) as JournalLine[]);
      expect(sumsOf(events[close]?.body['trialBalance'] as JournalLine[])).toEqual(sumsOf(lines));
    }
  });

  it('is for those who may close', async () => {
    const { neighbours } = billing;
    const manager = billing.as(await neighbours.operator('wang', 'project-manager', { project: 'YT01' }));
    const finance = billing.as(await neighbours.operator('zhao', 'group-finance', { group: true }));
    expect((await manager('POST', '/projects/YT01/periods/2026-10/close')).status).toBe(403);
    expect((await finance('POST', '/projects/YT01/periods/2026-10/close')).status).toBe(201);
  });
});
