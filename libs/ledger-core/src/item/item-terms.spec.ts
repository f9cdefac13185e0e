import { GROUP_BOOK, type ItemTerms, type Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { newCharge, opened } from '../../testing/commands';
import { given } from '../../testing/given';
import { decide } from '../ledger/decide';
import { taxIn } from '../ledger/raise-charges';
import { emptyState } from '../ledger/state';
import { monthCharges } from '../tariff/month-charge';
import { recompute } from '../tariff/recompute';
import { explain, explainTax } from '../explain/explain';
import { Items, ofItem, pricedBy } from './item-terms';

const terms = (over: Partial<ItemTerms> = {}): ItemTerms => ({
  item: '物业费',
  from: '2026-01-01',
  class: '收入',
  taxRate: '0.06',
  ...over,
});
const set = (over: Partial<ItemTerms> = {}) => ({ type: 'SetItemTerms', terms: terms(over) }) as const;

describe('what is declared of an item', () => {
  it.each([
    [{ taxRate: '1' }, { code: 'tax-rate-out-of-range', taxRate: '1' }],
    [{ taxRate: '-0.01' }, { code: 'tax-rate-out-of-range', taxRate: '-0.01' }],
    [{ class: '代收' as const }, { code: 'item-bears-no-tax' }],
    [{ class: '押金' as const, taxRate: '0', priceWithoutTax: true as const }, { code: 'item-bears-no-tax' }],
  ])('is refused: %j', (over, rejection) => {
    expect(given(opened).refusal(set(over))).toEqual(rejection);
  });

  it('is set from its day on; the same again needs no event, other terms for the day take its place', () => {
    const [event] = given(opened).events(set({ taxRate: '0.0600', payer: '付费人' }));
    expect(event).toMatchObject({ type: 'item.terms-set', effectiveDate: '2026-01-01', accountingPeriod: null });
    expect(event?.body).toEqual(terms());
    const after = given(opened, set());
    expect(after.events(set({ taxRate: '0.060' }))).toEqual([]);
    expect(after.events(set({ taxRate: '0.09' }))).toHaveLength(1);
    expect(after.events({ type: 'WithdrawItemTerms', item: '物业费', from: '2026-01-01' })).toHaveLength(1);
    expect(after.refusal({ type: 'WithdrawItemTerms', item: '物业费', from: '2026-02-01' })).toMatchObject({
      code: 'unknown-item-terms',
    });
  });

  it('stands in the group’s book, too, which has no period and takes nothing else', () => {
    const state = emptyState();
    expect(decide(state, GROUP_BOOK, set(), 1)).toMatchObject({ accepted: true });
    expect(decide(state, GROUP_BOOK, { type: 'WithdrawDeveloper', from: '2026-01-01' }, 1)).toMatchObject({
      rejection: { code: 'book-not-open' },
    });
  });

  it('holds from its day until the next; a project’s own comes before the group’s once it has begun', () => {
    const group = [terms({ taxRate: '0.03' }), terms({ taxRate: '0.05', from: '2026-05-01' })];
    const items = new Items([terms({ from: '2026-03-01' })], group);
    const rateOn = (day: string) => items.on('物业费', day)?.taxRate ?? null;
    expect(['2025-12-31', '2026-01-01', '2026-02-28', '2026-03-01', '2026-05-01'].map(rateOn)).toEqual([
      ...[null, '0.03', '0.03'],
      ...['0.06', '0.06'],
    ]);
    expect(items.on('停车费', '2026-03-01')).toBeNull();
  });

  it('names the developer from a day on, and nobody any more', () => {
    const name = (customer: string | null) =>
      ({ type: 'NameDeveloper', developer: { customer, from: '2026-01-01' } }) as const;
    const named = given(opened, name('K9'));
    expect(named.events(name('K9'))).toEqual([]);
    expect(named.events(name(null))[0]?.body).toEqual({ customer: null, from: '2026-01-01' });
    expect(named.events({ type: 'WithdrawDeveloper', from: '2026-01-01' })).toHaveLength(1);
    expect(given(opened).refusal({ type: 'WithdrawDeveloper', from: '2026-01-01' })).toMatchObject({
      code: 'unknown-developer',
    });
  });
});

describe('a charge of a declared item', () => {
  const charge = newCharge({ amount: 106_00n, priority: 5 });

  it('is as it was where nothing is declared', () => {
    expect(ofItem(charge, null)).toBe(charge);
  });

  it('has its tax and its place, or is collected for others', () => {
    expect(ofItem(charge, terms())).toMatchObject({ taxRate: '0.06', priority: 5 });
    expect(ofItem(charge, terms({ priority: 2 }))).toMatchObject({ priority: 2 });
    const others = ofItem(charge, terms({ class: '代收', taxRate: '0' }));
    expect(others).toEqual({ ...charge, forOthers: true });
  });

  it('splits what it comes to into net and tax, to the fen', () => {
    expect(taxIn(106_00n, '0.06')).toBe(6_00n);
    expect(taxIn(100_00n, '0.06')).toBe(5_66n);
    expect(taxIn(1n, '0.06')).toBe(0n);
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 1, max: 9999 }), (amount, rate) => {
        const tax = taxIn(amount, `0.${rate.toString().padStart(4, '0')}`);
        const net = amount - tax;
        // The net is the whole number nearest to amount ÷ (1 + rate): half a fen off at most.
        const off = 2n * net * BigInt(10_000 + rate) - 2n * amount * 10_000n;
        return tax >= 0n && off <= BigInt(10_000 + rate) && -off <= BigInt(10_000 + rate);
      }),
    );
  });

  it('says how it is split', () => {
    expect(explainTax({ net: '100.00', tax: '6.00', taxRate: '0.06' })?.zh).toContain('不含税 100.00 元, 税额 6.00 元');
    expect(explainTax({ net: '9.00', tax: '0.00', taxRate: '0', forOthers: true })?.en).toContain('for others');
    expect(explainTax({ net: '9.00', tax: '0.00', taxRate: '0' })).toBeNull();
  });
});

describe('a price without tax', () => {
  const standard: Standard = {
    ...{ standard: 'WY', name: '物业费', item: '物业费', dueDay: 10, priority: 1, surcharge: '3' },
    method: '面积单价',
    rounding: '分',
    prices: [{ price: '2.50', from: '2020-01-01', to: null }],
  };
  const charged = (over: Partial<ItemTerms>) =>
    monthCharges({
      standard: pricedBy(standard, terms(over)),
      binding: { from: '2026-03-01', to: '2026-03-10' },
      areas: [{ from: '2020-01-01', to: null, area: '88.5' }],
      payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
      period: '2026-03',
    }).parts;

  // (2.50 × 88.5 + 3) × 10 ÷ 31 = 72.338709…; with 6 % 76.679032…
  it('has the tax on top before it is rounded, and explains itself', () => {
    expect(charged({}).map(({ amount }) => amount)).toEqual([72_34n]);
    const [part] = charged({ priceWithoutTax: true });
    expect(part?.amount).toBe(76_68n);
    expect(part && recompute(part.basis)).toBe(76_68n);
    const { zh, en } = explain(part?.basis ?? { method: '手工' });
    expect(zh[0]).toBe(
      '每月 2.50 元 × 88.5 ㎡ = 221.25 元, 加附加费 3 元 = 224.25 元, 单价不含税, 加税 6% = 237.705 元',
    );
    expect(en[0]).toContain('prices being without tax, with 6% of it = 237.705 yuan');
  });
});
