import type { LedgerEvent, RegistryEvent } from '@propledger/contracts';
import { copyLine, type Fact, type ProjectionTx } from '@propledger/event-log';
import { versionsOf } from './apply-registry';
import {
  CHARGE,
  chargeLine,
  chargeOf,
  heldCharges,
  moveCharge,
  movementLine,
  type RaisedCharge,
  raisedCharge,
  RECEIVABLE_MOVEMENT,
  updateCharges,
} from './charges';
import { type DepositMovementRow, movementsOf, type ReceivableRow } from './movements';
import { DEPOSIT_MOVEMENT, PLAIN_TABLES, plainLine } from './plain-rows';

const RESOURCE_VERSION = 'resource_version (book, resource, position, generation, effective_on, parking, building)';

const CHARACTERS_A_COPY = 512 * 1024;
/** Open charges of a book that are held in memory; the oldest are written when there are more. */
const HELD_CHARGES = 100_000;
const STRAGGLERS_AT_A_TIME = 2_000;
const SINCE_EVER = '0001-01-01';

/**
 * Writes the rows of one book, without its sums, into empty tables: the same that applying its events one by one would leave. A
 * charge is written once, when it is settled, with everything that moved it. What moves it later still (a receipt reversed)
 * is a straggler, and changes the written row.
 */
export class BookFold {
  events = 0;
  private readonly lines = new Map<string, string[]>();
  private characters = 0;
  private readonly held = new Map<number, RaisedCharge>();
  private stragglers: ReceivableRow[] = [];
  private readonly deposits = new Map<string, number>();
  private readonly generations = new Map<string, number>();

  /** @param tx whose search_path leads to the tables. */
  constructor(
    private readonly tx: ProjectionTx,
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
      const fields = [this.book, resource, position, of, effectiveOn ?? SINCE_EVER, parking, building];
      this.line(RESOURCE_VERSION, copyLine(fields));
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
          this.held.set(row.position, raisedCharge(book, row));
          break;
        case 'receivable_movement':
          this.move(row);
          break;
        case 'deposit_movement':
          this.line(
            DEPOSIT_MOVEMENT,
            copyLine([book, row.position, this.depositOf(row), row.kind, row.amount, row.effectiveOn]),
          );
          break;
        default:
          if (row.into === 'deposit') this.deposits.set(row.receiptNo, row.position);
          this.line(PLAIN_TABLES[row.into], plainLine(book, row));
      }
  }

  private depositOf({ deposit, receiptNo }: DepositMovementRow): number | null {
    return deposit ?? this.deposits.get(receiptNo) ?? null;
  }

  private move(row: ReceivableRow): void {
    const held = this.held.get(row.charge);
    if (held === undefined) {
      this.stragglers.push(row);
      return;
    }
    moveCharge(held, row);
    this.line(RECEIVABLE_MOVEMENT, movementLine(row, held));
    if (held.open === 0n) this.write(held);
  }

  private writeHeld(count: number): void {
    for (const held of this.held.values()) {
      if (count-- <= 0) return;
      this.write(held);
    }
  }

  private write(held: RaisedCharge): void {
    this.held.delete(held.position);
    this.line(CHARGE, chargeLine(held));
  }

  private line(into: string, line: string): void {
    const lines = this.lines.get(into);
    if (lines === undefined) this.lines.set(into, [line]);
    else lines.push(line);
    this.characters += line.length;
  }

  private async copy(): Promise<void> {
    this.characters = 0;
    for (const [into, lines] of this.lines) {
      if (lines.length === 0) continue;
      await this.tx.copy(into, lines);
      lines.length = 0;
    }
  }

  private async addStragglers(): Promise<void> {
    const { tx, book, stragglers } = this;
    if (stragglers.length === 0) return;
    this.stragglers = [];
    await this.copy();
    const charges = await heldCharges(tx, new Map([[book, new Set(stragglers.map(({ charge }) => charge))]]));
    for (const row of stragglers) {
      const charge = chargeOf(book, row, charges.get(book, row.charge));
      moveCharge(charge, row);
      this.line(RECEIVABLE_MOVEMENT, movementLine(row, charge));
    }
    updateCharges(tx, charges.all());
  }
}
