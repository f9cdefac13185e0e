const SPECIAL = /["\\]/;

/**
 * A parameter as it is given to pg: an array of texts, numbers and nulls as the text that pg would make of it. Its own way replaces in
 * each element twice and asks of each what else it may be, which was a twenty-fifth of what a receipt takes of the CPU.
 */
export const parameterOf = (value: unknown): unknown => (Array.isArray(value) ? (textOf(value) ?? value) : value);

/** Null: something else is in it, and pg must look at each. */
const textOf = (values: readonly unknown[]): string | null => {
  let text = '{';
  let separator = '';
  for (const value of values) {
    text += separator;
    separator = ',';
    if (value === null || value === undefined) text += 'NULL';
    else if (typeof value === 'string') text += `"${SPECIAL.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
    else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') text += `"${value}"`;
    else return null;
  }
  return `${text}}`;
};
