import { percent, yuan } from '../money';
import { CUT, money, PROJECT, rate, type Report } from '../report';

interface Row {
  readonly project: string;
  readonly charged: string;
  readonly cash: string;
  readonly prepaid: string;
  readonly written_off: string;
  readonly open: string;
}

/** 收缴情况 by project: of the charges due by a day, or of the charges of a period by its end. Adds up on every row. */
export const collection: Report<Row> = {
  name: 'collection',
  title: '收缴情况 Collection by project',
  description:
    'One row a project. With `period`: the charges of that period and what was posted on them up to its end and effective by asOf. Without: all charges ' +
    'due by asOf and what was effective on them by asOf (open then agrees with arrears-detail).',
  selection: 'either',
  columns: [
    { ...PROJECT, header: '项目' },
    money('charged', '应收', 'Charged'),
    money('cash', '实收(现金)', 'Received'),
    money('prepaid', '预交冲抵', 'Prepayments applied'),
    money('writtenOff', '核销', 'Written off, waived or given as a discount'),
    money('open', '欠费', 'Still open'),
    rate('collectionRate', '收缴率', '(cash + prepaid) in per cent of charged; blank when nothing was charged'),
  ],
  sql: (moment) => `with ${CUT}, moved as (
      select m.book,
        sum(m.amount_fen) filter (where m.kind = 'charge') as charged,
        -sum(m.amount_fen) filter (where m.kind = 'cash') as cash,
        -sum(m.amount_fen) filter (where m.kind = 'prepayment') as prepaid,
        -sum(m.amount_fen) filter (where m.kind = 'write-off') as written_off,
        sum(m.amount_fen) as open
      from cut k join receivable_movement m on m.book = k.book and m.position <= k.ledger
      where ${moment.period === null ? 'm.counts_on <= $4::date' : 'm.charge_period = $5::text and m.period <= $5::text and m.effective_on <= $4::date'}
      group by m.book
    )
    select k.book as project, ${['charged', 'cash', 'prepaid', 'written_off', 'open'].map((sum) => `coalesce(m.${sum}, 0)::text as ${sum}`).join(', ')}
    from cut k left join moved m on m.book = k.book
    order by k.book collate "C"`,
  cells: (row) => [
    row.project,
    yuan(row.charged),
    yuan(row.cash),
    yuan(row.prepaid),
    yuan(row.written_off),
    yuan(row.open),
    percent(BigInt(row.cash) + BigInt(row.prepaid), BigInt(row.charged)),
  ],
};
