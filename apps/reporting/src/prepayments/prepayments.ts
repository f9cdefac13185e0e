import { yuan } from '../money';
import { CUSTOMER, CUT, money, movesOf, PROJECT, type Report, RESOURCE } from '../report';

interface Row {
  readonly project: string;
  readonly customer: string;
  readonly tie: string;
  readonly balance: string;
}

/** 预交款余额. */
export const prepayments: Report<Row> = {
  name: 'prepayments',
  title: '预交款余额 Prepayment balances',
  description: 'Balances as of asOf that are not zero, by customer and the resource that the money is tied to.',
  selection: 'asOf',
  columns: [
    PROJECT,
    CUSTOMER,
    { ...RESOURCE, description: 'The resource that the money is tied to; blank: usable for any', blank: true },
    money('balance', '余额', 'Balance'),
  ],
  sql: () => `with ${CUT}
    select m.book as project, m.customer, m.tie, sum(m.amount_fen)::text as balance
    from cut k join prepayment_movement m on m.book = k.book and m.position <= k.ledger and m.effective_on <= $4::date
    group by m.book, m.customer, m.tie
    having sum(m.amount_fen) <> 0
    order by m.book, m.customer, m.tie`,
  key: 'project, customer, tie',
  moves: () => movesOf('prepayment_movement', 'm.effective_on <= $4::date'),
  cells: (row) => [row.project, row.customer, row.tie === '' ? null : row.tie, yuan(row.balance)],
};
