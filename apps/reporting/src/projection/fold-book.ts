import type { LedgerEvent, RegistryEvent } from '@propledger/contracts';
import { copyIn, copyLine, type Fact, type Tx } from '@propledger/event-log';
import type { ClientBase } from 'pg';
import type { Fen } from '../money';
import { addMovementsWithoutSums } from './apply-ledger';
import { versionsOf } from './apply-registry';
import { type ChargeRow, type DepositMovementRow, movementsOf, type ReceivableRow } from './movements';

const COPY = {
  charge: `charge (book, position, resource, customer, item, service_from, service_to, due_on, priority, effective_on, period,
    amount_fen, open_fen, moved_on, moved_at, starts_on, starts_month, open_until, first_moved_on, first_moved_at)`,
  receivable_movement: `receivable_movement (book, position, charge, kind, amount_fen, effective_on, period, item, charge_period,
    counts_on)`,
  prepayment_movement: 'prepayment_movement (book, position, customer, tie, amount_fen, effective_on)',
  deposit: 'deposit (book, position, receipt_no, resource, customer, kind, received_on)',
  deposit_movement: 'deposit_movement (book, position, deposit, kind, amount_fen, effective_on)',
  receipt_movement: 'receipt_movement (book, position, line, method, receipts, amount_fen, effective_on, period)',
  resource_version: 'resource_version (book, resource, position, generation, effective_on, parking, building)',
} as const;
type Table = keyof typeof COPY;

const CHARACTERS_A_COPY = 512 * 1024;
/** Open charges of a book that are held in memory; the oldest are written when there are more. */
const HELD_CHARGES = 100_000;
const STRAGGLERS_AT_A_TIME = 2_000;
const SINCE_EVER = '0001-01-01';

interface HeldCharge {
  readonly row: ChargeRow;
  readonly startsOn: string;
  open: Fen;
  movedOn: string;
  movedAt: number;
  firstMovedOn: string | null;
  firstMovedAt: number | null;
}

/**
 * Writes the rows of one book, without its sums, into empty tables: the same that applying its events one by one would leave. A
 * charge is written once, when it is settled, with everything that moved it. What moves it later still (a receipt reversed)
 * is a straggler, and changes the written row.
 */
export class BookFold {
  events = 0;
  private readonly lines = new Map<Table, string[]>();
  private characters = 0;
  private readonly held = new Map<number, HeldCharge>();
  private stragglers: ReceivableRow[] = [];
  private readonly deposits = new Map<string, number>();
  private readonly generations = new Map<string, number>();

  /** @param client in a transaction, whose search_path leads to the tables. */
  constructor(
    private readonly client: ClientBase,
    private readonly tx: Tx,
    private readonly book: string,
  ) {}

  /** Events of the ledger book, dense and in order. */
  async ledger(events: readonly Fact[]): Promise<void> {
    for (const event of events as readonly LedgerEvent[]) this.add(event);
    this.events += events.length;
    if (this.held.size > HELD_CHARGES) this.writeHeld(this.held.size - HELD_CHARGES / 2);
    if (this.stragglers.length >= STRAGGLERS_AT_A_TIME) await this.addStragglers();
    if (this.characters >= CHARACTERS_A_COPY) await this.copy();
  }

  /** Events of the registry book, dense and in order. */
  async registry(events: readonly Fact[]): Promise<void> {
    for (const { position, resource, generation, effectiveOn, parking, building } of (
      events as readonly RegistryEvent[]
    ).flatMap(versionsOf)) {
      const of = generation ?? this.generations.get(resource) ?? null;
      if (of !== null) this.generations.set(resource, of);
      this.line('resource_version', [this.book, resource, position, of, effectiveOn ?? SINCE_EVER, parking, building]);
    }
    this.events += events.length;
    if (this.characters >= CHARACTERS_A_COPY) await this.copy();
  }

  async end(): Promise<void> {
    this.writeHeld(this.held.size);
    await this.addStragglers();
    await this.copy();
  }

