import { yuan } from '../money';
import { CUSTOMER, CUT, day, money, movesOf, PROJECT, type Report, RESOURCE } from '../report';

interface Row {
  readonly project: string;
  readonly receipt_no: string;
  readonly resource: string;
  readonly customer: string;
  readonly kind: string;
  readonly received_on: string;
  readonly received: string;
  readonly refunded: string;
  readonly held: string;
}

/** 押金. A deposit that was reversed by asOf is not one. */
export const deposits: Report<Row> = {
  name: 'deposits',
  title: '押金台账 Deposits',
  description: 'Every deposit received by asOf, with what was refunded, applied to charges or forfeited by asOf.',
  selection: 'asOf',
  columns: [
    PROJECT,
    { key: 'receiptNo', header: '收据号', kind: 'code', description: 'Receipt number' },
    RESOURCE,
    CUSTOMER,
    { key: 'kind', header: '押金类型', kind: 'text', description: 'Kind of deposit' },
    day('receivedOn', '收取日期', 'Received on'),
    money('received', '收取金额', 'Received'),
    money('refunded', '已退金额', 'Refunded, applied to charges or forfeited'),
    money('held', '余额', 'Still held'),
  ],
  sql: () => `with ${CUT}
    select d.book as project, d.receipt_no, d.resource, d.customer, d.kind, to_char(d.received_on, 'YYYY-MM-DD') as received_on,
      m.received::text, m.refunded::text, (m.received - m.refunded)::text as held
    from cut k
    join deposit d on d.book = k.book and d.position <= k.ledger and d.received_on <= $4::date
    cross join lateral (
      select coalesce(sum(amount_fen) filter (where kind = 'received'), 0) as received,
        coalesce(sum(amount_fen) filter (where kind = 'refunded'), 0) as refunded
      from deposit_movement
      where book = d.book and deposit = d.position and position <= k.ledger and effective_on <= $4::date
    ) m
    where m.received <> 0
    order by d.book, d.receipt_no, d.position`,
  key: 'project, receipt_no, received_on',
  moves: () =>
    movesOf(
      'deposit_movement',
      `m.effective_on <= $4::date and exists (
         select from deposit d where d.book = m.book and d.position = m.deposit and d.received_on <= $4::date)`,
      `case m.kind when 'received' then m.amount_fen else -m.amount_fen end`,
    ),
  cells: (row) => [
    row.project,
    row.receipt_no,
    row.resource,
    row.customer,
    row.kind,
    row.received_on,
    yuan(row.received),
    yuan(row.refunded),
    yuan(row.held),
  ],
};
