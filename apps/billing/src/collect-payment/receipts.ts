import type { Money } from '@propledger/contracts';
import { formatMoney } from '@propledger/ledger-core';
import { shownCode } from '../ledger-store/receipt-codes';
import type { Reader } from '../ledger-store/reader';
import type { ReceiptDetail, ReceiptEntryView, ReceiptView, SettledCharge, TenderView } from './receipt-shapes';

export interface ReceiptViewRow {
  readonly position: string;
  readonly receiptNo: string;
  readonly date: string;
  readonly period: string;
  readonly customer: string;
  readonly resource: string | null;
  readonly item: string | null;
  readonly amount: string;
  readonly tenders: TenderView[];
  readonly prepaid: string;
  readonly refunded: string;
  readonly reversedBy: string | null;
}

export const RECEIPT_COLUMNS = `position, receipt_no as "receiptNo", effective_on as date, period, customer, resource, item,
  amount_fen as amount, tenders, prepaid_fen as prepaid, refunded_fen as refunded, reversed_by as "reversedBy"`;

export const receiptViewOf = ({
  position,
  amount,
  prepaid,
  refunded,
  reversedBy,
  ...row
}: ReceiptViewRow): ReceiptView => ({
  position: Number(position),
  ...row,
  amount: formatMoney(BigInt(amount)),
  prepaid: formatMoney(BigInt(prepaid)),
  refunded: formatMoney(BigInt(refunded)),
  reversedBy: reversedBy === null ? null : Number(reversedBy),
});

/**
 * The latest receipt of the number, with the charges that it settled in the order in which it did, and what was given back
 * or refunded of it since.
 */
export const receiptByNumber = async (
  reader: Reader,
  book: string,
  receiptNo: string,
): Promise<ReceiptDetail | undefined> => {
  const row = await reader.first<ReceiptViewRow & { remark: string | null; code: string | null }>(
    `select ${RECEIPT_COLUMNS}, (select text from note n where n.book = r.book and n.position = r.position) as remark,
            receipt_code as code
       from receipt r where book = $1 and receipt_no = $2 order by position desc limit 1`,
    [book, receiptNo],
  );
  if (!row) return undefined;
  const { remark, code, ...receipt } = row;
  const settled = await reader.rows<Omit<SettledCharge, 'charge'> & { charge: string; amount: Money }>(
    `select c.position as charge, s.part->>'amount' as amount, c.resource, c.item, c.from_on as "from", c.to_on as "to"
       from receipt r
      cross join lateral jsonb_array_elements(r.settlements) with ordinality as s(part, line)
       join charge c on c.book = r.book and c.position = (s.part->>'charge')::bigint
      where r.book = $1 and r.position = $2 order by s.line`,
    [book, row.position],
  );
  return {
    ...receiptViewOf(receipt),
    settlements: settled.map((line) => ({ ...line, charge: Number(line.charge) })),
    entries: await entriesOf(reader, book, receiptNo, row.position),
    remark,
    receiptCode: code === null ? null : shownCode(code),
  };
};

/** What was done with the receipt of this number that stands at `position`; an earlier one's entries stand before it. */
const entriesOf = async (
  reader: Reader,
  book: string,
  receiptNo: string,
  position: string,
): Promise<ReceiptEntryView[]> => {
  const rows = await reader.rows<
    Omit<ReceiptEntryView, 'position' | 'reversedBy'> & { position: string; reversedBy: string | null }
  >(
    `select k.position, case k.type when 'receipt.refunded' then 'refund' else 'release' end as kind,
            to_char(e.effective_date, 'YYYY-MM-DD') as date, e.body::jsonb->>'method' as method, null as former,
            k.reversed_by as "reversedBy",
            coalesce(e.body::jsonb->>'amount', (
              select sum((part->>'amount')::numeric(20, 2))::text from jsonb_array_elements(e.body::jsonb->'releases') part
            )) as amount
       from entry k join event e on e.book = k.book and e.position = k.position
      where k.book = $1 and k.subject = $2 and k.position > $3 and k.type in ('allocation.released', 'receipt.refunded')
     union all
     select e.position, 'move', to_char(e.effective_date, 'YYYY-MM-DD'), null, e.body::jsonb->'former'->>'customer', null,
            e.body::jsonb->>'amount'
       from event e
      where e.book = $1 and e.position > $3 and e.type = 'receipt.moved' and (e.body::jsonb->>'receipt')::bigint = $3
      order by position`,
    [book, receiptNo, position],
  );
  return rows.map(({ reversedBy, ...row }) => ({
    ...row,
    position: Number(row.position),
    reversedBy: reversedBy === null ? null : Number(reversedBy),
  }));
};
