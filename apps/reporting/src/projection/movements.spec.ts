import type { LedgerEvent } from '@propledger/contracts';
import { LedgerBook, recorded } from '../spec-support/ledger-book';
import { movementsOf, UnreadableEvent } from './movements';

const lastOf = (book: LedgerBook): LedgerEvent => book.at(book.events.length);
const rows = (event: LedgerEvent, into: string): object[] => movementsOf(event).filter((row) => row.into === into);

describe('what an event moves', () => {
  it('takes a charge as it was raised, and its amount as its first movement', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', dueOn: '2026-03-10', to: '2026-03-31', item: '垃圾费', fen: 8_00 });
    expect(movementsOf(lastOf(book))).toEqual([
      {
        ...{
          into: 'charge',
          position: charge,
          resource: 'R1',
          customer: 'K1',
          item: '垃圾费',
          from: '2026-03-01',
          to: '2026-03-31',
        },
        ...{ dueOn: '2026-03-10', priority: 1, amount: 8_00n, effectiveOn: '2026-03-01', period: '2026-03' },
      },
      {
        ...{ into: 'receivable_movement', position: charge, charge, kind: 'charge', amount: 8_00n },
        ...{ effectiveOn: '2026-03-01', period: '2026-03' },
      },
    ]);
  });

  it('takes from a receipt what it settled, what it left over, and each tender', () => {
    const book = new LedgerBook('P');
    const [one, other] = [book.raise({ on: '2026-03-01', fen: 8_00 }), book.raise({ on: '2026-03-01', fen: 9_00 })];
    const position = book.take({
      ...{
        on: '2026-03-05',
        period: '2026-04',
        receiptNo: 'S1',
        resource: 'R1',
        tenders: { 现金: 10_00, 微信: 10_00 },
      },
      settle: [
        { charge: one, fen: 8_00 },
        { charge: other, fen: 9_00 },
      ],
    });
    const posted = { position, effectiveOn: '2026-03-05', period: '2026-04' };
    expect(movementsOf(lastOf(book))).toEqual([
      { into: 'receivable_movement', charge: one, kind: 'cash', amount: -8_00n, ...posted },
      { into: 'receivable_movement', charge: other, kind: 'cash', amount: -9_00n, ...posted },
      { into: 'prepayment_movement', position, customer: 'K1', tie: 'R1', amount: 3_00n, effectiveOn: '2026-03-05' },
      { into: 'receipt_movement', line: 1, method: '现金', receipts: 1, amount: 10_00n, ...posted },
      { into: 'receipt_movement', line: 2, method: '微信', receipts: 1, amount: 10_00n, ...posted },
    ]);
  });

  it('takes what a receipt gives back from its column into the prepayment, and shows what is paid back as money out', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const receipt = book.take({
      on: '2026-03-05',
      receiptNo: 'S1',
      tenders: { 现金: 10_00 },
      settle: [{ charge, fen: 8_00 }],
    });
    const released = book.releaseAllocation(receipt, { on: '2026-04-01', of: [{ charge, fen: 3_00 }] });
    const refunded = book.refundReceipt(receipt, { on: '2026-04-02', fen: 5_00, method: '微信' });
    const undone = book.reverse(refunded, { on: '2026-04-03' });
    const reversed = book.reverse(receipt, { on: '2026-04-04' });
    const moved = (position: number): object[] => movementsOf(book.at(position));
    const at = (position: number, day: string): object => ({ position, effectiveOn: day, period: '2026-04' });
    const prepaid = (position: number, amount: bigint, effectiveOn: string): object => ({
      ...{ into: 'prepayment_movement', position, customer: 'K1', tie: '', amount, effectiveOn },
    });
    expect(moved(released)).toEqual([
      { into: 'receivable_movement', charge, kind: 'cash', amount: 3_00n, ...at(released, '2026-04-01') },
      prepaid(released, 3_00n, '2026-04-01'),
    ]);
    expect(moved(refunded)).toEqual([
      prepaid(refunded, -5_00n, '2026-04-02'),
      {
        ...{ into: 'receipt_movement', line: 1, method: '微信', receipts: -1, amount: -5_00n },
        ...at(refunded, '2026-04-02'),
      },
    ]);
    expect(moved(undone)).toEqual([
      prepaid(undone, 5_00n, '2026-04-03'),
      {
        ...{ into: 'receipt_movement', line: 1, method: '微信', receipts: 1, amount: 5_00n },
        ...at(undone, '2026-04-03'),
      },
    ]);
    expect(moved(reversed)).toEqual([
      { into: 'receivable_movement', charge, kind: 'cash', amount: 5_00n, ...at(reversed, '2026-04-04') },
      prepaid(reversed, -5_00n, '2026-04-04'),
      {
        ...{ into: 'receipt_movement', line: 1, method: '现金', receipts: -1, amount: -10_00n },
        ...at(reversed, '2026-04-04'),
      },
    ]);
  });

  it('mirrors a reversed receipt in the same columns', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const receipt = book.take({
      on: '2026-03-05',
      receiptNo: 'S1',
      tenders: { 现金: 10_00 },
      settle: [{ charge, fen: 8_00 }],
    });
    const position = book.reverse(receipt, { on: '2026-04-01' });
    const posted = { position, effectiveOn: '2026-04-01', period: '2026-04' };
    expect(movementsOf(lastOf(book))).toEqual([
      { into: 'receivable_movement', charge, kind: 'cash', amount: 8_00n, ...posted },
      { into: 'prepayment_movement', position, customer: 'K1', tie: '', amount: -2_00n, effectiveOn: '2026-04-01' },
      { into: 'receipt_movement', line: 1, method: '现金', receipts: -1, amount: -10_00n, ...posted },
    ]);
  });

  it('calls prepayments applied and released by their own name, and so the reversal of an application', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const applied = book.apply({ on: '2026-03-31', tie: 'R1', to: [{ charge, fen: 5_00 }] });
    expect(rows(lastOf(book), 'receivable_movement')).toMatchObject([{ kind: 'prepayment', amount: -5_00n }]);
    expect(rows(lastOf(book), 'prepayment_movement')).toMatchObject([{ tie: 'R1', amount: -5_00n }]);
    book.release(applied, { on: '2026-04-01', tie: 'R1', of: [{ charge, fen: 2_00 }] });
    expect(rows(lastOf(book), 'receivable_movement')).toMatchObject([{ kind: 'prepayment', amount: 2_00n }]);
    expect(rows(lastOf(book), 'prepayment_movement')).toMatchObject([{ tie: 'R1', amount: 2_00n }]);
    book.reverse(applied, { on: '2026-04-01' });
    expect(rows(lastOf(book), 'receivable_movement')).toMatchObject([{ kind: 'prepayment', amount: 5_00n }]);
  });

  it('gives write-offs and reversed charges back to the column they came from', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const written = book.writeOff(charge, { on: '2026-03-31', fen: 3_00 });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'receivable_movement', kind: 'write-off', charge, amount: -3_00n },
    ]);
    book.reverse(written, { on: '2026-04-01' });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'receivable_movement', kind: 'write-off', charge, amount: 3_00n },
    ]);
    book.reverse(charge, { on: '2026-04-02' });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'receivable_movement', kind: 'charge', charge, amount: -8_00n },
    ]);
  });

  it('takes what was credited of a charge as a correction, which the reports show under what was charged', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const corrected = book.correct(charge, { on: '2026-04-15', fen: 3_00 });
    const row = { into: 'receivable_movement', kind: 'correction', charge };
    expect(movementsOf(lastOf(book))).toMatchObject([{ ...row, amount: -3_00n, period: '2026-04' }]);
    book.reverse(corrected, { on: '2026-05-01' });
    expect(movementsOf(lastOf(book))).toMatchObject([{ ...row, amount: 3_00n, period: '2026-05' }]);
  });

  it('counts waivers and discounts with write-offs', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const discount = book.reduce(charge, { on: '2026-03-31', kind: 'discount', fen: 3_00 });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'receivable_movement', kind: 'write-off', charge, amount: -3_00n },
    ]);
    book.reverse(discount, { on: '2026-04-01' });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'receivable_movement', kind: 'write-off', charge, amount: 3_00n },
    ]);
  });

  it('takes money for what was written off as received by its channel, and settles nothing with it', () => {
    const book = new LedgerBook('P');
    const charge = book.raise({ on: '2026-03-01', fen: 8_00 });
    const written = book.writeOff(charge, { on: '2026-03-10', fen: 8_00 });
    const recovery = book.recover(written, { on: '2026-03-31', method: '微信', fen: 3_00 });
    const row = { into: 'receipt_movement', line: 1, method: '微信' };
    expect(movementsOf(lastOf(book))).toEqual([
      { ...row, position: recovery, receipts: 1, amount: 3_00n, effectiveOn: '2026-03-31', period: '2026-03' },
    ]);
    const position = book.reverse(recovery, { on: '2026-04-01' });
    expect(movementsOf(lastOf(book))).toEqual([
      { ...row, position, receipts: -1, amount: -3_00n, effectiveOn: '2026-04-01', period: '2026-04' },
    ]);
  });

  it('counts deposits received and refunded positive, and their reversals negative', () => {
    const book = new LedgerBook('P');
    const deposit = book.receiveDeposit({ on: '2025-01-01', period: '2026-02', receiptNo: 'Y1', fen: 10_00 });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'deposit', position: deposit, receiptNo: 'Y1', receivedOn: '2025-01-01' },
      { into: 'deposit_movement', deposit, kind: 'received', amount: 10_00n },
    ]);
    const refund = book.refundDeposit('Y1', { on: '2026-03-31', fen: 4_00 });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'deposit_movement', deposit: null, receiptNo: 'Y1', kind: 'refunded', amount: 4_00n },
    ]);
    book.reverse(refund, { on: '2026-04-01' });
    expect(movementsOf(lastOf(book))).toMatchObject([{ into: 'deposit_movement', kind: 'refunded', amount: -4_00n }]);
    book.reverse(deposit, { on: '2026-04-01' });
    expect(movementsOf(lastOf(book))).toMatchObject([
      { into: 'deposit_movement', deposit, kind: 'received', amount: -10_00n },
    ]);
  });

  it('leaves out the money of deposits from what receipts took', () => {
    const book = new LedgerBook('P');
    book.receiveDeposit({ on: '2026-03-01', receiptNo: 'Y1', fen: 10_00 });
    book.refundDeposit('Y1', { on: '2026-03-31', fen: 4_00 });
    expect(book.events.flatMap((event) => rows(event, 'receipt_movement'))).toEqual([]);
  });

  it('passes over facts that book nothing, known or not', () => {
    const unknown = recorded('P', 2, 'standard.praised', '2026-03-01', null, null, {}) as LedgerEvent;
    expect([...new LedgerBook('P').events, unknown].flatMap(movementsOf)).toEqual([]);
  });

  it('refuses what books something that it cannot place', () => {
    const lines = [{ account: 'receivable', amount: '1.00', item: 'i', resource: 'r', customer: 'c', charge: 1 }];
    const event = (type: string, body: object, period: string | null = '2026-03'): LedgerEvent =>
      recorded('P', 2, type, '2026-03-01', period, null, body) as LedgerEvent;
    expect(() => movementsOf(event('discount.given', { lines }))).toThrow(UnreadableEvent);
    expect(() => movementsOf(event('deposit.refunded', { lines }))).toThrow(
      'P 2: deposit.refunded without a kind of receivable movement',
    );
    expect(() => movementsOf(event('charge.written-off', { lines }, null))).toThrow('without accountingPeriod');
    expect(() =>
      movementsOf(event('charge.written-off', { lines: [{ account: 'receivable', amount: '1.00' }] })),
    ).toThrow('without charge');
    expect(() => movementsOf(event('charge.written-off', { lines: [{ ...lines[0], amount: '1' }] }))).toThrow(
      RangeError,
    );
  });
});
