import assert from 'node:assert/strict';
import type { Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { BOOK, linesOf, record } from '../../testing/given';
import { opened } from '../../testing/commands';
import { addDays, monthOf } from '../day';
import { payersByRule, type OccupancyInForce } from '../item/payers';
import { decide } from '../ledger/decide';
import type { CorrectCharges, LedgerCommand, NewCharge } from '../ledger/commands';
import type { LedgerEntry } from '../ledger/facts';
import { bookIn, emptyState, netOf, openOf } from '../ledger/state';
import { parseMoney, sum } from '../money';
import { withSpell } from '../setup/bindings';
import { cycleCharges } from '../tariff/cycle-charge';
import { monthCharges } from '../tariff/month-charge';
import { newCharge } from '../tariff/plan-run';
import { recompute } from '../tariff/recompute';
import { usageCharge } from '../tariff/usage-charge';
import { compareCharges, type ComparedUnit } from './compare-charges';

/*
 * One room with a charge by area, one by the quarter and one by usage, and a parking space that is tied to it or let by the month. Facts change or are corrected in any order, months are run, receipts
 * come in, corrections are posted: what stands and the differences must be what is computed from the facts as they are.
 */

const PERIODS = ['2026-03', '2026-04', '2026-05', '2026-06'];
type Spell<Value> = { readonly from: string; readonly to: string | null; readonly value: Value };

/** All facts that billing uses; each a history that ends a day before the next begins. */
class Facts {
  prices: Spell<string>[] = [{ from: '2026-01-01', to: null, value: '3.10' }];
  areas: Spell<string>[] = [{ from: '2026-01-01', to: null, value: '88.53' }];
  payers: Spell<string>[] = [{ from: '2026-01-01', to: null, value: 'K1' }];
  bound: { from: string; to: string | null } = { from: '2026-01-01', to: null };
  readings = [100, 130, 150, 190, 200];
  lets: Spell<{ customer: string; price: string } | null>[] = [{ from: '2026-03-01', to: null, value: null }];
  ties: Spell<boolean>[] = [{ from: '2026-01-01', to: null, value: true }];
  vacant: { from: string; to: string | null }[] = [];

  static changed<Value>(history: readonly Spell<Value>[], from: string, value: Value): Spell<Value>[] {
    const before = history
      .filter((spell) => spell.from < from)
      .map((spell) => (spell.to === null || spell.to >= from ? { ...spell, to: addDays(from, -1) } : spell));
    return [...before, { from, to: null, value }];
  }

  standard(code: string): Standard {
    const method = code === 'S' ? '用量单价' : code === 'P' ? '固定金额' : '面积单价';
    return {
      ...{
        standard: code,
        name: code,
        item: code,
        method,
        dueDay: 10,
        rounding: code === 'Q' ? '角' : '分',
        priority: 1,
      },
      prices: this.prices.map(({ value, ...spell }) => ({ ...spell, price: value })),
      ...(code === 'Q' ? { cycle: '季' } : {}),
      ...(code === 'S' ? { meterKind: '水表' } : {}),
      ...(code === 'P' ? { bindingPrices: true } : {}),
      vacancyRates: [
        { from: '2026-01-01', percent: '70' },
        { from: '2026-04-15', percent: code === 'M' ? '0' : '33.3' },
      ],
    };
  }

  /** What a period has, computed anew: its month, its quarter when that begins, its reading. */
  computed(period: string): { unit: ComparedUnit; charges: NewCharge[] }[] {
    const payers = this.payers.map(({ value, ...spell }) => ({ ...spell, customer: value }));
    const areas = this.areas.map(({ value, ...spell }) => ({ ...spell, area: value }));
    const binding = (standard: string) => ({ binding: `B${standard}`, resource: 'R1', standard, ...this.bound });
    const { vacant } = this;
    const facts = { areas, payers, period, vacant };
    const inputs = (code: string) => ({ standard: this.standard(code), binding: binding(code), ...facts });
    const month = monthCharges(inputs('M')).parts.map((part) => newCharge(part, binding('M'), this.standard('M')));
    const units = [{ unit: { binding: 'BM', days: monthOf(period) }, charges: month }];
    if (period === '2026-03' || period === '2026-04') {
      const { parts } = cycleCharges({ ...inputs('Q'), charged: [] });
      const days = { from: monthOf(period).from, to: period === '2026-03' ? '2026-03-31' : '2026-06-30' };
      const charges = parts.map((part) => newCharge(part, binding('Q'), this.standard('Q')));
      units.push({ unit: { binding: 'BQ', days }, charges });
    }
    const at = PERIODS.indexOf(period);
    const [from = 0, to = 0] = [this.readings[at], this.readings[at + 1]];
    const quantity = Math.max(0, to - from).toString();
    const one = { from: from.toString(), to: to.toString(), added: null, multiplier: '1' };
    const step = { ...monthOf(period), record: 1, steps: [one], quantity };
    const usage = usageCharge({ standard: this.standard('S'), binding: binding('S'), payers, vacant, period, step });
    const subject = { meter: 'E1' };
    const part = usage?.kind === 'charge' ? usage.part : null;
    const charges = part ? [newCharge(part, binding('S'), this.standard('S'), subject)] : [];
    units.push({ unit: { binding: 'BS', subject, days: monthOf(period) } as ComparedUnit, charges });
    const ofSpace = { ...inputs('P'), payers: this.payersOfSpace(period) };
    const space = monthCharges(ofSpace).parts.map((part) => newCharge(part, binding('P'), this.standard('P')));
    units.push({ unit: { binding: 'BP', days: monthOf(period) }, charges: space });
    return units;
  }

  private payersOfSpace(period: string) {
    const occupancy = { relation: '业主', payer: true } as const;
    const ofRoom = this.payers.map(({ value, ...spell }): OccupancyInForce => ({
      ...spell,
      ...occupancy,
      customer: value,
    }));
    return payersByRule(
      {
        occupancies: [{ ...occupancy, customer: 'K2', from: '2026-03-01', to: '2026-04-15' }],
        lets: this.lets.flatMap(({ value, ...spell }) => (value === null ? [] : [{ ...spell, ...value }])),
        handedOverOn: null,
        rooms: this.ties.flatMap(({ value, ...spell }) =>
          value ? [{ ...spell, occupancies: ofRoom, lets: [], handedOverOn: null }] : [],
        ),
        ruleOn: () => ({ payer: '付费人', unsoldToDeveloper: false, spacesWithRooms: true }),
        ruleChanges: [],
        developers: [],
      },
      monthOf(period),
    );
  }
}

type Step = { readonly kind: string; readonly day: string; readonly period: number; readonly value: number };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'price',
    'area',
    'payer',
    'bound',
    'reading',
    'let',
    'tie',
    'vacant',
    'run',
    'run',
    'run',
    'pay',
    'pay',
    'correct',
    'waive',
  ),
  day: fc.integer({ min: 0, max: 130 }).map((days) => addDays('2026-02-20', days)),
  period: fc.integer({ min: 0, max: 3 }),
  value: fc.integer({ min: 0, max: 500 }),
});

