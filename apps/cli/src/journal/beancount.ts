import type { JournalFormat } from './entries';

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Beancount 3. The period is a tag, so that a period's balances are those of its tag. */
export const beancount: JournalFormat = {
  begin: (book) => `option "title" ${quoted(book)}\noption "operating_currency" "CNY"\n`,
  // Before any date that an entry can have.
  open: (account) => `1900-01-01 open ${account} CNY\n`,
  transaction: ({ book, position, type, date, period, postings }) =>
    [
      `\n${date} * ${quoted(type)}${period === null ? '' : ` #${period}`}`,
      `  book: ${quoted(book)}`,
      `  position: ${position}`,
      ...postings.flatMap(({ account, amount, details }) => [
        `  ${account}  ${amount} CNY`,
        ...details.map(([name, value]) => `    ${name}: ${quoted(value)}`),
      ]),
      '',
    ].join('\n'),
};
