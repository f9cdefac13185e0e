import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  CodeParam,
  decodeCursor,
  pageLimit,
  pageOf,
  PositionParam,
  Problem,
  SeesAfter,
} from '@propledger/service-kit';
import { formatMoney } from '@propledger/ledger-core';
import { firstPositionOf } from '../ledger-store/positions-of-periods';
import { Conditions, Reader } from '../ledger-store/reader';
import { ChargeDetail, ChargesPage, ChargesQuery, type ChargeEntryView, type ChargeView } from './charge-shapes';

const COLUMNS = `position as charge, origin, resource, customer, item, from_on as "from", to_on as "to", due_on as "dueOn",
  priority, standard, binding, subject, period, amount_fen as amount, tax_fen as tax, for_others as "forOthers", corrected_fen as corrected, cash_fen as received, applied_fen as applied,
  written_off_fen as "writtenOff", reduced_fen as reduced, transferred_fen as transferred, transferred_from as "transferredFrom", open_fen as open, reversed_by as "reversedBy"`;

type Derived = 'charge' | 'net' | 'transferredFrom' | 'reversedBy' | 'meter' | 'pool' | 'lease' | 'lateCharge';
type Row = Omit<ChargeView, Derived> & {
  readonly subject: string | null;
  readonly charge: string;
  readonly transferredFrom: string | null;
  readonly reversedBy: string | null;
};

const viewOf = ({
  charge,
  amount,
  tax,
  corrected,
  received,
  applied,
  writtenOff,
  reduced,
  transferred,
  transferredFrom,
  open,
  reversedBy,
  subject,
  ...row
}: Row): ChargeView => ({
  charge: Number(charge),
  ...row,
  meter: subjectOf('meter', subject),
  pool: subjectOf('pool', subject),
  lease: subjectOf('lease', subject),
  lateCharge: Number(subjectOf('charge', subject) ?? 0) || null,
  amount: formatMoney(BigInt(amount)),
  net: formatMoney(BigInt(amount) - BigInt(tax)),
  tax: formatMoney(BigInt(tax)),
  corrected: formatMoney(BigInt(corrected)),
  received: formatMoney(BigInt(received)),
  applied: formatMoney(BigInt(applied)),
  writtenOff: formatMoney(BigInt(writtenOff)),
  reduced: formatMoney(BigInt(reduced)),
  transferred: formatMoney(BigInt(transferred)),
  transferredFrom: transferredFrom === null ? null : Number(transferredFrom),
  open: formatMoney(BigInt(open)),
  reversedBy: reversedBy === null ? null : Number(reversedBy),
});

/** The code or position behind the kind: see subjectKey. */
const subjectOf = (kind: string, subject: string | null): string | null =>
  subject?.startsWith(`${kind} `) ? subject.slice(kind.length + 1) : null;

/** Of a project and a period: before that it has no charge of the period. */
const FIRST_POSITION = firstPositionOf('(?::text[])[1]', '(?::text[])[2:2]');

/** 应收: what was charged, what is open of it, and why it is as much as it is. */
@ApiTags('charges 应收')
@Controller('projects/:project/charges')
export class ChargesController {
  constructor(private readonly reader: Reader) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listCharges',
    summary: '应收列表 List charges, in the order in which they were raised',
  })
  @ApiOkResponse({ type: ChargesPage })
  async list(@CodeParam('project') project: string, @Query() query: ChargesQuery): Promise<ChargesPage> {
    const from = decodeCursor(query.cursor, 'number');
    const where = new Conditions()
      .and('book = ?', project)
      .and('customer = ?', query.customer)
      .and('resource = ?', query.resource)
      .and('item = ?', query.item)
      .and(`subject = 'lease ' || ?::text`, query.lease)
      .and('period = ?', query.period)
      .and(`position >= ${FIRST_POSITION}`, query.period === undefined ? undefined : [project, query.period])
      .and('due_on <= ?', query.dueBy)
      .only('open_fen > 0', query.open === true)
      .only('open_fen = 0', query.open === false)
      .and('position > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<Row>(
      `select ${COLUMNS} from charge where ${where.sql} order by position limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, ({ charge }) => [Number(charge)]);
  }

  @Get(':charge')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'getCharge',
    summary: '应收、其计算依据与结清记录 A charge, its basis and what settles it',
  })
  @ApiOkResponse({ type: ChargeDetail })
  async get(@CodeParam('project') project: string, @PositionParam('charge') charge: string): Promise<ChargeDetail> {
    const row = await this.reader.first<Row & Pick<ChargeDetail, 'basis' | 'taxRate'>>(
      `select ${COLUMNS}, raised.basis, raised.rate as "taxRate"
         from charge c cross join lateral (
           select body::jsonb->'basis' as basis, body::jsonb->>'taxRate' as rate from event e
            where e.book = c.book and e.position = c.position) raised
        where book = $1 and c.position = $2`,
      [project, charge],
    );
    if (!row) throw new Problem('not-found');
    const { basis, taxRate, ...view } = row;
    return { ...viewOf(view), basis, taxRate, entries: await this.entriesOf(project, row.customer, charge) };
  }

  private async entriesOf(book: string, customer: string, charge: string): Promise<ChargeEntryView[]> {
    const rows = await this.reader.rows<Omit<ChargeEntryView, 'position'> & { position: string }>(
      `select r.position, 'receipt' as kind, r.receipt_no as "receiptNo", r.effective_on as date,
              case when r.reversed_by is null then s->>'amount' else '0.00' end as amount
         from receipt r cross join lateral jsonb_array_elements(r.settlements) s
        where r.book = $1 and r.customer = $3 and (s->>'charge')::bigint = $2::bigint
       union all
       select a.position, 'application', null, to_char(e.effective_date, 'YYYY-MM-DD'),
              ((a.amount_fen - a.released_fen) / 100.0)::numeric(20, 2)::text
         from prepayment_application a join event e on e.book = a.book and e.position = a.position
        where a.book = $1 and a.charge = $2::bigint
       union all
       select w.position, 'write-off', null, w.effective_on,
              (case when w.reversed_by is null then w.amount_fen else 0 end / 100.0)::numeric(20, 2)::text
         from write_off w where w.book = $1 and w.charge = $2::bigint
       union all
       select r.position, r.kind, null, r.effective_on,
              (case when r.reversed_by is null then r.amount_fen else 0 end / 100.0)::numeric(20, 2)::text
         from reduction r where r.book = $1 and r.charge = $2::bigint
       union all
       select k.position, 'deposit', k.subject, to_char(e.effective_date, 'YYYY-MM-DD'),
              case when k.reversed_by is null then a->>'amount' else '0.00' end
         from entry k
         join event e on e.book = k.book and e.position = k.position
        cross join lateral jsonb_array_elements(e.body::jsonb->'applications') a
        where k.book = $1 and k.type = 'deposit.applied' and (a->>'charge')::bigint = $2::bigint
          and k.subject in (select receipt_no from deposit where book = $1 and customer = $3)
       union all
       select k.position, 'correction', null, to_char(e.effective_date, 'YYYY-MM-DD'),
              case when k.reversed_by is null then e.body::jsonb->>'amount' else '0.00' end
         from entry k
         join event e on e.book = k.book and e.position = k.position
        where k.book = $1 and k.type = 'charge.corrected' and k.subject = $2::bigint::text
       union all
       select t.position, 'transfer', null, t.effective_on,
              (case when t.reversed_by is null then t.amount_fen else 0 end / 100.0)::numeric(20, 2)::text
         from charge t where t.book = $1 and t.transferred_from = $2::bigint
       order by 1`,
      [book, charge, customer],
    );
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  }
}
