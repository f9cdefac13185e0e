import type { Day } from '@propledger/contracts';
import { laterDay, overlapOf } from '../src/day';
import { decide } from '../src/ledger/decide';
import type { ChargeDifference, ChargePart, LedgerCommand, NewCharge, NewDiscount } from '../src/ledger/commands';
import type { LedgerEntry } from '../src/ledger/facts';
import { bookIn, emptyState, netOf, openOf, subjectKey, type BookState, type ChargeState } from '../src/ledger/state';
import { formatMoney, sum } from '../src/money';
import { BOOK, record } from './given';

/**
 * Plays the commands, and lets most of those that name positions name some that exist by then: random ones would seldom
 * hit what they are for.
 */
export const aimed = (commands: readonly LedgerCommand[]): LedgerCommand[] => {
  const state = emptyState();
  const log: LedgerEntry[] = [];
  return commands.map((random) => {
    const command = aim(bookIn(state, BOOK), random);
    const decision = decide(state, BOOK, command, log.length + 1);
    if (decision.accepted) record(state, log, decision);
    return command;
  });
};

/** One of the positions, by a random number; the number itself when there are none, and now and then anyway. */
const one = (number: number, positions: readonly number[]): number =>
  number % 5 === 0 ? number : (positions[number % positions.length] ?? number);

const aim = (book: BookState, command: LedgerCommand): LedgerCommand => {
  const parts = (random: readonly ChargePart[], charges: readonly number[]): ChargePart[] =>
    random.map((part) => ({ ...part, charge: one(part.charge, charges) }));
  switch (command.type) {
    case 'AllocatePrepayment': {
      const { customer, tie } = command;
      const open = openCharges(book).filter(
        (charge) => charge.customer === customer && (tie === null || tie === charge.resource),
      );
      return { ...command, parts: parts(command.parts, positionsOf(open)) };
    }
    case 'ReleasePrepayment': {
      const applications = [...book.applications.values()].flat();
      const application = one(command.application, positionsOf(applications));
      const charges = applications.filter(({ position }) => position === application).map(({ charge }) => charge);
      return { ...command, application, parts: command.parts && parts(command.parts, charges) };
    }
    case 'ReleaseAllocation': {
      const named = { ...command, ...standing(book, command) };
      const settled = book.receipts.get(named.receiptNo)?.settlements.map(({ charge }) => charge) ?? [];
      return { ...named, parts: command.parts && parts(command.parts, settled) };
    }
    case 'ApplyDeposit': {
      const deposit = book.deposits.get(command.receiptNo);
      const open = openCharges(book).filter(({ customer }) => customer === deposit?.customer);
      return { ...command, parts: parts(command.parts, positionsOf(open)) };
    }
    case 'RefundReceipt':
    case 'MoveReceipt':
      return { ...command, ...standing(book, command) };
    case 'WriteOff':
      return typeof command.charge === 'number'
        ? { ...command, charge: one(command.charge, positionsOf(openCharges(book))) }
        : command;
    case 'RaiseCharges':
      return command.origin === 'late-fee'
        ? { ...command, charges: command.charges.map((charge) => feeOfSome(book, charge)) }
        : command;
    case 'CorrectCharges': {
      return {
        ...command,
        date: Number(command.date.slice(8)) % 6 === 0 ? command.date : latest(book, command.date),
        differences: command.differences.map((difference) => compared(book, difference)),
      };
    }
    case 'WithdrawMeterRecord': {
      const records = book.meters.get(command.meter)?.records ?? [];
      return { ...command, record: one(command.record, positionsOf(records.slice(-1))) };
    }
    case 'FreezeLateFees':
      return 'charges' in command.of
        ? {
            ...command,
            of: { charges: command.of.charges.map((charge) => one(charge, positionsOf(openCharges(book)))) },
          }
        : command;
    case 'GrantDiscount': {
      const { receiptNo } = standing(book, command);
      const rule = book.discountRules.get(command.rule);
      const paid = book.receipts.get(receiptNo);
      return {
        ...command,
        receiptNo,
        ruleAt: rule?.position ?? command.ruleAt,
        resource: paid?.resource ?? command.resource,
      };
    }
    case 'WithdrawDiscountGrant':
      return { ...command, grant: one(command.grant, positionsOf(book.grants.values())) };
    case 'GiveDiscounts':
      return {
        ...command,
        date: Number(command.date.slice(8)) % 6 === 0 ? command.date : latest(book, command.date),
        discounts: command.discounts.map((discount) => givenOfSome(book, discount)),
      };
    case 'ResumeLateFees':
      return { ...command, freeze: one(command.freeze, positionsOf(book.freezes.values())) };
    case 'WithdrawFreezeRecord': {
      const records = [...book.freezes.values()].flatMap(({ position: at, end }) => (end ? [at, end.position] : [at]));
      return { ...command, record: one(command.record, records) };
    }
    case 'ReverseEntry':
      return { ...command, position: one(command.position, reversible(book)) };
    default:
      return command;
  }
};

