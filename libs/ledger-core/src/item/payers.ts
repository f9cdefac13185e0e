import type { Day, Decimal, Developer, ItemPayer, Relation } from '@propledger/contracts';
import { addDays, cutAt, endsOf, inForceOn, type DayRange } from '../day';
import { withSpell } from '../setup/bindings';
import type { PayerInForce, Spell } from '../tariff/inputs';
import { compareText } from '../text';

/** 入住关系 of a resource from when to when. */
export interface OccupancyInForce extends Spell {
  readonly customer: string;
  readonly relation: Relation;
  /** 付费人. */
  readonly payer: boolean;
}

/** 月租 of a resource from when to when. No two on one day. */
export interface LetInForce extends Spell {
  readonly customer: string;
  /** 月租价, yuan a month; absent: none was agreed. */
  readonly price?: Decimal | undefined;
}

/** Who pays on a day. */
export interface PayerRule {
  readonly payer: ItemPayer;
  /** Days without anybody to pay, and before the handover, are the project's developer's. */
  readonly unsoldToDeveloper: boolean;
  /** A space goes with its room. */
  readonly spacesWithRooms: boolean;
}

/** Who holds a resource, in any order, and when it was handed over. */
export interface Holding {
  /** Without 月租. */
  readonly occupancies: readonly OccupancyInForce[];
  readonly lets: readonly LetInForce[];
  /** 交付日期; null: not known. */
  readonly handedOverOn: Day | null;
}

export interface PayerInputs extends Holding {
  /** 所属房间 of a space from when to when. No two on one day. */
  readonly rooms: readonly (Spell & Holding)[];
  readonly ruleOn: (day: Day) => PayerRule;
  /** Days on which the rule may change. */
  readonly ruleChanges: readonly Day[];
  /** Of the project, in any order. */
  readonly developers: readonly Developer[];
}

/** Who pays when nobody has the relation that is asked for: a tenant's part falls to the owner, an owner's to the developer who holds the resource. */
const IN_TURN: Readonly<Record<Exclude<ItemPayer, '付费人'>, readonly Relation[]>> = {
  业主: ['业主', '开发商'],
  租户: ['租户', '业主', '开发商'],
  开发商: ['开发商'],
};

/** 付费人, and on days of 月租 who has the resource by it, with the price that he agreed. */
export const withLets = (payers: readonly PayerInForce[], lets: readonly LetInForce[]): readonly PayerInForce[] =>
  lets.reduce<readonly PayerInForce[]>(
    (all, one) => withSpell(all, one, { ...whoLets(one), from: one.from, to: one.to }),
    payers,
  );

const whoLets = ({ customer, price }: LetInForce): Payer => (price === undefined ? { customer } : { customer, price });

/**
 * Who pays on the days of a range, in order; days without anybody are left out. Who has the resource by 月租 comes first; then, where the item says
 * so, who pays its 所属房间 of the day; then who holds it himself. What follows one another of one customer at one price is one.
 */
export const payersByRule = (inputs: PayerInputs, days: DayRange): PayerInForce[] => {
  const found: (Payer & { from: Day; to: Day })[] = [];
  for (const { from, to } of unchanging(inputs, days)) {
    const payer = payerOn(inputs, from);
    const last = found.at(-1);
    if (payer === null) continue;
    if (last && isOne(last, payer) && addDays(last.to, 1) === from) last.to = to;
    else found.push({ ...payer, from, to });
  }
  return found;
};

type Payer = Pick<PayerInForce, 'customer' | 'price'>;

const isOne = (one: Payer, other: Payer): boolean => one.customer === other.customer && one.price === other.price;

const payerOn = (inputs: PayerInputs, day: Day): Payer | null => {
  const byMonth = inputs.lets.find(inForceOn(day));
  if (byMonth) return whoLets(byMonth);
  const rule = inputs.ruleOn(day);
  const developer = developerOn(inputs.developers, day);
  const room = rule.spacesWithRooms ? inputs.rooms.find(inForceOn(day)) : undefined;
  const customer = (room && holderOn(room, day, rule, developer)) ?? holderOn(inputs, day, rule, developer);
  return customer === null ? null : { customer };
};

/** Who pays for what he holds himself. */
const holderOn = (
  { occupancies, lets, handedOverOn }: Holding,
  day: Day,
  { payer, unsoldToDeveloper }: PayerRule,
  developer: string | null,
): string | null => {
  const byMonth = lets.find(inForceOn(day));
  if (byMonth) return byMonth.customer;
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
const unchanging = (inputs: PayerInputs, days: DayRange): DayRange[] => {
  const { rooms, ruleChanges, developers } = inputs;
  return cutAt(days, [
    ...[inputs, ...rooms].flatMap(changesOf),
    ...rooms.flatMap(endsOf),
    ...ruleChanges,
    ...developers.map((one) => one.from),
  ]);
};

const changesOf = ({ occupancies, lets, handedOverOn }: Holding): Day[] => [
  ...occupancies.flatMap(endsOf),
  ...lets.flatMap(endsOf),
  ...(handedOverOn === null ? [] : [handedOverOn]),
];
