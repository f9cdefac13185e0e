import type { Day, Period } from '@propledger/contracts';
import { canonicalJson, chainHash, contentHash, GENESIS_HASH, requestHash, type HashedHeader } from '@propledger/proof';
import type { Copier } from './copier';
import { Dice } from './dice';

/** A fact as it is to be recorded. */
export interface Fact {
  readonly type: string;
  readonly body: object;
  readonly effectiveDate: Day;
  readonly accountingPeriod: Period | null;
  readonly reversesPosition?: number | null;
}

const EVENT = `event (book, position, event_id, command_id, type, schema_version, effective_date, accounting_period,
  recorded_at, actor, source, reverses_position, correlation_id, causation_id, body, content_hash, hash)`;
const COMMAND = 'command (book, command_id, request_hash, first_position, last_position, answer)';
const HEAD = 'book_head (book, position, hash, recorded_at)';

/** Writes one book as a service's event log would have: dense, chained, every event of a command that is kept. */
export class BookRows {
  position = 0;
  private hash = GENESIS_HASH;
  private commands = 0;
  private readonly dice: Dice;

  constructor(
    readonly book: string,
    private readonly into: Copier,
    seed: string,
  ) {
    this.dice = new Dice(`${seed} events ${book}`);
  }

  /** Facts of one command. @param day when they are recorded. */
  append(facts: readonly Fact[], day: Day, source = 'workload'): void {
    const { book } = this;
    const recordedAt = `${day}T08:00:00.000000Z`;
    const commandId = `${source}:${(this.commands += 1)}`;
    const firstPosition = this.position + 1;
    for (const fact of facts) {
      const header: HashedHeader = {
        eventId: this.dice.uuid(),
        commandId,
        type: fact.type,
        schemaVersion: 1,
        effectiveDate: fact.effectiveDate,
        accountingPeriod: fact.accountingPeriod,
        recordedAt,
        actor: 'workload',
        source,
        reversesPosition: fact.reversesPosition ?? null,
        correlationId: 'workload',
        causationId: null,
      };
      const body = canonicalJson(fact.body);
      const content = contentHash(header, body);
      this.position += 1;
      this.hash = chainHash(this.hash, book, this.position, content);
      this.into.add(EVENT, [
        book,
        this.position,
        header.eventId,
        commandId,
        header.type,
        header.schemaVersion,
        header.effectiveDate,
        header.accountingPeriod,
        recordedAt,
        header.actor,
        source,
        header.reversesPosition,
        header.correlationId,
        header.causationId,
        body,
        `\\x${content}`,
        `\\x${this.hash}`,
      ]);
    }
    this.into.add(COMMAND, [
      book,
      commandId,
      `\\x${requestHash({ commandId })}`,
      firstPosition,
      this.position,
      '{"entries":[],"position":null}',
    ]);
  }

  /** Once, when everything is appended. */
  end(day: Day): void {
    this.into.add(HEAD, [this.book, this.position, `\\x${this.hash}`, `${day}T08:00:00.000000Z`]);
  }
}