class Play {
  readonly state = emptyState();
  readonly log: LedgerEntry[] = [];
  readonly facts = new Facts();
  readonly billed = new Set<string>();
  corrected = 0;
  released = 0;
  private receipts = 0;

  constructor() {
    this.submit(opened);
  }

  get book() {
    return bookIn(this.state, BOOK);
  }

  submit(command: LedgerCommand): boolean {
    const decision = decide(this.state, BOOK, command, this.log.length + 1);
    if (decision.accepted) record(this.state, this.log, decision);
    return decision.accepted;
  }

  take({ kind, day, period: nth, value }: Step): void {
    const { facts } = this;
    const period = PERIODS[nth] ?? '2026-03';
    if (kind === 'price') facts.prices = Facts.changed(facts.prices, day, (value / 100).toFixed(2));
    if (kind === 'area') facts.areas = Facts.changed(facts.areas, day, (value / 10).toFixed(1));
    if (kind === 'payer') facts.payers = Facts.changed(facts.payers, day, ['K1', 'K2', 'K3'][value % 3] ?? 'K1');
    if (kind === 'let') {
      const customer = ['K1', 'K2', 'K3'][value % 4];
      const one = customer === undefined ? null : { customer, price: (value / 10).toFixed(1) };
      facts.lets = Facts.changed(facts.lets, day, one);
    }
    if (kind === 'tie') facts.ties = Facts.changed(facts.ties, day, value % 2 === 0);
    if (kind === 'bound') facts.bound = value % 2 === 0 ? { ...facts.bound, from: day } : { ...facts.bound, to: day };
    if (kind === 'reading') facts.readings[nth + 1] = 100 + (value % 150);
    if (kind === 'vacant') {
      const days = { from: day, to: value % 4 === 0 ? null : addDays(day, value % 40) };
      facts.vacant = withSpell(facts.vacant, days, value % 3 === 0 ? null : days);
    }
    if (kind === 'run') this.run(period);
    if (kind === 'pay') this.pay(['K1', 'K2', 'K3'][value % 3] ?? 'K1', BigInt(value + 1) * 100n);
    if (kind === 'waive') this.waive(value);
    if (kind === 'correct') this.correct();
  }

