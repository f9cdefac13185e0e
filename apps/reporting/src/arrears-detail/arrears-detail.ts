import { yuan } from '../money';
import { known, NEAR_EVENTS, openCharges } from '../projection/open-charges';
import { count, CUSTOMER, CUT, day, ITEM, money, movesOf, PROJECT, type Report, RESOURCE } from '../report';

interface Row {
  readonly project: string;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: string;
  readonly to: string;
  readonly due_on: string;
  readonly open: string;
  readonly overdue_days: number;
  /** Charged, received, written off. */
  readonly sums: readonly [string, string, string];
}

/** The sums by kind are looked up for the rows of the page alone. @param nearEvents see NEAR_EVENTS. */
export const arrearsDetailSql = (
  nearEvents: number,
): string => `with ${CUT}, ${known(nearEvents)}, ${openCharges('known')}
  select c.project, c.resource, c.customer, c.item, to_char(c.service_from, 'YYYY-MM-DD') as from,
    to_char(c.service_to, 'YYYY-MM-DD') as to, to_char(c.due_on, 'YYYY-MM-DD') as due_on, c.open::text, c.overdue_days,
    (select array[coalesce(sum(amount_fen) filter (where kind in ('charge', 'correction', 'transfer')), 0)::text,
        coalesce(-sum(amount_fen) filter (where kind in ('cash', 'prepayment')), 0)::text,
        coalesce(-sum(amount_fen) filter (where kind = 'write-off'), 0)::text]
      from receivable_movement
      where book = c.book and charge = c.position and position <= c.ledger and effective_on <= $4::date) as sums
  from open_charge c
  order by c.project, c.resource, c.customer, c.item, c.service_from, c.service_to, c.priority, c.position`;

/** 欠费明细. */
export const arrearsDetail: Report<Row> = {
  name: 'arrears-detail',
  title: '欠费明细 Arrears in detail',
  description: 'Charges due by asOf, with something open by what was effective by asOf. One row a charge.',
  selection: 'asOf',
  columns: [
    PROJECT,
    RESOURCE,
    CUSTOMER,
    ITEM,
    day('from', '费用开始日期', 'First day of the service period'),
    day('to', '费用结束日期', 'Last day of the service period'),
    day('dueOn', '应收日期', 'Due date'),
    money('amount', '应收金额', 'Amount charged, less what was corrected or transferred to another customer'),
    money('received', '已收金额', 'Received, prepayments applied included'),
    money('writtenOff', '核销金额', 'Written off, waived or given as a discount'),
    money('open', '欠费金额', 'Still open'),
    count('overdueDays', '逾期天数', 'Days from the due date to asOf'),
  ],
  sql: () => arrearsDetailSql(NEAR_EVENTS),
  key: 'project, resource, customer, item, "from", "to", due_on',
  moves: () => movesOf('receivable_movement', 'm.counts_on <= $4::date'),
  cells: (row) => [
    row.project,
    row.resource,
    row.customer,
    row.item,
    row.from,
    row.to,
    row.due_on,
    yuan(row.sums[0]),
    yuan(row.sums[1]),
    yuan(row.sums[2]),
    yuan(row.open),
    row.overdue_days,
  ],
};
