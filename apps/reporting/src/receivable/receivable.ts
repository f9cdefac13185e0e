import { percent, yuan } from '../money';
import { MOVED_UNTIL } from '../projection/moved-until';
import { known, NEAR_EVENTS } from '../projection/open-charges';
import { CUT, ITEM, money, movesOf, PROJECT, rate, type Report } from '../report';

interface Row {
  readonly project: string;
  readonly item: string;
  readonly opening: string;
  readonly charged: string;
  readonly cash_current: string;
  readonly cash_earlier: string;
  readonly prepaid_current: string;
  readonly prepaid_earlier: string;
  readonly written_off: string;
  readonly closing: string;
}

const inPeriod = (condition: string): string =>
  `coalesce(sum(amount_fen) filter (where period = $5 and ${condition}), 0)`;

/**
 * An item whose charges are all reversed and that moved nothing in the period has no row.
 *
 * @param nearEvents see NEAR_EVENTS.
 */
export const receivableSql = (
  nearEvents: number,
): string => `with ${CUT}, ${known(nearEvents)}, ${MOVED_UNTIL}, item as (
    select book, item,
      coalesce(sum(amount_fen) filter (where period < $5), 0) as opening,
      ${inPeriod(`kind in ('charge', 'correction')`)} as charged,
      -${inPeriod(`kind = 'cash' and charge_period <> ''`)} as cash_current,
      -${inPeriod(`kind = 'cash' and charge_period = ''`)} as cash_earlier,
      -${inPeriod(`kind = 'prepayment' and charge_period <> ''`)} as prepaid_current,
      -${inPeriod(`kind = 'prepayment' and charge_period = ''`)} as prepaid_earlier,
      -${inPeriod(`kind = 'write-off'`)} as written_off,
      sum(amount_fen) as closing,
      sum(standing) as standing
    from moved
    group by book, item
  )
  select book as project, item, opening::text, charged::text, cash_current::text, cash_earlier::text,
    prepaid_current::text, prepaid_earlier::text, written_off::text, closing::text
  from item
  where standing > 0 or opening <> 0 or charged <> 0 or cash_current <> 0 or cash_earlier <> 0 or prepaid_current <> 0
    or prepaid_earlier <> 0 or written_off <> 0
  order by book, item`;

/**
 * 应收实收. Every movement of a receivable falls into exactly one column of exactly one period, so opening + charged − received −
 * applied − written off = closing holds on every row. A charge of a later period that is settled in this one already
 * counts as current.
 */
export const receivable: Report<Row> = {
  name: 'receivable',
  title: '应收实收 Receivables of a period',
  description:
    'By project and item: what was open before the period, charged, received, applied and written off in it, and open after it. ' +
    'Reversals and releases are negative in the period of the reversal. What takes effect after asOf is not counted.',
  selection: 'period',
  columns: [
    PROJECT,
    ITEM,
    money('opening', '期初欠费', 'Open at the end of all earlier periods'),
    money('charged', '本期应收', 'Charged in the period'),
    money('cashCurrent', '收本期', 'Received on charges of the period'),
    money('cashEarlier', '收往期', 'Received on charges of earlier periods'),
    money('prepaidCurrent', '预交冲抵本期', 'Prepayments applied to charges of the period'),
    money('prepaidEarlier', '预交冲抵往期', 'Prepayments applied to charges of earlier periods'),
    money('writtenOff', '核销', 'Written off, waived or given as a discount'),
    money('closing', '期末欠费', 'Open at the end of the period'),
    rate(
      'collectionRate',
      '收缴率',
      '(cashCurrent + prepaidCurrent) in per cent of charged; blank when nothing was charged',
    ),
    rate(
      'clearingRate',
      '清欠率',
      '(cashEarlier + prepaidEarlier) in per cent of opening; blank when nothing was open',
    ),
  ],
  sql: () => receivableSql(NEAR_EVENTS),
  key: 'project, item',
  moves: () => movesOf('receivable_movement', 'm.period <= $5::text and m.effective_on <= $4::date'),
  cells: (row) => [
    row.project,
    row.item,
    yuan(row.opening),
    yuan(row.charged),
    yuan(row.cash_current),
    yuan(row.cash_earlier),
    yuan(row.prepaid_current),
    yuan(row.prepaid_earlier),
    yuan(row.written_off),
    yuan(row.closing),
    percent(BigInt(row.cash_current) + BigInt(row.prepaid_current), BigInt(row.charged)),
    percent(BigInt(row.cash_earlier) + BigInt(row.prepaid_earlier), BigInt(row.opening)),
  ],
};
