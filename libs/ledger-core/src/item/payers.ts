import type { Day, Developer, ItemPayer, Relation } from '@propledger/contracts';
import { addDays, inForceOn, type DayRange } from '../day';
import type { PayerInForce, Spell } from '../tariff/inputs';
import { compareText } from '../text';

/** 入住关系 of a resource from when to when. */
export interface OccupancyInForce extends Spell {
  readonly customer: string;
  readonly relation: Relation;
  /** 付费人. */
  readonly payer: boolean;
}

/** Who pays on a day. */
export interface PayerRule {
  readonly payer: ItemPayer;
  /** Days without anybody to pay, and before the handover, are the project's developer's. */
  readonly unsoldToDeveloper: boolean;
}

export interface PayerInputs {
  /** Of one resource, in any order. */
  readonly occupancies: readonly OccupancyInForce[];
  readonly ruleOn: (day: Day) => PayerRule;
  /** Days on which the rule may change. */
  readonly ruleChanges: readonly Day[];
  /** Of the project, in any order. */
  readonly developers: readonly Developer[];
  /** 交付日期; null: not known. */
  readonly handedOverOn: Day | null;
}

/** Who pays when nobody has the relation that is asked for: a tenant's part falls to the owner, an owner's to the developer who holds the resource. */
const IN_TURN: Readonly<Record<Exclude<ItemPayer, '付费人'>, readonly Relation[]>> = {
  业主: ['业主', '开发商'],
  租户: ['租户', '业主', '开发商'],
  开发商: ['开发商'],
};

/** Who pays on the days of a range, in order; days without anybody are left out. What follows one another of one customer is one. */
export const payersByRule = (inputs: PayerInputs, days: DayRange): PayerInForce[] => {
  const found: { from: Day; to: Day; customer: string }[] = [];
  for (const { from, to } of unchanging(inputs, days)) {
    const customer = payerOn(inputs, from);
    const last = found.at(-1);
    if (customer === null) continue;
    if (last?.customer === customer && addDays(last.to, 1) === from) last.to = to;
    else found.push({ from, to, customer });
  }
  return found;
};

const payerOn = ({ occupancies, ruleOn, developers, handedOverOn }: PayerInputs, day: Day): string | null => {
  const { payer, unsoldToDeveloper } = ruleOn(day);
  const developer = developerOn(developers, day);
  if (unsoldToDeveloper && developer !== null && handedOverOn !== null && day < handedOverOn) return developer;
  const there = occupancies.filter(inForceOn(day));
  const asked = payer === '付费人' ? there.filter((one) => one.payer) : first(there, IN_TURN[payer]);
  const [who] = [...asked].sort(byPrecedence);
  if (who) return who.customer;
  return unsoldToDeveloper || payer === '开发商' ? developer : null;
};

/** Those of the first relation that anybody has. */
const first = (there: readonly OccupancyInForce[], relations: readonly Relation[]): readonly OccupancyInForce[] =>
  relations.map((wanted) => there.filter(({ relation }) => relation === wanted)).find((some) => some.length > 0) ?? [];

/** Of several who own or rent one resource: the 付费人, then who has been there longest, then by code. */
const byPrecedence = (one: OccupancyInForce, other: OccupancyInForce): number =>
  Number(other.payer) - Number(one.payer) ||
  compareText(one.from, other.from) ||
  compareText(one.customer, other.customer);

const developerOn = (developers: readonly Developer[], day: Day): string | null =>
  developers.reduce<Developer | null>(
    (found, one) => (one.from <= day && (found === null || found.from < one.from) ? one : found),
    null,
  )?.customer ?? null;

/** The range, cut wherever anything of the inputs changes. */
const unchanging = (
  { occupancies, ruleChanges, developers, handedOverOn }: PayerInputs,
  { from, to }: DayRange,
): DayRange[] => {
  const changes = [
    ...occupancies.flatMap((one) => (one.to === null ? [one.from] : [one.from, addDays(one.to, 1)])),
    ...ruleChanges,
    ...developers.map((one) => one.from),
    ...(handedOverOn === null ? [] : [handedOverOn]),
  ];
  const cuts = [...new Set([from, ...changes.filter((day) => day > from && day <= to)])].sort();
  return cuts.map((day, index) => {
    const next = cuts[index + 1];
    return { from: day, to: next === undefined ? to : addDays(next, -1) };
  });
};
