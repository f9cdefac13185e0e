import type { Day } from '@propledger/contracts';
import { accept, reject, toldOf, type Customer, type CustomerChange, type CustomersDecision } from '../archive/facts';

/** The event says that something changed, and not what: that is personal. Changing nothing records nothing. */
export const changeCustomer = (
  change: CustomerChange,
  standing: Customer | undefined,
  today: Day,
): CustomersDecision => {
  if (standing === undefined) return reject({ code: 'customer-not-found' });
  const changed: Customer = { ...standing, ...change };
  const isSame = (Object.keys(changed) as (keyof Customer)[]).every(
    (field) => JSON.stringify(changed[field]) === JSON.stringify(standing[field]),
  );
  if (isSame) return accept();
  return accept({
    type: 'customer.changed',
    effectiveDate: today,
    body: toldOf(changed),
  });
};
