import { randomUUID } from 'node:crypto';
import type { Day } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import { closedPeriod, formatMoney, periodOf, type NewCharge } from '@propledger/ledger-core';
import { calendarOf } from '../ledger-store/around';
import type { Ledger, LedgerOutcome } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import type { LedgerTask, Refusal } from '../ledger-store/task';
import { computeLateFees, lateChargesOf, type ComputedFees } from './late-charges';

export interface AskedLateFees {
  readonly project: string;
  readonly asOf: Day;
  readonly operator: string;
  readonly key: string;
  readonly correlationId: string;
}

export interface LateFeesResult {
  readonly raised: { readonly count: number; readonly amount: string };
  /** Where the book has come. */
  readonly position: number;
}

/** What somebody asked for, and what came of it; null: it is not done. */
interface AskedRow {
  readonly run: string;
  readonly hash: string;
  readonly result: LateFeesResult | null;
}

export type LateFeesOutcome =
  | { readonly kind: 'accepted'; readonly result: LateFeesResult }
  | { readonly kind: 'refused'; readonly rejection: Refusal }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'held' };

/** The head is locked while they are appended. */
const FEES_A_COMMAND = 500;
/** Charges that are paid this often while their fees are computed are somebody's mistake. */
const ROUNDS_AT_MOST = 20;

/** Raises what late fees have grown by. The same key gives the first answer again; cut short, it goes on. */
export const raiseLateFees = async (
  { reader, ledger }: { readonly reader: Reader; readonly ledger: Ledger },
  asked: AskedLateFees,
): Promise<LateFeesOutcome> => {
  const { project, asOf, operator, correlationId } = asked;
  const rejection = await ledger.open(project, operator, correlationId);
  if (rejection) return { kind: 'refused', rejection };
  const hash = requestHash({ type: 'RaiseLateFees', asOf });
  const known = await askedOnce(reader, asked, hash);
  if (known.hash !== hash) return { kind: 'key-reused' };
  if (known.result) return { kind: 'accepted', result: known.result };
  const calendar = await calendarOf(reader, project);
  if (!calendar) return { kind: 'refused', rejection: { code: 'book-not-open' } };
  const closed = closedPeriod({ project, ...calendar }, periodOf(asOf));
  if (closed) return { kind: 'refused', rejection: closed };

  for (let round = 1; round <= ROUNDS_AT_MOST; round += 1) {
    const computed = await computeLateFees(reader, project, asOf);
    const unfit = await submitAll({ reader, ledger }, known.run, asked, computed);
    if (unfit === null) return { kind: 'accepted', result: await ended(reader, project, known.run) };
    if (unfit.kind === 'held') return { kind: 'held' };
    if (unfit.kind === 'refused' && unfit.rejection.code !== 'inputs-changed')
      return { kind: 'refused', rejection: unfit.rejection };
    // Something was paid, or another has raised fees, while these were computed.
  }
  return { kind: 'refused', rejection: { code: 'inputs-changed', standard: null, binding: null } };
};

/** Chunk by chunk; null: all are in. */
const submitAll = async (
  { reader, ledger }: { readonly reader: Reader; readonly ledger: Ledger },
  run: string,
  { project, asOf, operator, correlationId }: AskedLateFees,
  { fees, standards, readAt }: ComputedFees,
): Promise<Exclude<LedgerOutcome, { kind: 'accepted' }> | null> => {
  const source = `late-fees:${run}`;
  const [before] = await reader.rows<{ count: number }>(
    'select count(*)::int as count from command where book = $1 and starts_with(command_id, $2)',
    [project, `${source}:`],
  );
  let number = before?.count ?? 0;
  for (let at = 0; at < fees.length; at += FEES_A_COMMAND) {
    const charges = fees.slice(at, at + FEES_A_COMMAND);
    number += 1;
    const task: LedgerTask = {
      command: { type: 'RaiseCharges', origin: 'late-fee', asOf, standards, charges },
      unmoved: { since: readAt, charges: lateChargesOf(charges) },
    };
    const [outcome] = await ledger.submitAll([
      {
        book: project,
        commandId: `${source}:${number}`,
        requestHash: requestHash(contentOf(charges)),
        actor: operator,
        source,
        correlationId,
        command: task,
      },
    ]);
    if (outcome !== undefined && outcome.kind !== 'accepted') return outcome;
  }
  return null;
};

const contentOf = (charges: readonly NewCharge[]): object =>
  lateChargesOf(charges).map((charge, i) => [charge, String(charges[i]?.amount)]);

/** The first to ask with a key is remembered with it. */
const askedOnce = async (
  reader: Reader,
  { project, asOf, operator, key }: AskedLateFees,
  hash: string,
): Promise<AskedRow> => {
  await reader.rows(
    `insert into late_fee_run (run, book, as_of, actor, key, request_hash) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing`,
    [randomUUID(), project, asOf, operator, key, hash],
  );
  const row = await reader.first<AskedRow>(
    'select run, request_hash as hash, result from late_fee_run where book = $1 and actor = $2 and key = $3',
    [project, operator, key],
  );
  if (!row) throw new Error('what was just written is not there');
  return row;
};

/** Keeps what was raised over all attempts, from the books; what another call has kept before stays. */
const ended = async (reader: Reader, book: string, run: string): Promise<LateFeesResult> => {
  const raised = await reader.first<{ count: number; fen: string; head: string }>(
    `select count(*)::int as count, coalesce(sum(c.amount_fen), 0)::text as fen,
            (select h.position from book_head h where h.book = $1) as head
       from command k join charge c on c.book = k.book and c.position between k.first_position and k.last_position
      where k.book = $1 and starts_with(k.command_id, $2)`,
    [book, `late-fees:${run}:`],
  );
  const result: LateFeesResult = {
    raised: { count: raised?.count ?? 0, amount: formatMoney(BigInt(raised?.fen ?? 0)) },
    position: Number(raised?.head ?? 0),
  };
  const kept = await reader.first<{ result: LateFeesResult }>(
    'update late_fee_run set result = coalesce(result, $2) where run = $1 returning result',
    [run, result],
  );
  return kept?.result ?? result;
};
