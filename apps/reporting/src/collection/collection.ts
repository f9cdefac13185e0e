import { percent, yuan } from '../money';
import { COUNTED_UNTIL, MOVED_UNTIL } from '../projection/moved-until';
import { known, NEAR_EVENTS } from '../projection/open-charges';
import { CUT, money, type Moment, movesOf, PROJECT, rate, type Report } from '../report';

interface Row {
  readonly project: string;
  readonly charged: string;
  readonly cash: string;
  readonly prepaid: string;
  readonly written_off: string;
  readonly open: string;
}

/** @param nearEvents see NEAR_EVENTS. */
export const collectionSql = ({ period }: Moment, nearEvents: number): string => `with ${CUT}, ${known(nearEvents)},
  ${period === null ? COUNTED_UNTIL : MOVED_UNTIL}, sums as (
    select book,
      sum(amount_fen) filter (where kind in ('charge', 'correction')) as charged,
      -sum(amount_fen) filter (where kind = 'cash') as cash,
      -sum(amount_fen) filter (where kind = 'prepayment') as prepaid,
      -sum(amount_fen) filter (where kind = 'write-off') as written_off,
      sum(amount_fen) as open
    from ${period === null ? 'counted' : 'moved where charge_period = $5::text'}
    group by book
  )
  select k.book as project, ${['charged', 'cash', 'prepaid', 'written_off', 'open'].map((sum) => `coalesce(s.${sum}, 0)::text as ${sum}`).join(', ')}
  from cut k left join sums s on s.book = k.book
  order by k.book collate "C"`;

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
  sql: (moment) => collectionSql(moment, NEAR_EVENTS),
  key: 'project',
  moves: ({ period }) =>
    movesOf(
      'receivable_movement',
      period === null
        ? 'm.counts_on <= $4::date'
        : 'm.charge_period = $5::text and m.period <= $5::text and m.effective_on <= $4::date',
    ),
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
