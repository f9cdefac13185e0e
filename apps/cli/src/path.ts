/** A path with its values encoded: path`/billing/v1/projects/${code}/receipts`. */
export const path = (texts: TemplateStringsArray, ...values: readonly string[]): string =>
  texts.reduce((whole, text, index) => whole + encodeURIComponent(values[index - 1] ?? '') + text);
