import type { DiscountRule } from '@propledger/contracts';
import { TWO } from '../../testing/approvals';
import {
  arrears,
  limits,
  moving,
  opened,
  payingBack,
  prepaidBack,
  receipt,
  reversal,
  undoing,
} from '../../testing/commands';
import { given } from '../../testing/given';
import type { GiveDiscounts, GrantDiscount, LedgerCommand, NewDiscount } from '../ledger/commands';
import { openOf } from '../ledger/state';

const RULE: DiscountRule = {
  ...{ rule: 'Y1', name: '九五折', items: ['物业费'], from: '2026-03-01', to: '2026-12-31', percentOff: '5' },
};
const define = (over: Partial<DiscountRule> = {}): LedgerCommand => ({
  type: 'DefineDiscountRule',
  rule: { ...RULE, ...over },
});
const discount = (charge: number, amount: bigint, over: Partial<NewDiscount> = {}): NewDiscount => ({
  ...{ charge, rule: 'Y1', grant: null, amount },
  basis: { of: '100.00', percentOff: '5', days: 1, allDays: 1, before: '0.00' },
  ...over,
});
const give = (discounts: readonly NewDiscount[], over: Partial<GiveDiscounts> = {}): GiveDiscounts => ({
  ...{ type: 'GiveDiscounts', discounts, date: '2026-03-31', period: null },
  ...{ posting: 'own', reasonDigest: 'digest' },
  computedFrom: [['Y1', 2]],
  ...over,
});
const grant = (over: Partial<GrantDiscount> = {}): GrantDiscount => ({
  ...{ type: 'GrantDiscount', rule: 'Y1', ruleAt: 2, receiptNo: 'SJ1', resource: 'R1', groups: [], from: '2026-04' },
  ...{ worth: 1200_00n, date: '2026-03-05' },
  ...over,
});

describe('rules of discounts', () => {
  it('are defined once, changed as a whole, and withdrawn', () => {
    const history = given(opened, define());
    expect(history.events(define())).toEqual([]);
    expect(history.refusal(define({ percentOff: '6' }))).toEqual({ code: 'discount-rule-exists', rule: 'Y1' });
    const change: LedgerCommand = { type: 'ChangeDiscountRule', rule: { ...RULE, percentOff: '6.0' } };
    expect(history.events(change)).toMatchObject([{ type: 'discount-rule.changed', body: { percentOff: '6' } }]);
    const withdrawn = given(opened, define(), { type: 'WithdrawDiscountRule', rule: 'Y1' });
    expect(withdrawn.refusal(change)).toEqual({ code: 'unknown-discount-rule', rule: 'Y1' });
    expect(withdrawn.events(define({ percentOff: '6' }))).toHaveLength(1);
  });

  it.each([
    [{ items: [] }, 'items'],
    [{ percentOff: undefined }, 'percentOff'],
    [{ amountOff: '1.00' }, 'percentOff'],
    [{ percentOff: '100.01' }, 'percentOff'],
    [{ percentOff: undefined, amountOff: '0.00' }, 'amountOff'],
    [{ percentOff: undefined, giftMonths: 1 }, 'giftMonths'],
    [{ prepaidMonths: 0 }, 'prepaidMonths'],
  ])('with %j are refused for %s', (over, member) => {
    expect(given(opened).refusal(define(over as Partial<DiscountRule>))).toEqual({
      code: 'discount-rule-unfit',
      member,
    });
  });
});

describe('discounts by rule', () => {
  const history = given(opened, define(), arrears({}, {}), receipt(150_00n));

  it('give what was paid of them back as a prepayment, and name their rule', () => {
    const events = history.events(give([discount(3, 5_00n)]));
    expect(events.map(({ type }) => type)).toEqual(['allocation.released', 'charge.reduced']);
    expect(events[1]).toMatchObject({
      body: { kind: 'discount', charge: 3, amount: '5.00', rule: 'Y1', basis: { percentOff: '5' } },
    });
    const after = given(opened, define(), arrears({}, {}), receipt(150_00n), give([discount(3, 5_00n)])).book();
    expect(after.charges.get(3)).toMatchObject({ cash: 95_00n, reduced: 5_00n });
    expect([...after.balances.values()]).toMatchObject([{ balance: 5_00n }]);
  });

  it('are refused when something is not as it was computed from', () => {
    const changed = { code: 'inputs-changed', standard: null, binding: null };
    const basis = discount(3, 1n).basis;
    for (const command of [
      give([discount(3, 5_00n)], { computedFrom: [['Y1', 1]] }),
      give([discount(3, 5_00n, { basis: { ...basis, of: '99.00' } })]),
      give([discount(3, 5_00n, { basis: { ...basis, before: '1.00' } })]),
      give([discount(3, 5_00n, { grant: 9 })]),
      give([discount(99, 5_00n)]),
    ])
      expect(history.refusal(command)).toEqual(changed);
    expect(history.refusal(give([discount(3, 0n)]))).toEqual({ code: 'amount-not-positive' });
    expect(history.refusal(give([discount(3, 100_01n)]))).toEqual({ code: 'charge-is-settled', charge: 3 });
    expect(history.refusal(give([discount(3, 5_00n)], { date: '2026-03-01' }))).toMatchObject({
      code: 'date-before-entry',
    });
  });

  it('take two people when one charge has more of them than the limit', () => {
    const limited = given(opened, define(), arrears({}, {}), limits({ waiver: 7_00n }));
    expect(limited.events(give([discount(3, 5_00n), discount(4, 7_00n)]))).toHaveLength(2);
    const rest = give([discount(3, 5_00n), discount(3, 2_01n)]);
    expect(limited.refusal(rest)).toEqual({
      code: 'approval-required',
      kind: 'waiver',
      amount: '7.01',
      limit: '7.00',
    });
    expect(limited.when(rest, TWO)).toMatchObject({ accepted: true });
  });
});

