import { Problem } from '@propledger/service-kit';

/** Where a question says what it asks for: as the query of a request, or in its body. */
export type Place = 'query' | 'body';

/** One parameter is not what it should be. */
export const faulty = (parameter: string, message: string, place: Place = 'query'): Problem =>
  new Problem('invalid-input', { errors: [{ pointer: `/${place}/${parameter}`, code: parameter, message }] });
