import type {
  ChargeRaised,
  ChargeReduced,
  ChargeWrittenOff,
  Day,
  DepositReceived,
  DepositRefunded,
  Period,
  PrepaymentApplied,
  PrepaymentBroughtIn,
  PrepaymentReleased,
  ReceiptTaken,
  WriteOffRecovered,
} from '@propledger/contracts';
import { parseMoney } from '../money';
import { movePrepaid, recover, refund, settleCharge } from './changes';
import type { LedgerEntry } from './facts';
import { known } from './find';
import { putApplication, putCharge, putDeposit, putReceipt } from './put';
import {
  balanceKey,
  subjectKey,
  type BookState,
  type ChargeState,
  type DepositState,
  type ReceiptState,
} from './state';

type Header = Pick<LedgerEntry, 'position' | 'effectiveDate' | 'accountingPeriod'>;

export const posted = ({
  position,
  effectiveDate,
  accountingPeriod,
}: Header): { position: number; effectiveOn: Day; period: Period } => ({
  position,
  effectiveOn: effectiveDate,
  period: known(accountingPeriod ?? undefined, `the period of ${position.toString()}`),
});

export const foldChargeRaised = (book: BookState, header: Header, body: ChargeRaised): void => {
  // Written out, not spread: there are a quarter of a million of them a month.
  const { origin, resource, customer, item, from, to, dueOn, priority, standard, binding } = body;
  const { position, effectiveOn, period } = posted(header);
  const charge: ChargeState = {
    position,
    origin,
    resource,
    customer,
    item,
    from,
    to,
    dueOn,
    priority,
    standard,
    binding,
    subject: body.subject === undefined ? null : subjectKey(body.subject),
    period,
    effectiveOn,
    amount: parseMoney(body.amount),
    tax: parseMoney(body.tax),
    forOthers: body.forOthers ?? false,
    corrected: 0n,
    cash: 0n,
    applied: 0n,
    writtenOff: 0n,
    reduced: 0n,
    transferred: 0n,
    transferredFrom: null,
    reversedBy: null,
  };
  putCharge(book, charge);
  book.touched.charges.add(charge);
};

export const foldReceiptTaken = (book: BookState, header: Header, body: ReceiptTaken): void => {
  const { receiptNo, customer, resource, item } = body;
  const { position, effectiveOn, period } = posted(header);
  const receipt: ReceiptState = {
    position,
    receiptNo,
    customer,
    resource,
    item,
    amount: parseMoney(body.amount),
    tenders: body.tenders.map(({ method, amount, reference }) => ({ method, amount: parseMoney(amount), reference })),
    settlements: body.settlements.map(({ charge, amount }) => ({ charge, amount: parseMoney(amount) })),
    prepaid: parseMoney(body.prepaid),
    refunded: 0n,
    period,
    effectiveOn,
    handledOn: effectiveOn,
    reversedBy: null,
  };
  putReceipt(book, receipt);
  book.touched.receipts.add(receipt);
  for (const { charge, amount } of receipt.settlements) settleCharge(book, charge, 'cash', amount);
  if (receipt.prepaid > 0n) movePrepaid(book, customer, resource, receipt.prepaid);
};

export const foldBroughtIn = (book: BookState, header: Header, body: PrepaymentBroughtIn): void => {
  const { customer, tie } = body;
  const broughtIn = { ...posted(header), customer, tie, amount: parseMoney(body.amount), reversedBy: null };
  book.broughtIn.set(header.position, broughtIn);
  book.touched.broughtIn.add(broughtIn);
  movePrepaid(book, customer, tie, broughtIn.amount);
};

export const foldPrepaymentApplied = (book: BookState, header: Header, body: PrepaymentApplied): void => {
  const { customer } = body;
  const { position, effectiveDate: effectiveOn } = header;
  for (const [index, { charge, tie, amount: money }] of body.applications.entries()) {
    const amount = parseMoney(money);
    const application = { position, index, customer, tie, charge, amount, effectiveOn, released: 0n, releasedOn: null };
    putApplication(book, application);
    book.touched.applications.add(application);
    settleCharge(book, charge, 'applied', amount);
    movePrepaid(book, customer, tie, -amount);
  }
};

export const foldPrepaymentReleased = (
  book: BookState,
  { effectiveDate: on }: Header,
  body: PrepaymentReleased,
): void => {
  const { customer } = body;
  for (const { application: position, index, charge, tie, amount: money } of body.releases) {
    const amount = parseMoney(money);
    const list = book.applications.get(balanceKey(customer, tie)) ?? [];
    const application = known(
      list.find((other) => other.position === position && other.index === index),
      `application ${position.toString()}/${index.toString()}`,
    );
    application.released += amount;
    if (application.releasedOn === null || on > application.releasedOn) application.releasedOn = on;
    if (application.released > application.amount)
      throw new Error(`application ${position.toString()}/${index.toString()} is released twice`);
    book.touched.applications.add(application);
    settleCharge(book, charge, 'applied', -amount);
    movePrepaid(book, customer, tie, amount);
  }
};

export const foldDepositReceived = (book: BookState, header: Header, body: DepositReceived): void => {
  const { origin, receiptNo, resource, customer, kind, method } = body;
  const deposit: DepositState = {
    ...posted(header),
    origin,
    receiptNo,
    resource,
    customer,
    kind,
    method,
    amount: parseMoney(body.amount),
    refunded: 0n,
    used: 0n,
    reversedBy: null,
  };
  putDeposit(book, deposit);
  book.touched.deposits.add(deposit);
};

export const foldDepositRefunded = (book: BookState, header: Header, body: DepositRefunded): void => {
  const { receiptNo, method } = body;
  const amount = parseMoney(body.amount);
  const refunded = { ...posted(header), receiptNo, method, amount, reversedBy: null, reversedOn: null };
  book.refunds.set(header.position, refunded);
  book.touched.refunds.add(refunded);
  refund(book, receiptNo, refunded.amount);
};

export const foldWrittenOff = (book: BookState, header: Header, body: ChargeWrittenOff): void => {
  const { charge } = body;
  const writeOff = {
    ...posted(header),
    charge,
    amount: parseMoney(body.amount),
    recovered: 0n,
    reversedBy: null,
  };
  book.writeOffs.set(header.position, writeOff);
  book.touched.writeOffs.add(writeOff);
  settleCharge(book, charge, 'writtenOff', writeOff.amount);
};

export const foldRecovered = (book: BookState, header: Header, body: WriteOffRecovered): void => {
  const { writeOff, method } = body;
  const recovery = { ...posted(header), writeOff, method, amount: parseMoney(body.amount), reversedBy: null };
  book.recoveries.set(header.position, recovery);
  book.touched.recoveries.add(recovery);
  recover(book, writeOff, recovery.amount);
};

export const foldReduced = (book: BookState, header: Header, body: ChargeReduced): void => {
  const { kind, charge, rule = null, grant = null } = body;
  const reduction = { ...posted(header), kind, charge, amount: parseMoney(body.amount), rule, grant, reversedBy: null };
  book.reductions.set(header.position, reduction);
  book.touched.reductions.add(reduction);
  settleCharge(book, charge, 'reduced', reduction.amount);
};
