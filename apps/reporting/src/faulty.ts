import { Problem } from '@propledger/service-kit';

/** One query parameter is not what it should be. */
export const faulty = (parameter: string, message: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer: `/query/${parameter}`, code: parameter, message }] });
