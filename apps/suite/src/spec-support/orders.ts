import fc from 'fast-check';
import type { GivenUp, Order, Posting, ReferenceLedger } from './reference-ledger';

/** An order before it is known what stands: `nth` points at a charge, or at what was given up, by its number. */
export type Wish =
  | Exclude<Order, { do: 'give-up' | 'reverse-give-up' | 'reverse-charge' }>
  | ({ readonly nth: number; readonly date: string; readonly posting: Posting } & (
      | { readonly do: 'give-up'; readonly as: GivenUp; readonly amount: bigint }
      | { readonly do: 'reverse-give-up' | 'reverse-charge' }
    ));

/** What a wish means now; null: there is nothing that it could mean. */
export const orderOf = (wish: Wish, ledger: ReferenceLedger): Order | null => {
  if (!('nth' in wish)) return wish;
  const { nth, ...rest } = wish;
  if (rest.do === 'reverse-give-up') {
    const given = ledger.givenUp[nth % ledger.givenUp.length];
    return given ? { ...rest, do: rest.do, as: given.as, at: given.at } : null;
  }
  const charge = ledger.charges[nth % ledger.charges.length]?.at;
  if (charge === undefined) return null;
  return rest.do === 'give-up' ? { ...rest, charge } : { ...rest, do: 'reverse-charge', charge };
};

// Few customers, resources and numbers, so that random orders meet.
const customer = fc.constantFrom('K1', 'K2');
const resource = fc.constantFrom('R1', 'R2');
const item = fc.constantFrom('物业费', '垃圾费');
const amount = fc.bigInt({ min: 1n, max: 300n });
const month = fc.constantFrom('2026-02', '2026-03', '2026-04');
const day = fc
  .tuple(month, fc.integer({ min: 1, max: 28 }))
  .map(([of, date]) => `${of}-${String(date).padStart(2, '0')}`);
const posting = fc.constantFrom<Posting>('own', 'own', 'first-open');
const dated = { date: day, posting };
const receiptNo = fc.constantFrom('SJ1', 'SJ2', 'SJ3', 'SJ4', 'SJ5');
const depositNo = fc.constantFrom('YJ1', 'YJ2');
const nth = fc.nat(20);
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 1 });
const is = <T extends string>(name: T): fc.Arbitrary<T> => fc.constant(name);

const charge = fc
  .record({
    customer,
    resource,
    item,
    month,
    amount,
    priority: fc.integer({ min: 1, max: 2 }),
    half: fc.boolean(),
    ...dated,
  })
  .map(({ month: of, half, ...rest }): Wish => ({
    ...rest,
    do: 'charge',
    from: `${of}-01`,
    to: half ? `${of}-14` : `${of}-28`,
    dueOn: `${of}-10`,
  }));

export const wishes: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 6, arbitrary: charge },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ do: is('receipt'), receiptNo, customer, resource: rarely(resource), item: rarely(item) },
      ...{ method: fc.constantFrom('现金', '微信'), reference: rarely(fc.constantFrom('T1', 'T2')), amount, ...dated },
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: is('reverse-receipt'), receiptNo, ...dated }) },
  { weight: 2, arbitrary: fc.record({ do: is('release'), receiptNo, ...dated }) },
  { weight: 2, arbitrary: fc.record({ do: is('refund-receipt'), receiptNo, amount, ...dated }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('refund-prepayment'), customer, resource: rarely(resource), amount, ...dated }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: is('give-up'), as: fc.constantFrom<GivenUp>('write-off', 'waiver', 'discount'), nth },
      ...{ amount: fc.bigInt({ min: 1n, max: 100n }), ...dated },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('reverse-give-up', 'reverse-charge'), nth, ...dated }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('deposit'), receiptNo: depositNo, resource, customer, amount, ...dated }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('refund-deposit'), receiptNo: depositNo, amount, ...dated }) },
  { weight: 1, arbitrary: fc.record({ do: is('reverse-deposit'), receiptNo: depositNo, ...dated }) },
);

export const months = month;
export const days = day;
