import type { JournalFormat } from './entries';

/** hledger. Comments carry the tags, one a line; a tag's value ends at a comma there, the comment has it whole. */
export const hledger: JournalFormat = {
  begin: (book) => `; ${book}\ndecimal-mark .\ncommodity 1000.00 CNY\n`,
  open: (account) => `account ${account}\n`,
  transaction: ({ book, position, type, date, period, postings }) =>
    [
      `\n${date} * (${position}) ${type}`,
      `    ; book:${book}`,
      ...(period === null ? [] : [`    ; period:${period}`]),
      ...postings.flatMap(({ account, amount, details }) => [
        `    ${account}  ${amount} CNY`,
        ...details.map(([name, value]) => `    ; ${name}:${value}`),
      ]),
      '',
    ].join('\n'),
};
