import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { chargeBy } from '../spec-support/small-project';

const BOOKS = ['YT01', 'YT02', 'YT03'];
const CUSTOMERS = 8;
const CLIENTS = 32;
const STEPS = 25;

/** The same numbers every time: a failure can be looked at again. */
const dice = (seed: number): ((sides: number) => number) => {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
};

interface Sent {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  answers: Answer[];
}

describe('many clients at once', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    for (const book of BOOKS) {
      billing.neighbours.project(book);
      for (let i = 0; i < CUSTOMERS; i += 1) {
        billing.neighbours.resource(book, `R${i}`, '100');
        billing.neighbours.customer(book, `K${i}`);
      }
    }
    await billing.catchUp();
    for (const book of BOOKS)
      for (let i = 0; i < CUSTOMERS; i += 1)
        for (const item of ['物业费', '水费', '垃圾费'])
          await billing.call(
            'POST',
            `/projects/${book}/charges`,
            chargeBy(`R${i}`, `K${i}`, '123.45', '2026-03', item),
          );
  });
  afterAll(() => billing.close());

  const send = async (sent: Sent): Promise<Answer> => {
    const answer = await billing.call('POST', sent.path, sent.body, sent.key);
    sent.answers.push(answer);
    return answer;
  };

  /** Pays, reverses and sends again; several clients use the same receipt numbers. */
  const client = async (seed: number): Promise<Sent[]> => {
    const roll = dice(seed + 1);
    const all: Sent[] = [];
    const taken: { book: string; receiptNo: string }[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      const book = BOOKS[roll(BOOKS.length)] ?? 'YT01';
      const kind = roll(10);
      const again = all[roll(Math.max(1, all.length))];
      const own = taken[roll(Math.max(1, taken.length))];
      if (kind < 2 && again) await Promise.all([send(again), send(again)]);
      else if (kind < 4 && own) {
        const path = `/projects/${own.book}/receipts/${own.receiptNo}/reversal`;
        const sent: Sent = { path, body: { date: '2026-03-31', reason: '-' }, key: randomUUID(), answers: [] };
        all.push(sent);
        await send(sent);
      } else {
        const customer = roll(CUSTOMERS);
        const receiptNo = kind === 4 ? `shared-${roll(20)}` : `SJ-${seed}-${step}`;
        const amount = `${1 + roll(200)}.${String(roll(100)).padStart(2, '0')}`;
        const body = {
          receiptNo,
          date: '2026-03-15',
          customer: `K${customer}`,
          ...(roll(3) === 0 ? { resource: `R${customer}` } : {}),
          tenders: [{ method: '微信', amount }],
        };
        const sent: Sent = { path: `/projects/${book}/receipts`, body, key: randomUUID(), answers: [] };
        all.push(sent);
        if ((await send(sent)).status === 201) taken.push({ book, receiptNo });
      }
    }
    return all;
  };

  it('books nothing twice, loses nothing, and keeps every book in order', async () => {
    const sent = (await Promise.all(Array.from({ length: CLIENTS }, (_, seed) => client(seed)))).flat();

    const statuses = new Set(sent.flatMap(({ answers }) => answers.map(({ status }) => status)));
    expect([...statuses].sort()).toEqual([201, 409]);
    for (const { answers } of sent) {
      // Once accepted, the same answer for ever; a refusal leaves nothing, so a later attempt may be accepted.
      const accepted = answers.filter(({ status }) => status === 201).map(({ body }) => JSON.stringify(body));
      expect(new Set(accepted).size).toBeLessThanOrEqual(1);
    }

    for (const book of BOOKS) {
      const events = await billing.verifiedEvents(book);
      const acknowledged = sent.filter(
        ({ path, answers }) => path.startsWith(`/projects/${book}/`) && answers.some(({ status }) => status === 201),
      );
      const recorded = new Set(events.map(({ commandId }) => commandId));
      for (const { key } of acknowledged) expect(recorded).toContain(`key:onboarding:${key}`);
      const commands = events.filter(({ type }) => type === 'receipt.taken' || type === 'receipt.reversed');
      expect(commands.length).toBe(acknowledged.length);

      const sums = events.map(({ body }) =>
        ((body as { lines?: { amount: string }[] }).lines ?? []).reduce(
          (sum, { amount }) => sum + BigInt(amount.replace('.', '')),
          0n,
        ),
      );
      expect(sums.every((sum) => sum === 0n)).toBe(true);
      expect(await openStateIn(billing.pool, book)).toEqual(openStateOf(replayed(book, events)));
    }
  });

  it('takes a number once, however many want it at the same moment', async () => {
    const attempts = Array.from({ length: CLIENTS }, (_, i) =>
      billing.call('POST', '/projects/YT01/receipts', {
        receiptNo: 'wanted',
        date: '2026-03-15',
        customer: `K${i % CUSTOMERS}`,
        tenders: [{ method: '现金', amount: '1.00' }],
      }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(CLIENTS - 1);
  });

  it('books one key once, however often it comes at the same moment', async () => {
    const body = {
      receiptNo: 'burst',
      date: '2026-03-15',
      customer: 'K1',
      tenders: [{ method: '现金', amount: '1.00' }],
    };
    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, () => billing.call('POST', '/projects/YT02/receipts', body, 'burst')),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });
});
