import { accept, reject, SINCE_EVER, type Customer, type CustomersDecision } from '../archive/facts';

/** `isKnownProject`: whether this service has heard of the project from the registry. */
export const registerCustomer = (
  { customer, kind }: Customer,
  standing: Customer | undefined,
  isKnownProject: boolean,
): CustomersDecision => {
  if (!isKnownProject) return reject({ code: 'project-not-found' });
  if (standing !== undefined) return reject({ code: 'customer-exists', customer });
  return accept({ type: 'customer.registered', effectiveDate: SINCE_EVER, body: { customer, kind } });
};
