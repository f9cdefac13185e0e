import { createHash } from 'node:crypto';
import type { Approval, Standard } from '@propledger/contracts';
import { type BatchHandler, type Head, type NewEvent, type Submission, type Tx } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import {
  decide,
  evolve,
  parseMoney,
  trialBalanceBody,
  type LedgerCommand,
  type LedgerDecision,
  type LedgerFactWithHeader,
  type LedgerState,
  type TrialBalanceRow,
} from '@propledger/ledger-core';
import { answerOf } from './answer';
import { Around } from './around';
import { flush } from './flush';
import { load } from './load';
import { postedBetween } from './posted';
import { giveCode } from './receipt-codes';
import type { EditStandard, FollowGroupStandard, GivenApproval, LedgerTask, Note, Refusal, SumAndClose } from './task';

/** What a batch is decided on. */
export interface WorkingSet {
  /** Where the books stand before the batch. */
  readonly heads: ReadonlyMap<string, Head>;
  readonly ledger: LedgerState;
  readonly around: Around;
  /** What was posted since a closing summed its period up: before this batch, and by what the batch decides before it. */
  readonly postedSince: Map<SumAndClose, readonly TrialBalanceRow[]>;
  /** The batch's closings by book. */
  readonly closings: ReadonlyMap<string, readonly SumAndClose[]>;
  readonly approved: (GivenApproval & { readonly position: number })[];
  readonly notes: (Note & { readonly book: string; readonly position: number })[];
}

type InBook = Submission<LedgerTask>;

/** Connects the ledger's rules with its tables: what the event log asks while it holds the heads. */
export const ledgerHandler: BatchHandler<LedgerTask, WorkingSet, Refusal> = {
  load: async (tx, asked, undecided) => {
    const commands = new Map<string, LedgerCommand[]>();
    for (const { book, command: task } of asked) {
      const ofBook = commands.get(book) ?? [];
      commands.set(book, ofBook);
      ofBook.push(asLoaded(task));
    }
    const [ledger, around, batch] = await Promise.all([
      load(tx, commands),
      Around.read(
        tx,
        asked.map(({ book, source, command: task }) => ({ book, source, task })),
      ),
      undecided,
    ]);
    return {
      heads: new Map(batch.map(({ head }) => [head.book, head])),
      ledger,
      around,
      postedSince: await postedSince(tx, batch),
      closings: closingsOf(asked),
      approved: [],
      notes: [],
    };
  },

  decide: (state, submission, nextPosition) => {
    const { book, source, command: task } = submission;
    const refusal = state.around.refusal({ book, source, task });
    if (refusal) return { accepted: false, rejection: refusal };
    const decision = decideOn(state, submission, nextPosition);
    if (!decision.accepted) return decision;
    decision.events.forEach((fact, i) => evolve(state.ledger, { ...fact, book, position: nextPosition + i }));
    for (const closing of state.closings.get(book) ?? [])
      state.postedSince.set(closing, added(state.postedSince.get(closing) ?? [], postedInto(closing, decision.events)));
    if (task.note && decision.events.length > 0) state.notes.push({ ...task.note, book, position: nextPosition });
    if (task.approval) state.approved.push({ ...task.approval, position: nextPosition + decision.events.length - 1 });
    return {
      accepted: true,
      events: decision.events.map(({ type, effectiveDate, accountingPeriod, reversesPosition, body }): NewEvent => ({
        type,
        effectiveDate,
        accountingPeriod,
        reversesPosition,
        body,
      })),
      answer: answerOf(decision.events, nextPosition, codeOfTaken(state.ledger, book, task)),
    };
  },

  flush: async (tx, state) => {
    await flush(tx, state.ledger, state.heads);
    if (state.approved.length > 0) void markApproved(tx, state.approved);
    if (state.notes.length > 0)
      void tx.rows(
        'insert into note (book, position, text, salt) select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])',
        [
          state.notes.map(({ book }) => book),
          state.notes.map(({ position }) => position),
          state.notes.map(({ text }) => text),
          state.notes.map(({ salt }) => salt),
        ],
      );
  },
};

const markApproved = (tx: Tx, approved: WorkingSet['approved']): Promise<unknown> =>
  tx.rows(
    `update approval a set state = 'approved', decided_by = d.decided_by, decided_at = now(), position = d.position
       from unnest($1::uuid[], $2::text[], $3::bigint[]) as d(approval, decided_by, position)
      where a.approval = d.approval`,
    [
      approved.map(({ approval }) => approval),
      approved.map(({ approvedBy }) => approvedBy),
      approved.map(({ position }) => position),
    ],
  );

/** Gives the receipt that a command has taken its code; null: it was another command. */
const codeOfTaken = ({ books }: LedgerState, book: string, { command }: LedgerTask): string | null => {
  const receipt = command.type === 'CollectPayment' ? books.get(book)?.receipts.get(command.receiptNo) : undefined;
  return receipt === undefined ? null : giveCode(receipt);
};