describe('a discount for prepaying', () => {
  const prepays = define({ prepaidMonths: 12 });
  const paid = [opened, prepays, receipt(1140_00n, { resource: 'R1' })] as const;

  it('is granted on a receipt that prepaid the months, less the discount', () => {
    expect(given(...paid).events(grant())).toMatchObject([
      {
        type: 'discount.granted',
        accountingPeriod: null,
        body: {
          ...{ rule: 'Y1', receiptNo: 'SJ1', receipt: 3, customer: 'K1', resource: 'R1', items: ['物业费'] },
          ...{ from: '2026-04-01', to: '2027-03-31', percentOff: '5', worth: '1200.00', needed: '1140.00' },
        },
      },
    ]);
    const gift = define({ prepaidMonths: 12, percentOff: undefined, giftMonths: 2 });
    expect(given(opened, gift, receipt(1200_00n)).events(grant())).toMatchObject([
      { body: { from: '2027-04-01', to: '2027-05-31', percentOff: '100', needed: '1200.00' } },
    ]);
  });

  it.each([
    [grant({ rule: 'Y2' }), { code: 'unknown-discount-rule', rule: 'Y2' }],
    [grant({ ruleAt: 1 }), { code: 'inputs-changed', standard: null, binding: null }],
    [grant({ receiptNo: 'SJ9' }), { code: 'unknown-receipt', receiptNo: 'SJ9' }],
    [grant({ resource: 'R2' }), { code: 'discount-rule-not-met', rule: 'Y1' }],
    [grant({ worth: 1200_11n }), { code: 'prepaid-too-little', needed: '1140.10', prepaid: '1140.00' }],
  ])('is refused: %#', (command, rejection) => {
    expect(given(...paid).refusal(command)).toEqual(rejection);
  });

  it('is not granted for what was taken back since', () => {
    const back = prepaidBack(1_00n, { tie: 'R1' });
    expect(given(...paid, back).refusal(grant({ date: '2026-03-28' }))).toEqual({
      ...{ code: 'prepaid-too-little', needed: '1140.00', prepaid: '1139.00' },
    });
  });

  it('is granted once, and keeps its receipt from being refunded or moved', () => {
    const history = given(...paid, grant());
    const refusal = { code: 'receipt-has-discount', receiptNo: 'SJ1', grant: 4 };
    for (const command of [grant(), payingBack(1_00n), moving('K2')]) expect(history.refusal(command)).toEqual(refusal);
  });

  it('is taken back with all that was given by it when its receipt is reversed, or when it is withdrawn', () => {
    const ofGrant = discount(5, 5_00n, { grant: 4 });
    const history = given(...paid, grant(), arrears({}), give([ofGrant]));
    const withdrawal: LedgerCommand = {
      ...{ type: 'WithdrawDiscountGrant', grant: 4, date: '2026-04-01', posting: 'own' },
    };
    for (const [command, last] of [
      [reversal({ date: '2026-04-01' }), ['receipt.reversed']],
      [withdrawal, []],
    ] as const) {
      const after = given(...paid, grant(), arrears({}), give([ofGrant]), command);
      const types = after.log.slice(history.log.length).map(({ type }) => type);
      expect(types).toEqual(['entry.reversed', 'discount.grant-withdrawn', ...last]);
      const charge = after.book().charges.get(5);
      expect(charge && openOf(charge)).toBe(100_00n);
      expect(after.refusal(withdrawal)).toEqual({ code: 'unknown-grant' });
      expect(after.refusal(undoing(6))).toMatchObject({ code: 'already-reversed' });
    }
    expect(history.refusal(reversal({ date: '2026-03-30' }))).toMatchObject({ code: 'date-before-entry' });
  });

  it('of an amount gives no more than that amount', () => {
    const amount = define({ prepaidMonths: 12, percentOff: undefined, amountOff: '8.00' });
    const history = given(opened, amount, receipt(1200_00n, { resource: 'R1' }), grant(), arrears({}, {}));
    const parts = [discount(5, 5_00n, { grant: 4 }), discount(6, 4_00n, { grant: 4 })];
    expect(history.events(give([parts[0]!]))).toHaveLength(1);
    const after = given(
      opened,
      amount,
      receipt(1200_00n, { resource: 'R1' }),
      grant(),
      arrears({}, {}),
      give([parts[0]!]),
    );
    expect(after.refusal(give([parts[1]!]))).toMatchObject({ code: 'inputs-changed' });
    expect(after.events(give([discount(6, 3_00n, { grant: 4 })]))).toHaveLength(1);
  });
});
