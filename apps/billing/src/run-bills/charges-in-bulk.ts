import { GROUP_BOOK, type Period } from '@propledger/contracts';
import { type BulkCommand, type CopyTx, type Decision, type Head } from '@propledger/event-log';
import {
  bookIn,
  decide,
  emptyState,
  evolve,
  putBinding,
  putCharge,
  type LedgerState,
  type RaiseCharges,
} from '@propledger/ledger-core';
import { requestHash } from '@propledger/proof';
import { answerOf } from '../ledger-store/answer';
import { copyRows } from '../ledger-store/copy-table';
import { CHARGE } from '../ledger-store/tables';
import type { Refusal } from '../ledger-store/task';
import type { Piece } from './plan';
import type { Inputs } from './run-inputs';
import type { Run } from './run-job';

/** What stands in a plan's way, read with the head locked. */
interface Around {
  readonly firstPeriod: Period;
  readonly closedThrough: Period | null;
  readonly registry: string;
  readonly customers: string;
  /** Where the group's book stands. */
  readonly group: string;
  readonly changed: boolean;
}

/**
 * Charges of a plan as commands, chunk by chunk. The rules decide each on the very inputs that it was computed from: with the
 * head locked, one look shows that neither these nor the copies have changed since, so that they need not be read again.
 */
export class ChargesInBulk {
  /** Up to here nothing is in the book that could change the plan. */
  private soundUpTo: number;

  constructor(
    private readonly run: Run,
    private readonly inputs: Inputs,
  ) {
    this.soundUpTo = inputs.readAt;
  }

  /** Where the book has come with the last command that was accepted. */
  get position(): number {
    return this.soundUpTo;
  }

  /** @param number of the run's commands: none may be used for two. */
  command(number: number, piece: Piece): BulkCommand<Refusal> {
    const { run, book, actor, correlationId } = this.run;
    const state = this.stateOf(piece);
    return {
      book,
      commandId: `run:${run}:${number}`,
      requestHash: requestHash(contentOf(piece)),
      actor,
      source: `run:${run}`,
      correlationId,
      decide: (tx, head) => this.decide(tx, head, state, piece),
      write: (tx) => this.write(tx, state),
    };
  }

  /** The book as far as these bindings are concerned. Other chunks have other bindings. */
  private stateOf({ bindings: chunk, leased = [] }: Piece): LedgerState {
    const state = emptyState();
    const book = bookIn(state, this.run.book);
    for (const { binding, standard, standing } of chunk) {
      putBinding(book, binding);
      book.standards.set(standard.code, standard);
      for (const charge of standing) putCharge(book, charge);
    }
    for (const { standing } of leased) for (const charge of standing) putCharge(book, charge);
    return state;
  }

  private async decide(tx: CopyTx, head: Head, state: LedgerState, piece: Piece): Promise<Decision<Refusal>> {
    const { book } = this.run;
    const around = await this.around(tx, head, piece);
    if (!around) return { accepted: false, rejection: { code: 'book-not-open' } };
    const { copiesAt } = this.inputs;
    if (Number(around.registry) !== copiesAt.registry || Number(around.customers) !== copiesAt.customers)
      return { accepted: false, rejection: { code: 'copies-moved' } };
    if (around.changed || Number(around.group) !== this.inputs.groupAt)
      return { accepted: false, rejection: { code: 'inputs-changed', standard: null, binding: null } };

    const { firstPeriod, closedThrough } = around;
    bookIn(state, book).calendar = { project: book, firstPeriod, closedThrough };
    const decision = decide(state, book, this.raiseCharges(piece), head.position + 1);
    if (!decision.accepted) return decision;
    decision.events.forEach((fact, i) => evolve(state, { ...fact, book, position: head.position + 1 + i }));
    this.soundUpTo = head.position + decision.events.length;
    return { accepted: true, events: decision.events, answer: answerOf(decision.events, head.position + 1) };
  }

  private raiseCharges({ bindings: chunk, shared, leased = [] }: Piece): RaiseCharges {
    const { period, date } = this.run;
    return {
      type: 'RaiseCharges',
      origin: 'run',
      period,
      effectiveOn: date,
      charges: [...chunk, ...leased].flatMap(({ charges }) => charges),
      computedFrom: {
        standards: new Map(chunk.map(({ standard }) => [standard.code, standard.position])),
        bindings: new Map(chunk.map(({ binding }) => [binding.id, binding.position])),
      },
      ...(shared === undefined ? {} : { shared }),
    };
  }

  private async around(tx: CopyTx, head: Head, { bindings, shared }: Piece): Promise<Around | undefined> {
    const { book } = this.run;
    // What is metered or shared depends on readings and amounts, and a share on who else is bound.
    const metered = bindings.some(({ charges }) => charges.some(({ subject }) => subject !== undefined));
    // Whatever another run raised is a change: this one computed what stands without it.
    const [row] = await tx.rows<Around>(
      `select c.first_period as "firstPeriod", c.closed_through as "closedThrough",
         coalesce((select position from cursor where topic = 'registry' and book = $1), 0) as registry,
         coalesce((select position from cursor where topic = 'customers' and book = $1), 0) as customers,
         coalesce((select position from book_head where book = $6), 0) as "group",
         exists (select from event e where e.book = $1 and e.position > $2 and e.position <= $3
                    and (e.type in ('standard.changed', 'standard.withdrawn', 'binding.changed', 'binding.withdrawn')
                         or e.type = 'charge.raised' and (starts_with(e.source, 'run:') or e.body::jsonb->>'origin' = 'correction')
                         or e.type = 'charge.corrected'
                         or starts_with(e.type, 'item.') or starts_with(e.type, 'developer.')
                         or starts_with(e.type, 'vacancy.')
                         or $4 and (starts_with(e.type, 'meter.') or starts_with(e.type, 'pool.'))
                         or $5 and e.type = 'binding.made')) as changed
       from calendar c where c.book = $1`,
      [book, this.soundUpTo, head.position, metered, shared !== undefined, GROUP_BOOK],
    );
    return row;
  }

  private async write(tx: CopyTx, state: LedgerState): Promise<void> {
    const { book } = this.run;
    const { charges } = bookIn(state, book).touched;
    const rows = [...charges].map((entity) => ({ book, entity }));
    await copyRows(tx, CHARGE, rows);
  }
}

/** A number that came twice with other charges would be another request. */
const contentOf = ({ bindings, leased = [] }: Piece): object => [
  ...bindings.map(({ binding, charges }) => [binding.id, ...charges.map(({ from, amount }) => `${from} ${amount}`)]),
  ...leased.map(({ charges }) => charges.map(({ binding, from, amount }) => `${binding ?? ''} ${from} ${amount}`)),
];
