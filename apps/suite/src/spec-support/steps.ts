import { runBills } from '@propledger/cli';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { sentOf, type Answered, type Counter, type Sent } from './ordering';
import { days, months, orderOf, wishes, type Wish } from './orders';
import type { Order, ReferenceLedger } from './reference-ledger';

/** The real side of a history: where its orders are sent, and what was answered so far. */
export interface Real {
  readonly counter: Counter;
  readonly project: string;
  readonly answered: { readonly sent: Sent; readonly body: string }[];
  keys: number;
}

export type Step = fc.AsyncCommand<ReferenceLedger, Real>;

const show = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? Number(member) : member));

interface Sending {
  readonly order: Order;
  readonly sent: Sent;
}

/**
 * Orders that are sent side by side are booked one after the other, in the order of their positions. The reference books them
 * likewise: each accepted one must be possible at its turn, with the same effect; a refused one must be refused for its
 * reason before, between or after them.
 */
const compare = (
  ledger: ReferenceLedger,
  real: Real,
  sendings: readonly Sending[],
  answers: readonly Answered[],
): void => {
  const refused: { order: Order; reason: string; possible: (string | null)[] }[] = [];
  const accepted: (Sending & Extract<Answered, { at: number }>)[] = [];
  sendings.forEach((sending, i) => {
    const answer = answers[i];
    assert.ok(answer);
    if ('at' in answer) accepted.push({ ...sending, ...answer });
    else refused.push({ order: sending.order, reason: answer.refused, possible: [ledger.refusal(sending.order)] });
  });
  for (const { order, sent, at, effect, body } of accepted.sort((one, other) => one.at - other.at)) {
    assert.equal(ledger.refusal(order), null, `accepted at ${at}: ${show(order)}`);
    assert.deepEqual(effect, ledger.book(order, at), show(order));
    real.answered.push({ sent, body });
    for (const { order: other, possible } of refused) possible.push(ledger.refusal(other));
  }
  for (const { order, reason, possible } of refused) assert.ok(possible.includes(reason), `${reason}: ${show(order)}`);
};

const sendingsOf = (wanted: readonly Wish[], ledger: ReferenceLedger, real: Real): Sending[] =>
  wanted.flatMap((wish) => {
    const order = orderOf(wish, ledger);
    if (!order) return [];
    real.keys += 1;
    return { order, sent: sentOf(real.project, order, `k${real.keys}`) };
  });

class Together implements Step {
  constructor(private readonly wanted: readonly Wish[]) {}
  check = (): boolean => true;
  async run(ledger: ReferenceLedger, real: Real): Promise<void> {
    const sendings = sendingsOf(this.wanted, ledger, real);
    compare(ledger, real, sendings, await Promise.all(sendings.map(({ sent }) => real.counter.send(sent))));
  }
  toString = (): string => `together ${show(this.wanted)}`;
}

class Crash implements Step {
  constructor(
    private readonly wanted: readonly Wish[],
    private readonly afterMs: number,
  ) {}
  check = (): boolean => true;
  async run(ledger: ReferenceLedger, real: Real): Promise<void> {
    const sendings = sendingsOf(this.wanted, ledger, real);
    const answers = await real.counter.sendThroughCrash(
      sendings.map(({ sent }) => sent),
      this.afterMs,
    );
    compare(ledger, real, sendings, answers);
  }
  toString = (): string => `crash after ${this.afterMs} ms of ${show(this.wanted)}`;
}

/** Sent again later, an order is answered as it was the first time; with other content its key is refused. */
class Again implements Step {
  constructor(private readonly nth: number) {}
  check = (): boolean => true;
  async run(_: ReferenceLedger, { counter, answered }: Real): Promise<void> {
    const earlier = answered[this.nth % answered.length];
    if (!earlier) return;
    const { sent, body } = earlier;
    const again = await counter.send(sent);
    assert.ok('body' in again);
    assert.equal(again.body, body);
    if (sent.path.endsWith('/close')) return;
    const altered = { ...sent, body: { ...sent.body, date: '2026-03-31' } };
    assert.deepEqual(await counter.send(altered), { refused: 'idempotency-key-reused' });
  }
  toString = (): string => `again ${this.nth}`;
}

class RunBills implements Step {
  constructor(
    private readonly period: string,
    private readonly date: string,
  ) {}
  check = ({ firstOpen }: Readonly<ReferenceLedger>): boolean =>
    this.period >= firstOpen && this.date.slice(0, 7) >= firstOpen && this.date.slice(0, 7) <= this.period;
  async run(ledger: ReferenceLedger, real: Real): Promise<void> {
    real.keys += 1;
    const { period, date } = this;
    await runBills(real.counter.api, real.project, { period, date }, `k${real.keys}`);
    ledger.applyPrepayments(period, date);
  }
  toString = (): string => `run bills of ${this.period} on ${this.date}`;
}

class Close implements Step {
  constructor(private readonly period: string) {}
  check = (): boolean => true;
  async run(ledger: ReferenceLedger, real: Real): Promise<void> {
    real.keys += 1;
    const order: Order = { do: 'close', period: this.period };
    const sent = sentOf(real.project, order, `k${real.keys}`);
    compare(ledger, real, [{ order, sent }], [await real.counter.send(sent)]);
  }
  toString = (): string => `close ${this.period}`;
}

const some = (max: number): fc.Arbitrary<Wish[]> => fc.array(wishes, { minLength: 1, maxLength: max });

/** Histories of `steps` steps at most. A crash restarts everything, which takes seconds: one in `crashEvery` steps is. */
export const histories = (steps: number): fc.Arbitrary<Iterable<Step>> =>
  fc.commands<ReferenceLedger, Real, false>(
    [
      some(1).map((wanted) => new Together(wanted)),
      some(6).map((wanted) => new Together(wanted)),
      some(6).map((wanted) => new Together(wanted)),
      some(6).map((wanted) => new Together(wanted)),
      fc.nat(50).map((nth) => new Again(nth)),
      fc.tuple(months, days).map(([period, date]) => new RunBills(period, date)),
      months.map((period) => new Close(period)),
    ],
    { maxCommands: steps, size: 'max' },
  );

export const crashes: fc.Arbitrary<Step> = fc
  .tuple(fc.array(wishes, { minLength: 4, maxLength: 12 }), fc.integer({ min: 0, max: 80 }))
  .map(([wanted, afterMs]) => new Crash(wanted, afterMs));