  /** Once a period, as the ledger sees to it. */
  private run(period: string): void {
    if (this.billed.has(period)) return;
    this.billed.add(period);
    const charges = this.facts.computed(period).flatMap((unit) => unit.charges);
    const computedFrom = { standards: new Map<string, number>(), bindings: new Map<string, number>() };
    this.submit({ type: 'RaiseCharges', origin: 'run', period, effectiveOn: `${period}-01`, computedFrom, charges });
  }

  private pay(customer: string, amount: bigint): void {
    this.receipts += 1;
    const tenders = [{ method: '现金', amount, reference: null }];
    const receiptNo = `SJ${this.receipts.toString()}`;
    const about = { receiptNo, customer, resource: null, item: null, amount: null };
    this.submit({ type: 'CollectPayment', ...about, tenders, date: '2026-06-30', posting: 'own' });
    this.submit({ type: 'ApplyPrepayments', customer, period: '2026-06', date: '2026-06-30' });
  }

  private waive(value: number): void {
    const open = [...this.book.charges.values()].filter((charge) => openOf(charge) > 1n);
    const charge = open[value % open.length];
    if (!charge) return;
    const about = { charge: charge.position, date: '2026-06-30', reasonDigest: '', posting: 'own' } as const;
    this.submit({ type: 'ReduceCharge', kind: 'waiver', amount: 1n, ...about });
  }

  /** All that was billed, as a correction of these periods takes it. */
  differences() {
    const charges = [...this.book.charges.values()];
    return [...this.billed].flatMap((period) =>
      this.facts.computed(period).flatMap(({ unit, charges: computed }) =>
        compareCharges(
          unit,
          charges.filter(({ binding }) => binding === unit.binding),
          computed,
        ),
      ),
    );
  }

  /** Where a waiver stands in the way of a difference, that one is left out. */
  correct(): void {
    for (const difference of this.differences()) {
      const accepted = this.submit(correcting([difference]));
      const excess =
        sum(difference.standing.map(({ amount }) => amount)) > sum(difference.computed.map((c) => c.amount));
      assert.ok(accepted || excess);
      if (accepted) this.corrected += 1;
    }
    this.released = this.log.filter(({ type }) => type === 'allocation.released').length;
  }
}

const correcting = (differences: CorrectCharges['differences']): CorrectCharges => ({
  type: 'CorrectCharges',
  differences,
  cause: { fact: 'other', of: null, reasonDigest: '' },
  date: '2026-06-30',
  posting: 'first-open',
  computedFrom: { standards: [], bindings: [] },
  shared: [],
});

const played = (steps: readonly Step[]): Play => {
  const play = new Play();
  for (const one of steps) play.take(one);
  return play;
};

