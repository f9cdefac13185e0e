import { yuan } from '../money';
import { OPEN_CHARGES } from '../projection/open-charges';
import { count, CUSTOMER, day, ITEM, money, PROJECT, type Report, RESOURCE } from '../report';

interface Row {
  readonly project: string;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: string;
  readonly to: string;
  readonly due_on: string;
  readonly charged: string;
  readonly received: string;
  readonly written_off: string;
  readonly open: string;
  readonly overdue_days: number;
}

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
    money('amount', '应收金额', 'Amount charged'),
    money('received', '已收金额', 'Received, prepayments applied included'),
    money('writtenOff', '核销金额', 'Written off, waived or given as a discount'),
    money('open', '欠费金额', 'Still open'),
    count('overdueDays', '逾期天数', 'Days from the due date to asOf'),
  ],
  sql: () => `with ${OPEN_CHARGES}
    select book as project, resource, customer, item, to_char(service_from, 'YYYY-MM-DD') as from,
      to_char(service_to, 'YYYY-MM-DD') as to, to_char(due_on, 'YYYY-MM-DD') as due_on, charged::text, received::text,
      written_off::text, open::text, overdue_days
    from open_charge
    order by book, resource, customer, item, service_from, service_to, priority, position`,
  cells: (row) => [
    row.project,
    row.resource,
    row.customer,
    row.item,
    row.from,
    row.to,
    row.due_on,
    yuan(row.charged),
    yuan(row.received),
    yuan(row.written_off),
    yuan(row.open),
    row.overdue_days,
  ],
};