/** A late fee of a charge that stands, mostly on top of the fees that it has. */
const feeOfSome = (book: BookState, fee: NewCharge): NewCharge => {
  const { late } = fee.basis;
  if (fee.subject?.charge === undefined || late === undefined) return fee;
  const charge = one(fee.subject.charge, positionsOf(openCharges(book)));
  const fees = (book.chargesOfSubject.get(subjectKey({ charge })) ?? []).filter(
    ({ reversedBy }) => reversedBy === null,
  );
  const before = fee.amount % 4n === 0n ? late.before : formatMoney(sum(fees.map(({ amount }) => amount)));
  return { ...fee, subject: { charge }, basis: { ...fee.basis, late: { ...late, before } } };
};

/** A binding that has charges, mostly, and what stands of it for the customer. */
const compared = (book: BookState, difference: ChargeDifference): ChargeDifference => {
  const { binding, subject, customer, days, computed } = difference;
  const about = subject === undefined ? null : subjectKey(subject);
  const standing = [...book.charges.values()].filter(
    (charge) =>
      charge.binding === binding &&
      charge.subject === about &&
      charge.customer === customer &&
      charge.reversedBy === null &&
      netOf(charge) > 0n &&
      overlapOf(charge, days) !== null,
  );
  const known = Number(computed[0]?.amount ?? 1n) % 7 !== 0;
  return {
    ...difference,
    standing: known ? standing.map((charge) => ({ charge: charge.position, amount: netOf(charge) })) : [],
  };
};

/** A day on which charges and receipts can be undone. */
const latest = (book: BookState, date: Day): Day =>
  [...book.charges.values(), ...book.receiptAt.values()]
    .map((entry) => ('handledOn' in entry ? entry.handledOn : entry.effectiveOn))
    .reduce(laterDay, date);

/** A discount of a charge that stands, mostly as if it had been computed now. */
const givenOfSome = (book: BookState, discount: NewDiscount): NewDiscount => {
  const charges = [...book.charges.values()].filter(({ reversedBy }) => reversedBy === null);
  const charge = book.charges.get(one(discount.charge, positionsOf(charges)));
  if (!charge) return discount;
  const given = [...book.reductions.values()].filter(
    (of) => of.charge === charge.position && of.rule !== null && of.reversedBy === null,
  );
  const grants = [...book.grants.values()].filter(({ withdrawnBy }) => withdrawnBy === null);
  return {
    ...discount,
    charge: charge.position,
    grant: discount.grant === null || grants.length === 0 ? null : one(discount.grant, positionsOf(grants)),
    basis: {
      ...discount.basis,
      of: formatMoney(netOf(charge)),
      before: formatMoney(sum(given.map(({ amount }) => amount))),
    },
  };
};

/** A receipt that stands, and a day on which something can be done with it. */
const standing = (
  book: BookState,
  { receiptNo, date }: { readonly receiptNo: string; readonly date: Day },
): { readonly receiptNo: string; readonly date: Day } => {
  const day = Number(date.slice(8));
  const receipts = [...book.receipts.values()].filter(({ reversedBy }) => reversedBy === null);
  const receipt = receipts[day % receipts.length];
  if (!receipt || day % 5 === 0) return { receiptNo, date };
  return { receiptNo: receipt.receiptNo, date: date < receipt.handledOn ? receipt.handledOn : date };
};

const openCharges = (book: BookState): ChargeState[] =>
  [...book.charges.values()].filter((charge) => openOf(charge) > 0n);

const positionsOf = (entries: Iterable<{ readonly position: number }>): number[] =>
  [...entries].map(({ position }) => position);

/** What can be reversed; of charges, which are many, only those that nothing settles. */
const reversible = ({
  charges,
  deposits,
  refunds,
  writeOffs,
  reductions,
  recoveries,
  broughtIn,
  entries,
}: BookState): number[] => [
  ...positionsOf(deposits.values()),
  ...positionsOf(refunds.values()),
  ...positionsOf(writeOffs.values()),
  ...positionsOf(reductions.values()),
  ...positionsOf(recoveries.values()),
  ...positionsOf(broughtIn.values()),
  ...positionsOf(entries.values()),
  ...positionsOf([...charges.values()].filter((charge) => openOf(charge) === charge.amount).slice(-3)),
];