/** By customer and month (or quarter, or reading): what a fresh computation gives, what stands, and what the journal has. */
const compared = ({
  facts,
  billed,
  book,
  log,
}: Play): { expected: Map<string, bigint>; stands: Map<string, bigint> } => {
  const expected = new Map<string, bigint>();
  const stands = new Map<string, bigint>();
  const add = (to: Map<string, bigint>, key: string, amount: bigint): void => {
    to.set(key, (to.get(key) ?? 0n) + amount);
  };
  for (const period of billed)
    for (const { unit, charges } of facts.computed(period)) {
      for (const charge of charges) add(expected, `${unit.binding} ${unit.days.to} ${charge.customer}`, charge.amount);
      for (const charge of book.chargesOfBinding.get(unit.binding) ?? [])
        if (charge.from >= unit.days.from && charge.from <= unit.days.to)
          add(stands, `${unit.binding} ${unit.days.to} ${charge.customer}`, netOf(charge));
    }
  const booked = new Map<string, bigint>();
  for (const entry of log)
    for (const line of linesOf(entry))
      if (line.account === 'income') add(booked, line.customer ?? '', -parseMoney(line.amount));
  for (const [customer, amount] of booked)
    assert.equal(amount, sum([...book.charges.values()].filter((c) => c.customer === customer).map(netOf)));
  const nonZero = (map: Map<string, bigint>) => new Map([...map].filter(([, amount]) => amount !== 0n).sort());
  return { expected: nonZero(expected), stands: nonZero(stands) };
};

const history = (kinds: (kind: string) => boolean) =>
  fc.array(
    step.filter(({ kind }) => kinds(kind)),
    { minLength: 8, maxLength: 40 },
  );

describe('for any history of prices, areas, payers, days, readings, lets, rooms and vacancies, runs and receipts', () => {
  it('what was posted and the differences are what is computed from the facts, by customer and month', () => {
    let [corrected, released] = [0, 0];
    fc.assert(
      fc.property(
        history((kind) => kind !== 'waive'),
        (steps) => {
          const play = played(steps);
          play.correct();
          const { expected, stands } = compared(play);
          assert.deepEqual(stands, expected);
          corrected += play.corrected;
          released += play.released;
        },
      ),
      { numRuns: 400 },
    );
    expect([corrected > 0, released > 0]).toEqual([true, true]);
  });

  it('a second correction finds nothing, and all at once gives what one by one does', () => {
    fc.assert(
      fc.property(
        history((kind) => kind !== 'waive'),
        (steps) => {
          const [atOnce, oneByOne] = [played(steps), played(steps)];
          oneByOne.correct();
          assert.equal(atOnce.submit(correcting(atOnce.differences())), true);
          for (const play of [atOnce, oneByOne]) {
            assert.deepEqual(play.differences(), []);
            assert.deepEqual(play.submit(correcting([])), true);
          }
          assert.deepEqual(compared(atOnce), compared(oneByOne));
          const owed = ({ book }: Play) => sum([...book.charges.values()].map(openOf));
          assert.equal(owed(atOnce) - prepaid(atOnce), owed(oneByOne) - prepaid(oneByOne));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('every difference explains itself, and money is neither made nor lost', () => {
    fc.assert(
      fc.property(
        history(() => true),
        (steps) => {
          const play = played(steps);
          play.correct();
          for (const entry of play.log) {
            if (entry.type === 'charge.raised')
              assert.equal(recompute(entry.body.basis), parseMoney(entry.body.amount));
            if (entry.type !== 'charge.corrected') continue;
            const { difference } = entry.body;
            const whole = play.log.flatMap((other) =>
              other.type === 'charge.corrected' && formatted(other.body.difference) === formatted(difference)
                ? [parseMoney(other.body.amount)]
                : [],
            );
            assert.equal(recompute({ method: '面积单价', difference }), -sum(whole));
          }
          const cash = [...play.book.charges.values()].map((charge) => charge.cash + charge.applied);
          const received = [...play.book.receiptAt.values()].map(({ amount }) => amount);
          assert.equal(sum(cash) + prepaid(play), sum(received));
        },
      ),
      { numRuns: 200 },
    );
  });
});

const prepaid = ({ book }: Play): bigint => sum([...book.balances.values()].map(({ balance }) => balance));
const formatted = (difference: unknown): string => JSON.stringify(difference);
