import { dayOf, lastDayOf, shifted } from './calendar';
import { FIRST_PERIOD, MONTHS } from './span';
import type { Dice } from './dice';
import type { Habit, StandardPlan } from './blueprint';
import type { Person, Property, Space, Stay } from './property';
import type { Day, Period } from '@propledger/contracts';

/** Amounts are fen. */
export interface Arrear {
  readonly space: Space;
  readonly person: Person;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly amount: number;
}

export interface Deposit {
  readonly space: Space;
  readonly person: Person;
  readonly kind: string;
  readonly on: Day;
  readonly amount: number;
  readonly receiptNo: string;
}

export interface Prepayment {
  readonly person: Person;
  readonly amount: number;
}

export interface Receipt {
  readonly receiptNo: string;
  readonly on: Day;
  readonly person: Person;
  readonly method: string;
  readonly amount: number;
}

/** What one project brings in, and what its counter writes down month by month. */
export interface History {
  readonly arrears: readonly Arrear[];
  readonly deposits: readonly Deposit[];
  readonly prepayments: readonly Prepayment[];
  readonly months: readonly MonthOfCounter[];
}

export interface MonthOfCounter {
  readonly period: Period;
  readonly receipts: readonly Receipt[];
  readonly reversals: readonly { readonly receiptNo: string; readonly on: Day; readonly reason: string }[];
  readonly writeOffs: readonly (Arrear & { readonly on: Day; readonly reason: string })[];
  readonly refunds: readonly (Deposit & { readonly refundedOn: Day; readonly refunded: number })[];
}

interface Charge {
  readonly space: Space;
  readonly person: Person;
  readonly standard: StandardPlan;
  readonly amount: number;
}

const METHODS = { 微信: 42, 支付宝: 22, 银行转账: 14, 现金: 12, POS刷卡: 10 };

/** The charge of one standard for whole months, in fen, half up to its 取整. Stays begin and end with months, so no days are counted. */
export const chargeFen = (standard: StandardPlan, space: Space, periods: readonly Period[]): number => {
  const unit = { 分: 1, 角: 10, 元: 100 }[standard.rounding];
  // 1/10,000 yuan × 1/100 m² is 1/10,000 fen; a fixed price is 1/100 fen.
  const [times, scale] = standard.method === '面积单价' ? [space.area, 10_000] : [1, 100];
  const exact = periods.reduce((sum, period) => sum + priceIn(standard, period) * times, 0);
  return Math.floor((2 * exact + scale * unit) / (2 * scale * unit)) * unit;
};

const priceIn = ({ prices }: StandardPlan, period: Period): number => {
  const day = `${period}-01`;
  return prices.find(({ from, to }) => from <= day && (to === '' || day <= to))?.price ?? 0;
};

const CYCLE_MONTHS = { 月: 1, 季: 3, 半年: 6, 年: 12 };

/** A month and those after it, to the end of the natural quarter, half-year or year. */
export const restOfCycle = (cycle: StandardPlan['cycle'], period: Period): Period[] => {
  const months = CYCLE_MONTHS[cycle];
  const passed = (Number(period.slice(5)) - 1) % months;
  return Array.from({ length: months - passed }, (_, i) => shifted(period, i));
};

const payerOf = (stays: readonly Stay[], day: Day): Person | undefined =>
  stays.find(({ payer, from, to }) => payer && from <= day && (to === '' || day <= to))?.person;

