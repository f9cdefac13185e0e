import { freshDatabase } from '@propledger/testkit';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { RunningBilling, type Answer, type Call } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

const LIMITS = { writeOff: '50.00', waiver: '20.00', refund: '30.00', date: '2026-03-01' };

describe('what takes two people', () => {
  let billing: RunningBilling;
  let wang: Call;
  let zhao: Call;
  let charge: string;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const { neighbours } = billing;
    const [wangs, zhaos] = [
      await neighbours.operator('wang', 'project-manager', { project: 'YT01' }),
      await neighbours.operator('zhao', 'group-finance', { group: true }),
    ];
    wang = (...call) => billing.as(wangs)(...call);
    zhao = (...call) => billing.as(zhaos)(...call);
    charge = String((await post(wang, '/charges', chargeBy('R1', 'K1', '500.00'))).body['position']);
    const deposit = { receiptNo: 'YJ1', resource: 'R1', customer: 'K1', kind: '装修押金', method: '现金' };
    await post(wang, '/deposits', { ...deposit, date: '2026-03-02', amount: '100.00' });
  });
  afterAll(() => billing.close());

  const post = (as: Call, path: string, body?: unknown, key?: string): Promise<Answer> =>
    as('POST', `/projects/YT01${path}`, body, key);
  const get = (path: string): Promise<Answer> => billing.call('GET', `/projects/YT01${path}`);
  const writeOff = (as: Call, amount: string, key?: string): Promise<Answer> =>
    post(as, `/charges/${charge}/write-offs`, { amount, date: '2026-03-31', reason: '王五 失联' }, key);
  const kept = async (amount: string, key?: string): Promise<string> => {
    const answer = await writeOff(wang, amount, key);
    if (answer.status !== 202) throw new Error(`${answer.status}`);
    return String(answer.body['approval']);
  };
  const approve = (as: Call, approval: string): Promise<Answer> => post(as, `/approvals/${approval}/approve`);
  const writtenOff = async (): Promise<unknown> => (await get(`/charges/${charge}`)).body['writtenOff'];
  const problem = (code: string): object => ({ body: { type: `urn:propledger:problem:${code}` } });

  it('is everything above the limits that a project has set, as a fact of its book', async () => {
    expect(await get('/limits')).toMatchObject({ body: { writeOff: null, waiver: null, refund: null } });
    expect((await writeOff(wang, '51.00')).status).toBe(201);
    expect((await post(wang, '/limits', LIMITS)).status).toBe(403);
    expect(await post(zhao, '/limits', { ...LIMITS, refund: '-1.00' })).toMatchObject(problem('limit-negative'));
    expect((await post(zhao, '/limits', LIMITS)).status).toBe(201);
    expect(await post(zhao, '/limits', LIMITS)).toMatchObject({ status: 201, body: { position: null } });
    expect(await get('/limits')).toMatchObject({ body: { writeOff: '50.00', waiver: '20.00', refund: '30.00' } });
    expect((await billing.verifiedEvents('YT01')).at(-1)).toMatchObject({
      type: 'limits.set',
      body: { limits: { 'write-off': '50.00', waiver: '20.00', refund: '30.00' } },
    });
  });

  it('is kept, once a key, and nothing of it is in the book', async () => {
    expect((await writeOff(wang, '50.00')).status).toBe(201);
    const { length } = await billing.verifiedEvents('YT01');
    const first = await writeOff(wang, '50.01', 'keep-once');
    expect(first).toMatchObject({ status: 202, body: { state: 'waiting', approval: expect.any(String) as string } });
    expect(await writeOff(wang, '50.01', 'keep-once')).toEqual(first);
    expect(await writeOff(wang, '50.02', 'keep-once')).toMatchObject({ status: 422 });
    expect(await get('/approvals')).toMatchObject({
      body: {
        items: [
          {
            approval: first.body['approval'],
            kind: 'write-off',
            amount: '50.01',
            reason: '王五 失联',
            requestedBy: 'wang',
            command: { type: 'WriteOff', amount: { fen: '5001' } },
            decidedBy: null,
          },
        ],
      },
    });
    expect((await billing.verifiedEvents('YT01')).length).toBe(length);
  });

  it('is approved by somebody else, and then done under the key of whoever asked', async () => {
    const approval = await kept('50.01', 'keep-once');
    const li = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    expect((await approve(li, approval)).status).toBe(403);
    expect(await approve(wang, approval)).toMatchObject({ status: 409, ...problem('approver-is-requester') });
    expect(await writtenOff()).toBe('101.00');

    const done = await approve(zhao, approval);
    expect(done).toMatchObject({ status: 201, body: { position: expect.any(Number) as number } });
    expect(await approve(zhao, approval)).toEqual(done);
    expect(await writeOff(wang, '50.01', 'keep-once')).toEqual(done);
    expect(await writtenOff()).toBe('151.01');
    const event = (await billing.verifiedEvents('YT01')).at(-1);
    expect(event).toMatchObject({
      position: done.body['position'],
      type: 'charge.written-off',
      commandId: 'key:wang:keep-once',
      actor: 'wang',
      body: { amount: '50.01', approval: { requestedBy: 'wang', approvedBy: 'zhao' } },
    });
    expect(JSON.stringify(event)).not.toContain('王五');
    const { rows } = await billing.pool.query('select text from note where book = $1 and position = $2', [
      'YT01',
      event?.position,
    ]);
    expect(rows).toEqual([{ text: '王五 失联' }]);
    expect(await get(`/approvals/${approval}`)).toMatchObject({
      body: { state: 'approved', decidedBy: 'zhao', position: done.body['position'] },
    });
    expect(await post(zhao, `/approvals/${approval}/reject`)).toMatchObject(problem('approval-decided'));
  });

  it('is done once, however many approve it at the same time', async () => {
    const approval = await kept('60.00');
    const sun = billing.as(await billing.neighbours.operator('sun', 'group-finance', { group: true }));
    const before = (await billing.verifiedEvents('YT01')).length;
    const answers = await Promise.all([zhao, sun, zhao, sun, zhao].map((as) => approve(as, approval)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['position'])}`)).size).toBe(1);
    expect((await billing.verifiedEvents('YT01')).length).toBe(before + 1);
  });

  it('survives a restart', async () => {
    const approval = await kept('70.00', 'before-the-restart');
    await billing.restart();
    expect(await kept('70.00', 'before-the-restart')).toBe(approval);
    expect((await approve(zhao, approval)).status).toBe(201);
  });

  it('may be rejected, and is not done then', async () => {
    const approval = await kept('51.00', 'rejected');
    const rejected = await post(zhao, `/approvals/${approval}/reject`);
    expect(rejected).toMatchObject({ status: 200, body: { state: 'rejected', decidedBy: 'zhao', position: null } });
    expect(await post(zhao, `/approvals/${approval}/reject`)).toEqual(rejected);
    expect(await approve(zhao, approval)).toMatchObject({ status: 409, ...problem('approval-decided') });
    expect(await writeOff(wang, '51.00', 'rejected')).toMatchObject({ status: 202, body: { state: 'rejected' } });
    const own = await kept('52.00');
    expect((await post(wang, `/approvals/${own}/reject`)).status).toBe(200);
  });

  it('never is both rejected and done', async () => {
    for (let round = 0; round < 5; round += 1) {
      const approval = await kept('50.50');
      const before = await writtenOff();
      const [approved, rejected] = await Promise.all([
        approve(zhao, approval),
        post(zhao, `/approvals/${approval}/reject`),
      ]);
      const { state } = (await get(`/approvals/${approval}`)).body;
      expect([approved.status, rejected.status, state]).toEqual(
        approved.status === 201 ? [201, 409, 'approved'] : [409, 200, 'rejected'],
      );
      expect((await writtenOff()) === before).toBe(state === 'rejected');
      if (state === 'approved') {
        const { position } = approved.body;
        await post(zhao, `/write-offs/${String(position)}/reversal`, { date: '2026-03-31', reason: '-' });
      }
    }
  });

  it('waits on when it cannot be done any more, and says why', async () => {
    const approval = await kept('80.00');
    const receipt = { receiptNo: 'SJ1', date: '2026-03-31', customer: 'K1' };
    await post(wang, '/receipts', { ...receipt, tenders: [{ method: '现金', amount: '500.00' }] });
    expect(await approve(zhao, approval)).toMatchObject({ status: 422, ...problem('exceeds-open') });
    expect(await get(`/approvals/${approval}`)).toMatchObject({ body: { state: 'waiting' } });
    await post(wang, '/receipts/SJ1/reversal', { date: '2026-03-31', reason: '-' });
    expect((await approve(zhao, approval)).status).toBe(201);
  });

  it('is not asked about when it would be refused anyway', async () => {
    expect(await writeOff(wang, '9999.00')).toMatchObject({ status: 422, ...problem('exceeds-open') });
  });

  it('is also a waiver, a discount or a refund', async () => {
    const body = { amount: '20.01', date: '2026-03-31', reason: '-' };
    const receipt = { receiptNo: 'SJ9', date: '2026-03-31', customer: 'K2', resource: 'R2' };
    await post(wang, '/receipts', { ...receipt, tenders: [{ method: '现金', amount: '100.00' }] });
    const back = { amount: '30.01', date: '2026-03-31', method: '现金', reason: '-' };
    const kinds = [
      await post(wang, `/charges/${charge}/waivers`, body),
      await post(wang, `/charges/${charge}/discounts`, body),
      await post(wang, '/deposits/YJ1/refunds', { amount: '30.01', date: '2026-03-31', method: '现金' }),
      await post(wang, '/receipts/SJ9/refunds', back),
      await post(wang, '/prepayments/refunds', { ...back, customer: 'K2', resource: 'R2' }),
    ];
    for (const { status, body: answer } of kinds) {
      expect(status).toBe(202);
      expect((await approve(zhao, String(answer['approval']))).status).toBe(201);
    }
    const types = (await billing.verifiedEvents('YT01')).slice(-5).map(({ type, body: of }) => [type, of]);
    const approval = { requestedBy: 'wang', approvedBy: 'zhao' };
    expect(types).toMatchObject([
      ['charge.reduced', { kind: 'waiver', approval }],
      ['charge.reduced', { kind: 'discount', approval }],
      ['deposit.refunded', { approval }],
      ['receipt.refunded', { approval }],
      ['prepayment.refunded', { approval }],
    ]);
  });

  it('is of its own project', async () => {
    const approval = await kept('55.00');
    expect((await billing.call('POST', `/projects/YT02/approvals/${approval}/approve`)).status).toBe(404);
    expect(await get('/approvals?limit=1')).toMatchObject({ body: { items: [{ approval }] } });
  });

  it('has its key for itself: no other command takes it, and it can be approved after', async () => {
    const approval = await kept('53.00', 'key-of-one');
    const receipt = { receiptNo: 'SJ20', date: '2026-03-31', customer: 'K1' };
    const tenders = [{ method: '现金', amount: '1.00' }];
    const reused = { status: 422, ...problem('idempotency-key-reused') };
    expect(await post(wang, '/receipts', { ...receipt, tenders }, 'key-of-one')).toMatchObject(reused);
    expect((await post(zhao, '/receipts', { ...receipt, tenders }, 'key-of-one')).status).toBe(201);
    const done = await approve(zhao, approval);
    expect(done.status).toBe(201);
    expect(await writeOff(wang, '53.00', 'key-of-one')).toEqual(done);
    await post(zhao, `/write-offs/${String(done.body['position'])}/reversal`, { date: '2026-03-31', reason: '-' });
  });

  it('has its key for itself, or the other command has it, however they cross', async () => {
    for (let round = 0; round < 5; round += 1) {
      const receipt = { receiptNo: `SJ3${round}`, date: '2026-03-31', customer: 'K2' };
      const tenders = [{ method: '现金', amount: '1.00' }];
      const [asked, taken] = await Promise.all([
        writeOff(wang, '50.01', `crossing-${round}`),
        post(wang, '/receipts', { ...receipt, tenders }, `crossing-${round}`),
      ]);
      expect([asked.status, taken.status]).toEqual(asked.status === 202 ? [202, 422] : [422, 201]);
    }
  });

  it('is decided under a key that stands for nothing else', async () => {
    const [one, other] = [await kept('54.00'), await kept('54.50')];
    const say = (approval: string, word: string, key: string): Promise<Answer> =>
      post(zhao, `/approvals/${approval}/${word}`, undefined, key);
    const reused = { status: 422, ...problem('idempotency-key-reused') };
    const done = await say(one, 'approve', 'key-of-zhao');
    expect(done.status).toBe(201);
    expect(await say(one, 'approve', 'key-of-zhao')).toEqual(done);
    expect(await say(other, 'approve', 'key-of-zhao')).toMatchObject(reused);
    expect(await say(other, 'reject', 'key-of-zhao')).toMatchObject(reused);
    const receipt = { receiptNo: 'SJ40', date: '2026-03-31', customer: 'K2' };
    const tenders = [{ method: '现金', amount: '1.00' }];
    expect(await post(zhao, '/receipts', { ...receipt, tenders }, 'key-of-zhao')).toMatchObject(reused);
    expect((await post(zhao, '/receipts', { ...receipt, tenders }, 'key-of-receipt')).status).toBe(201);
    expect(await say(other, 'approve', 'key-of-receipt')).toMatchObject(reused);
    expect(await get(`/approvals/${other}`)).toMatchObject({ body: { state: 'waiting' } });
    expect((await say(other, 'reject', 'key-of-zhao-2')).status).toBe(200);
    await post(zhao, `/write-offs/${String(done.body['position'])}/reversal`, { date: '2026-03-31', reason: '-' });
  });

  it('leaves the same open state as its events do', async () => {
    expect(await openStateIn(billing.pool, 'YT01')).toEqual(
      openStateOf(replayed('YT01', await billing.verifiedEvents('YT01'))),
    );
  });
});
