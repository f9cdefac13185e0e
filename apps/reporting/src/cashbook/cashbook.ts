import { yuan } from '../money';
import { count, CUT, day, money, movesOf, PROJECT, type Report } from '../report';

interface Row {
  readonly project: string;
  readonly received_on: string;
  readonly method: string;
  readonly receipts: number;
  readonly amount: string;
}

/** 收款日报. */
export const cashbook: Report<Row> = {
  name: 'cashbook',
  title: '收款日报 Cashbook',
  description:
    'Receipts, and money for what was written off, posted into the period and dated by asOf, by project, own date and method. ' +
    'A reversal, and a refund of a receipt or prepayment, counts −1 and its amount negative on its own date; a row that nets to ' +
    'zero stays.',
  selection: 'period',
  columns: [
    PROJECT,
    day('receivedOn', '收款日期', 'Date of the receipt, of its reversal, or of the refund'),
    { key: 'method', header: '收款方式', kind: 'text', description: 'Method' },
    count('receipts', '笔数', 'Tenders of receipts and recoveries, less those of reversals and refunds'),
    money('amount', '金额', 'Amount'),
  ],
  sql: () => `with ${CUT}
    select m.book as project, to_char(m.effective_on, 'YYYY-MM-DD') as received_on, m.method,
      sum(m.receipts)::integer as receipts, sum(m.amount_fen)::text as amount
    from cut k join receipt_movement m on m.book = k.book and m.period = $5::text and m.position <= k.ledger
      and m.effective_on <= $4::date
    group by m.book, m.effective_on, m.method
    order by m.book, m.effective_on, m.method`,
  key: 'project, received_on, method',
  moves: () => movesOf('receipt_movement', 'm.period = $5::text and m.effective_on <= $4::date'),
  cells: (row) => [row.project, row.received_on, row.method, row.receipts, yuan(row.amount)],
};