/** Plays a project's months: what each customer owes decides, with their habit, what they pay. */
export const makeHistory = (property: Property, dice: Dice): History => {
  const { people, spaces } = property;
  const staysOf = new Map<string, Stay[]>();
  for (const stay of property.stays) staysOf.set(stay.space.code, [...(staysOf.get(stay.space.code) ?? []), stay]);
  const payer = (space: Space, period: Period): Person | undefined =>
    payerOf(staysOf.get(space.code) ?? [], `${period}-01`);
  /** What a month costs, however it is charged. */
  const monthly = (period: Period): Charge[] =>
    spaces.flatMap((space) => {
      const person = payer(space, period);
      if (!person) return [];
      return property
        .standardsOf(space)
        .map((standard) => ({ space, person, standard, amount: chargeFen(standard, space, [period]) }));
    });
  const charged = new Set<string>();
  /** What a month's bill run raises: of each cycle that has begun what is not charged yet. Rounding is cumulative over payers. */
  const raised = (period: Period): Charge[] =>
    spaces.flatMap((space) =>
      property.standardsOf(space).flatMap((standard) => {
        if (!payer(space, period)) return []; // The next month's run takes what is left.
        const months = restOfCycle(standard.cycle, period).filter((month) => payer(space, month));
        const open = months.filter((month) => !charged.has(`${space.code} ${standard.code} ${month}`));
        for (const month of open) charged.add(`${space.code} ${standard.code} ${month}`);
        const payers = new Set(open.map((month) => payer(space, month)));
        return [...payers].flatMap((person) => {
          const until = open.findLastIndex((month) => payer(space, month) === person) + 1;
          const before = open.findIndex((month) => payer(space, month) === person);
          const amount =
            chargeFen(standard, space, open.slice(0, until)) - chargeFen(standard, space, open.slice(0, before));
          return person && amount > 0 ? [{ space, person, standard, amount }] : [];
        });
      }),
    );

  /** Above zero: owes; below: has paid ahead. */
  const owes = new Map<Person, number>(people.map((person) => [person, 0]));
  const add = (person: Person, amount: number): void => void owes.set(person, (owes.get(person) ?? 0) + amount);

  const arrears = openingArrears(monthly, dice);
  for (const { person, amount } of arrears) add(person, amount);
  const prepayments = people
    .filter(({ habit }) => (habit === 'yearly' && dice.chance(60)) || (habit === 'ahead' && dice.chance(25)))
    .map((person) => ({ person, amount: dice.between(3, 40) * 5000 }));
  for (const { person, amount } of prepayments) add(person, -amount);
  const deposits = openingDeposits(property, staysOf, dice);

  let receiptNumber = 0;
  const bad = arrears.filter(({ person }) => person.habit === 'never');
  const months = Array.from({ length: MONTHS }, (_, month): MonthOfCounter => {
    const period = shifted(FIRST_PERIOD, month);
    const due = new Map<Person, number>();
    for (const { person, amount } of monthly(period)) due.set(person, (due.get(person) ?? 0) + amount);
    for (const { person, amount } of raised(period)) add(person, amount);

    const written: Omit<Receipt, 'receiptNo'>[] = [];
    for (const [index, person] of people.entries()) {
      const amount = paidIn(month, index, person, owes.get(person) ?? 0, due.get(person) ?? 0, dice);
      if (amount <= 0) continue;
      const method = person.kind === '个人' ? dice.weighted(METHODS) : '银行转账';
      // Nobody counts out fen in cash: what is over stays as a prepayment.
      const tendered = method === '现金' ? Math.ceil(amount / 100) * 100 : amount;
      written.push({ on: dayOf(period, dice.between(2, lastDayOf(period) - 2)), person, method, amount: tendered });
      add(person, -tendered);
    }
    written.sort((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0));
    const receipts = written.map((receipt) => ({
      ...receipt,
      receiptNo: `SJ${String(++receiptNumber).padStart(6, '0')}`,
    }));

    const reversed = month % 3 === 1 ? receipts.filter(({ person }) => person.habit === 'monthly').slice(-1) : [];
    for (const { person, amount } of reversed) add(person, amount);
    const end = dayOf(period, 31);
    const gone = month === 4 || month === 10 ? bad.splice(0, 1) : [];
    for (const { person, amount } of gone) add(person, -amount);
    const refunds = month % 3 === 0 ? deposits.slice(month, month + 2) : [];
    return {
      period,
      receipts,
      reversals: reversed.map(({ receiptNo }) => ({ receiptNo, on: end, reason: '票据作废' })),
      writeOffs: gone.map((arrear) => ({ ...arrear, on: end, reason: '坏账核销' })),
      refunds: refunds.map((deposit) => ({
        ...deposit,
        refundedOn: end,
        refunded: dice.chance(70) ? deposit.amount : deposit.amount / 2,
      })),
    };
  });
  return { arrears, deposits, prepayments, months };
};

/** What a customer pays this month, in fen; `month` counts from 0, `due` is what a month costs. */
const paidIn = (month: number, index: number, person: Person, owed: number, due: number, dice: Dice): number => {
  const turn = (every: number): boolean => (month + index) % every === 0;
  const rules: Record<Habit, () => number> = {
    monthly: () => (dice.chance(96) ? owed : 0),
    quarterly: () => (turn(3) ? Math.max(0, owed) : 0),
    ahead: () => (owed > 0 && turn(3) ? owed + 3 * due : 0),
    yearly: () => (owed > 0 ? owed + 9 * due : 0),
    late: () => (owed > 2 * due && dice.chance(30) ? Math.floor((owed * dice.between(5, 10)) / 1000) * 100 : 0),
    never: () => 0,
  };
  return rules[person.habit]();
};

/** Months before the first period that late and never paying customers left open. */
const openingArrears = (
  charges: (period: Period) => Charge[],
  dice: Dice,
): Arrear[] => {
  const behind = new Map<Person, number>();
  const months = (person: Person): number => {
    const known = behind.get(person);
    if (known !== undefined) return known;
    const count =
      person.habit === 'never'
        ? dice.between(3, 6)
        : person.habit === 'late'
          ? dice.between(0, 2)
          : dice.chance(5)
            ? 1
            : 0;
    behind.set(person, count);
    return count;
  };
  const arrears: Arrear[] = [];
  for (let back = 9; back >= 1; back--) {
    const period = shifted(FIRST_PERIOD, -back);
    for (const { space, person, standard, amount } of charges(period))
      if (amount > 0 && back <= months(person))
        arrears.push({
          space,
          person,
          item: standard.item,
          from: dayOf(period, 1),
          to: dayOf(period, 31),
          dueOn: dayOf(period, standard.dueDay),
          amount,
        });
  }
  return arrears;
};

const openingDeposits = (
  { plan, spaces }: Property,
  staysOf: ReadonlyMap<string, readonly Stay[]>,
  dice: Dice,
): Deposit[] => {
  const deposits: Deposit[] = [];
  for (const space of spaces) {
    const stay = staysOf.get(space.code)?.find(({ payer }) => payer);
    if (!stay || stay.relation === '开发商' || space.building === '' || !dice.chance(plan.deposit.percent)) continue;
    deposits.push({
      space,
      person: stay.person,
      kind: plan.deposit.kind,
      on: `2025-${String(dice.between(1, 10)).padStart(2, '0')}-${dice.between(10, 28)}`,
      amount: dice.pick(plan.deposit.yuan) * 100,
      receiptNo: `YJ${String(deposits.length + 1).padStart(5, '0')}`,
    });
  }
  return deposits;
};
