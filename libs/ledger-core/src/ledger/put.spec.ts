import { arrears, opened, receipt, reversal } from '../../testing/commands';
import { copyOf } from '../../testing/copy';
import { given } from '../../testing/given';
import { putApplication, putCharge, putDeposit, putReceipt } from './put';
import { emptyBook, type DepositState, type ReceiptState } from './state';

const tenders = [{ method: '微信', amount: 1n, reference: 'T-1' }];
const receipts = (): ReceiptState[] =>
  copyOf([...given(opened, receipt(0n, { tenders }), reversal(), receipt(0n, { tenders })).book().receiptAt.values()]);

describe('loading in any order', () => {
  it('keeps the latest receipt of a number, and the transactions of those that stand', () => {
    const [first, second] = receipts();
    if (!first || !second) throw new Error('two receipts');
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const book = emptyBook('P1');
      for (const one of order) putReceipt(book, one);
      expect(book.receipts.get('SJ1')).toBe(second);
      expect([...book.receiptOfTransaction.values()]).toEqual([second]);
    }
  });

  it('keeps the latest deposit of a number', () => {
    const deposit = (position: number): DepositState => ({
      position,
      origin: 'opening',
      receiptNo: 'YJ1',
      resource: 'R1',
      customer: 'K1',
      kind: '装修押金',
      method: null,
      amount: 1n,
      period: '2026-02',
      effectiveOn: '2024-05-20',
      refunded: 0n,
      used: 0n,
      reversedBy: null,
    });
    const book = emptyBook('P1');
    for (const position of [4, 2]) putDeposit(book, deposit(position));
    expect(book.deposits.get('YJ1')?.position).toBe(4);
  });

  it('keeps charges and applications in order, and what is in already as it is', () => {
    const charges = [
      ...given(opened, arrears({}, {}, {}))
        .book()
        .charges.values(),
    ];
    const book = emptyBook('P1');
    for (const at of [1, 2, 0, 1]) {
      const charge = charges[at];
      if (charge) putCharge(book, { ...charge });
    }
    expect(book.chargesOfCustomer.get('K1')?.map(({ position }) => position)).toEqual([2, 3, 4]);

    const application = {
      customer: 'K1',
      tie: null,
      charge: 2,
      amount: 5n,
      effectiveOn: '2026-03-20',
      released: 0n,
      releasedOn: null,
    };
    for (const [position, index] of [
      [7, 0],
      [5, 1],
      [5, 0],
      [5, 1],
    ] as const)
      putApplication(book, { ...application, position, index });
    expect(book.applications.get('K1')?.map(({ position, index }) => [position, index])).toEqual([
      [5, 0],
      [5, 1],
      [7, 0],
    ]);
  });
});
