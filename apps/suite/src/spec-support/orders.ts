import fc from 'fast-check';
import type { Order, Posting, ReferenceLedger } from './reference-ledger';

/** An order before it is known what stands: `nth` points at a charge or write-off by its number among those that do. */
export type Wish =
  | Exclude<Order, { do: 'write-off' | 'reverse-write-off' | 'reverse-charge' }>
  | (Pick<Extract<Order, { do: 'write-off' }>, 'do' | 'amount' | 'date' | 'posting'> & { readonly nth: number })
  | {
      readonly do: 'reverse-write-off' | 'reverse-charge';
      readonly nth: number;
      readonly date: string;
      readonly posting: Posting;
    };

/** What a wish means now; null: there is nothing that it could mean. */
export const orderOf = (wish: Wish, ledger: ReferenceLedger): Order | null => {
  if (!('nth' in wish)) return wish;
  const { nth, ...rest } = wish;
  const facts = rest.do === 'reverse-write-off' ? ledger.writeOffs : ledger.charges;
  const at = facts[nth % facts.length]?.at;
  if (at === undefined) return null;
  return rest.do === 'reverse-write-off' ? { ...rest, do: rest.do, writeOff: at } : ({ ...rest, charge: at } as Order);
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
  { weight: 5, arbitrary: fc.record({ do: is('reverse-receipt'), receiptNo, ...dated }) },
  { weight: 2, arbitrary: fc.record({ do: is('write-off'), nth, amount, ...dated }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reverse-write-off', 'reverse-charge'), nth, ...dated }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('deposit'), receiptNo: depositNo, resource, customer, amount, ...dated }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('refund-deposit'), receiptNo: depositNo, amount, ...dated }) },
  { weight: 1, arbitrary: fc.record({ do: is('reverse-deposit'), receiptNo: depositNo, ...dated }) },
);

export const months = month;
export const days = day;
