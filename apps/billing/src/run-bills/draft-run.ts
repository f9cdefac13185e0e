import type { Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { addMonths, firstDay, monthsOfCycle, periodOf } from '@propledger/ledger-core';
import { firstPositionOf, lastPositionOf } from '../ledger-store/positions-of-periods';
import { DraftSummary, type Draft, type PeriodSum } from './draft-summary';
import { RunDigest, type Digests } from './digest';
import { chargesOf, RunPlan } from './plan';
import { RunInterrupted } from './run-ends';
import { readInputs, type Inputs } from './run-inputs';
import type { Run } from './run-job';
import { isIn, narrowed } from './scope';
import type { RunTools } from './run';

const CHARGES_A_PIECE = 1_000;

export interface Drafted {
  readonly draft: Draft;
  readonly digests: Digests;
}

/** Computes what a run would raise, and posts nothing: pieces are looked at and let go. @throws RunInterrupted */
export const draftRun = async (
  { book, period, scope }: Run,
  { tx, report, stopping }: Pick<RunTools, 'tx' | 'report' | 'stopping'>,
): Promise<Drafted> => {
  const inputs = narrowed(await readInputs(tx, book, period), scope);
  const inScope = (sum: PeriodSum): boolean => scope === null || isIn(scope, sum);
  const standing = await sumsOf(tx, book, inputs, () => period);
  const previous = await sumsOf(tx, book, inputs, (months) => periodOf(addMonths(firstDay(period), -months)));
  const summary = new DraftSummary(previous.filter(inScope), standing.filter(inScope));
  const digest = new RunDigest();
  const plan = new RunPlan(inputs, period);
  for (const piece of plan.toRaise(CHARGES_A_PIECE)) {
    if (stopping()) throw new RunInterrupted();
    const charges = chargesOf(piece);
    summary.take(charges);
    digest.addNew(charges);
    await report({ phase: 'computing', done: piece.computed, total: inputs.bindings.length });
  }
  return { draft: summary.draft(plan.findings, period), digests: digest.digests };
};

const PERIODS = '$3::text[] || $4::text';

/** What runs raised of each resource, standard and item, net of corrections; of each standard in the period that its cycle asks for, of leases by the month. */
const sumsOf = async (
  tx: Tx,
  book: string,
  { standards }: Inputs,
  periodFor: (months: number) => Period,
): Promise<PeriodSum[]> => {
  const asked = [...standards.values()].map(({ code, standard }) => [code, periodFor(monthsOfCycle(standard))]);
  const rows = await tx.rows<Omit<PeriodSum, 'amount'> & { fen: string }>(
    `select c.resource, coalesce(c.standard, '') as standard, c.item, count(*)::int as count,
            sum(c.amount_fen - c.corrected_fen)::text as fen
       from charge c
      where c.book = $1 and c.position between ${firstPositionOf('$1', PERIODS)} and ${lastPositionOf('$1', PERIODS)}
        and c.origin = 'run' and c.reversed_by is null
        and ((c.standard, c.period) in (select * from unnest($2::text[], $3::text[])) or (c.standard is null and c.period = $4))
      group by c.resource, c.standard, c.item`,
    [book, asked.map(([code]) => code), asked.map(([, period]) => period), periodFor(1)],
  );
  return rows.map(({ fen, ...sum }) => ({ ...sum, amount: BigInt(fen) }));
};