  private add(event: LedgerEvent): void {
    const { book } = this;
    for (const row of movementsOf(event))
      switch (row.into) {
        case 'charge':
          this.hold(row);
          break;
        case 'receivable_movement':
          this.move(row);
          break;
        case 'prepayment_movement':
          this.line(row.into, [book, row.position, row.customer, row.tie, row.amount, row.effectiveOn]);
          break;
        case 'deposit':
          this.deposits.set(row.receiptNo, row.position);
          this.line(row.into, [
            book,
            row.position,
            row.receiptNo,
            row.resource,
            row.customer,
            row.kind,
            row.receivedOn,
          ]);
          break;
        case 'deposit_movement':
          this.line(row.into, [book, row.position, this.depositOf(row), row.kind, row.amount, row.effectiveOn]);
          break;
        case 'receipt_movement':
          this.line(row.into, [
            ...[book, row.position, row.line, row.method, row.receipts, row.amount, row.effectiveOn, row.period],
          ]);
      }
  }

  private depositOf({ deposit, receiptNo }: DepositMovementRow): number | null {
    return deposit ?? this.deposits.get(receiptNo) ?? null;
  }

  private hold(row: ChargeRow): void {
    const { position, effectiveOn, dueOn, amount } = row;
    const startsOn = effectiveOn > dueOn ? effectiveOn : dueOn;
    this.held.set(position, {
      ...{ row, startsOn, open: amount, movedOn: effectiveOn, movedAt: position },
      ...{ firstMovedOn: null, firstMovedAt: null },
    });
  }

  private move(row: ReceivableRow): void {
    const held = this.held.get(row.charge);
    if (held === undefined) {
      this.stragglers.push(row);
      return;
    }
    const { position, charge, kind, amount, effectiveOn, period } = row;
    const { item, period: chargePeriod } = held.row;
    const countsOn = effectiveOn > held.startsOn ? effectiveOn : held.startsOn;
    this.line('receivable_movement', [
      ...[this.book, position, charge, kind, amount, effectiveOn, period, item, chargePeriod, countsOn],
    ]);
    if (position === charge) return;
    held.open += amount;
    if (effectiveOn > held.movedOn) held.movedOn = effectiveOn;
    held.movedAt = position;
    if (held.firstMovedOn === null || effectiveOn < held.firstMovedOn) held.firstMovedOn = effectiveOn;
    held.firstMovedAt ??= position;
    if (held.open === 0n) this.write(held);
  }

  private writeHeld(count: number): void {
    for (const held of this.held.values()) {
      if (count-- <= 0) return;
      this.write(held);
    }
  }

  private write({ row, startsOn, open, movedOn, movedAt, firstMovedOn, firstMovedAt }: HeldCharge): void {
    const { position, resource, customer, item, from, to, dueOn, priority, amount, effectiveOn, period } = row;
    this.held.delete(position);
    this.line('charge', [
      ...[this.book, position, resource, customer, item, from, to, dueOn, priority, effectiveOn, period, amount, open],
      ...[movedOn, movedAt, startsOn, `${startsOn.slice(0, 7)}-01`, open === 0n ? movedOn : 'infinity'],
      ...[firstMovedOn, firstMovedAt],
    ]);
  }

  private line(table: Table, fields: Parameters<typeof copyLine>[0]): void {
    const line = copyLine(fields);
    const lines = this.lines.get(table);
    if (lines === undefined) this.lines.set(table, [line]);
    else lines.push(line);
    this.characters += line.length;
  }

  private async copy(): Promise<void> {
    this.characters = 0;
    for (const [table, lines] of this.lines) {
      if (lines.length === 0) continue;
      await copyIn(this.client, COPY[table], [Buffer.from(lines.join(''))]);
      lines.length = 0;
    }
  }

  private async addStragglers(): Promise<void> {
    if (this.stragglers.length === 0) return;
    await this.copy();
    await addMovementsWithoutSums(this.tx, this.book, this.stragglers);
    this.stragglers = [];
  }
}
