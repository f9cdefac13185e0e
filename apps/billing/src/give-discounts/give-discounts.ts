import type { Day, Money, Period } from '@propledger/contracts';
import { formatMoney, type NewDiscount, type Posting } from '@propledger/ledger-core';
import { requestHash } from '@propledger/proof';
import type { Approvals } from '../ledger-store/approvals';
import { noteOf, type Ledger, type LedgerOutcome } from '../ledger-store/ledger';
import { digestOf } from '../ledger-store/ledger-handler';
import type { Reader } from '../ledger-store/reader';
import type { LedgerTask, Refusal } from '../ledger-store/task';
import { discountsLacking, inCommands, totalOf, waiverLimitOf, type Lacking } from './discounts-lacking';

export interface AskedDiscounts {
  readonly project: string;
  readonly period: Period;
  readonly date: Day;
  readonly posting: Posting;
  readonly operator: string;
  readonly key: string;
  readonly correlationId: string;
}

export interface DiscountsResult {
  readonly given: { readonly count: number; readonly amount: Money };
  readonly awaiting: readonly { readonly approval: string; readonly charge: number; readonly amount: Money }[];
  /** Where the book has come. */
  readonly position: number;
}

export type DiscountsOutcome =
  | { readonly kind: 'accepted'; readonly result: DiscountsResult }
  | { readonly kind: 'refused'; readonly rejection: Refusal }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'held' };

interface Tools {
  readonly reader: Reader;
  readonly ledger: Ledger;
  readonly approvals: Approvals;
}

/** The head is locked while they are appended. */
const CHARGES_A_COMMAND = 300;
/** Charges that are paid this often while their discounts are computed are somebody's mistake. */
const ROUNDS_AT_MOST = 20;

/** Gives what charges of the period lack. Cut short, or asked for again with its key, it goes on with what is missing. */
export const giveDiscounts = async (tools: Tools, asked: AskedDiscounts): Promise<DiscountsOutcome> => {
  const { reader, ledger } = tools;
  const { project, operator, key, correlationId } = asked;
  const rejection = await ledger.open(project, operator, correlationId);
  if (rejection) return { kind: 'refused', rejection };
  const prefix = `discounts:${operator}:${key}:`;
  const hash = requestHash(contentOf(asked));
  const [other] = await reader.rows(
    `select 1 from command
      where book = $1 and starts_with(command_id, $2) and encode(request_hash, 'hex') <> $3 limit 1`,
    [project, prefix, hash],
  );
  if (other) return { kind: 'key-reused' };

  for (let round = 1; round <= ROUNDS_AT_MOST; round += 1) {
    const lacking = await discountsLacking(reader, project, asked);
    const { chunks, forTwo } = inCommands(lacking, await waiverLimitOf(reader, project), CHARGES_A_COMMAND);
    const unfit = await submitAll(tools, asked, prefix, lacking, chunks);
    if (unfit !== null && unfit.kind !== 'refused') return { kind: 'held' };
    if (unfit !== null && unfit.rejection.code !== 'inputs-changed')
      return { kind: 'refused', rejection: unfit.rejection };
    // Something was paid, or a rule has changed, while these were computed.
    if (unfit !== null) continue;
    const awaiting = await askForTwo(tools, asked, lacking, forTwo);
    if ('rejection' in awaiting) return { kind: 'refused', rejection: awaiting.rejection };
    return { kind: 'accepted', result: { ...(await givenBy(reader, project, prefix)), awaiting: awaiting.kept } };
  }
  return { kind: 'refused', rejection: { code: 'inputs-changed', standard: null, binding: null } };
};

const contentOf = ({ period, date, posting }: AskedDiscounts): object => ({
  type: 'GiveDiscounts',
  period,
  date,
  posting,
});

const taskOf = (
  { date, posting }: AskedDiscounts,
  { computedFrom }: Lacking,
  discounts: readonly NewDiscount[],
): LedgerTask => {
  const note = noteOf('优惠规则 discount rules');
  const command = { type: 'GiveDiscounts', discounts, computedFrom, date, period: null, posting } as const;
  return { command: { ...command, reasonDigest: digestOf(note) }, note };
};

/** Command by command; null: all are in. */
const submitAll = async (
  { reader, ledger }: Tools,
  asked: AskedDiscounts,
  prefix: string,
  lacking: Lacking,
  chunks: readonly (readonly NewDiscount[])[],
): Promise<Exclude<LedgerOutcome, { kind: 'accepted' }> | null> => {
  const { project, operator, correlationId } = asked;
  const [before] = await reader.rows<{ count: number }>(
    'select count(*)::int as count from command where book = $1 and starts_with(command_id, $2)',
    [project, prefix],
  );
  for (const [at, discounts] of chunks.entries()) {
    const [outcome] = await ledger.submitAll([
      {
        book: project,
        commandId: `${prefix}${(before?.count ?? 0) + at + 1}`,
        requestHash: requestHash(contentOf(asked)),
        actor: operator,
        source: 'api',
        correlationId,
        command: taskOf(asked, lacking, discounts),
      },
    ]);
    if (outcome !== undefined && outcome.kind !== 'accepted') return outcome;
  }
  return null;
};

/** Each charge's that one person may not give: kept, or given where it was approved meanwhile. */
const askForTwo = async (
  { approvals }: Tools,
  asked: AskedDiscounts,
  lacking: Lacking,
  forTwo: readonly (readonly NewDiscount[])[],
): Promise<{ readonly kept: DiscountsResult['awaiting'] } | { readonly rejection: Refusal }> => {
  const { project, operator, key, correlationId } = asked;
  const kept: DiscountsResult['awaiting'][number][] = [];
  for (const discounts of forTwo) {
    const charge = discounts[0]?.charge ?? 0;
    const outcome = await approvals.submit({
      ...{ project, operator, correlationId, key: `${key}:${charge}` },
      content: { ...contentOf(asked), charge },
      task: taskOf(asked, lacking, discounts),
    });
    if (outcome.kind === 'refused') return { rejection: outcome.rejection };
    if (outcome.kind === 'kept')
      kept.push({ approval: outcome.approval, charge, amount: formatMoney(totalOf(discounts)) });
  }
  return { kept };
};

/** What all commands of the key gave, from the books. */
const givenBy = async (reader: Reader, book: string, prefix: string): Promise<Omit<DiscountsResult, 'awaiting'>> => {
  const row = await reader.first<{ count: number; fen: string; head: string }>(
    `select count(r.*)::int as count, coalesce(sum(r.amount_fen), 0)::text as fen,
            (select h.position from book_head h where h.book = $1) as head
       from command k join reduction r on r.book = k.book and r.position between k.first_position and k.last_position
      where k.book = $1 and starts_with(k.command_id, $2)`,
    [book, prefix],
  );
  return {
    given: { count: row?.count ?? 0, amount: formatMoney(BigInt(row?.fen ?? 0)) },
    position: Number(row?.head ?? 0),
  };
};