/** The command of the core whose needs are this task's. */
const asLoaded = ({ command }: LedgerTask): LedgerCommand => {
  if (command.type === 'SumAndClose')
    return { ...command, type: 'ClosePeriod', trialBalance: [], trialBalanceHash: '' };
  if (command.type === 'EditStandard' || command.type === 'FollowGroupStandard')
    return { ...NO_PRICE, standard: command.standard };
  return command;
};
const NO_PRICE = { type: 'AddPrice', price: { price: '0', from: '0001-01-01', to: null } } as const;

const decideOn = (state: WorkingSet, { book, command: task }: InBook, nextPosition: number): LedgerDecision => {
  const { command } = task;
  const approval = task.approval ? two(task.approval) : null;
  if (command.type === 'EditStandard') return decideEdit(state, book, command, nextPosition);
  if (command.type === 'FollowGroupStandard') return decideFollowing(state, book, command, nextPosition);
  if (command.type !== 'SumAndClose') return decide(state.ledger, book, command, nextPosition, approval);
  const rows = added(command.rows, state.postedSince.get(command) ?? []);
  const body = trialBalanceBody(rows);
  return decide(
    state.ledger,
    book,
    { type: 'ClosePeriod', period: command.period, trialBalance: rows, trialBalanceHash: requestHash(body) },
    nextPosition,
  );
};

/** What an event carries of an approval. */
const two = ({ requestedBy, approvedBy }: GivenApproval): Approval => ({ requestedBy, approvedBy });

const decideEdit = (
  { ledger }: WorkingSet,
  book: string,
  { standard: code, changes }: EditStandard,
  nextPosition: number,
): LedgerDecision => {
  const known = ledger.books.get(book)?.standards.get(code);
  // Unknown ones the core refuses in its own order: it is asked to change what does not exist.
  const standard = { ...(known?.standard ?? NO_STANDARD), ...changes, standard: code };
  return decide(ledger, book, { type: 'ChangeStandard', standard }, nextPosition);
};
const NO_STANDARD: Standard = {
  standard: '',
  name: '',
  item: '',
  method: '固定金额',
  dueDay: 1,
  rounding: '分',
  priority: 0,
  prices: [],
};

const decideFollowing = (
  { ledger, around }: WorkingSet,
  book: string,
  { standard: code }: FollowGroupStandard,
  nextPosition: number,
): LedgerDecision => {
  const standard = around.standardOfGroup(code);
  if (standard === undefined) return { accepted: true, events: [] };
  const ofGroup = { ...standard, ofGroup: true } as const;
  const isThere = ledger.books.get(book)?.standards.get(code)?.withdrawn === false;
  const command: LedgerCommand = isThere
    ? { type: 'ChangeStandard', standard: ofGroup, ofGroup: true }
    : { type: 'DefineStandard', standard: ofGroup };
  return decide(ledger, book, command, nextPosition);
};

const postedSince = async (
  tx: Tx,
  batch: readonly { readonly submission: InBook; readonly head: Head }[],
): Promise<WorkingSet['postedSince']> => {
  const found: WorkingSet['postedSince'] = new Map();
  for (const { submission, head } of batch) {
    const { command } = submission.command;
    if (command.type === 'SumAndClose' && head.position > command.upTo)
      found.set(command, await postedBetween(tx, submission.book, command.period, command.upTo, head.position));
  }
  return found;
};

const closingsOf = (asked: readonly InBook[]): Map<string, SumAndClose[]> => {
  const closings = new Map<string, SumAndClose[]>();
  for (const { book, command: task } of asked)
    if (task.command.type === 'SumAndClose') closings.set(book, [...(closings.get(book) ?? []), task.command]);
  return closings;
};

/** What events post into the period that is closed. */
const postedInto = ({ period }: SumAndClose, events: readonly LedgerFactWithHeader[]): TrialBalanceRow[] =>
  events
    .filter(({ accountingPeriod }) => accountingPeriod === period)
    .flatMap(({ body }) => ('lines' in body ? body.lines : []))
    .map(({ account, item = null, amount }) => ({ account, item, amount: parseMoney(amount) }));

const added = (one: readonly TrialBalanceRow[], other: readonly TrialBalanceRow[]): TrialBalanceRow[] => {
  const sums = new Map<string, TrialBalanceRow>();
  for (const row of [...one, ...other]) {
    const key = `${row.account} ${row.item ?? ''}`;
    sums.set(key, { ...row, amount: row.amount + (sums.get(key)?.amount ?? 0n) });
  }
  return [...sums.values()].filter(({ amount }) => amount !== 0n);
};

/** Salted digest of a text: what an event may keep of it. */
export const digestOf = ({ text, salt }: Note): string => createHash('sha256').update(salt).update(text).digest('hex');
