import { accept, reject, SINCE_EVER, toldOf, type Customer, type CustomersDecision } from '../archive/facts';

/** `isKnownProject`: whether this service has heard of the project from the registry. */
export const registerCustomer = (
  customer: Customer,
  standing: Customer | undefined,
  isKnownProject: boolean,
): CustomersDecision => {
  if (!isKnownProject) return reject({ code: 'project-not-found' });
  if (standing !== undefined) return reject({ code: 'customer-exists', customer: customer.customer });
  return accept({ type: 'customer.registered', effectiveDate: SINCE_EVER, body: toldOf(customer) });
};
