import type { Money } from '@propledger/contracts';
import type { Submission, Tx } from '@propledger/event-log';
import { formatMoney } from '@propledger/ledger-core';
import { requestHash } from '@propledger/proof';
import type { LedgerOutcome } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';
import { patiently } from './patiently';
import type { RunTools } from './run';
import { RunRefused } from './run-ends';
import type { Acting, Progress, Run } from './run-job';

const ENTRIES_A_CHUNK = 500;
const LISTED_AT_MOST = 100;

/** A charge of a run that is paid, written off, waived or carried over, in part or whole. */
export interface SettledCharge {
  readonly charge: number;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly amount: Money;
  readonly open: Money;
}

/** Where a run’s own commands stand in its book. */
const OWN = `select k.first_position, k.last_position from command k where k.book = $1 and starts_with(k.command_id, $2)`;

/** What keeps a run from being reversed; what its own prepayments settled, and discounts by rule, do not. */
export const settledOf = async (
  tx: Tx,
  book: string,
  run: string,
): Promise<{ readonly count: number; readonly listed: readonly SettledCharge[] }> => {
  const rows = await tx.rows<
    Omit<SettledCharge, 'charge' | 'amount' | 'open'> & Record<'charge' | 'fen' | 'left' | 'count', string>
  >(
    `with own as materialized (${OWN}),
          raised as (select c.* from own join charge c on c.book = $1 and c.position between first_position and last_position
                      where c.reversed_by is null),
          applied as (select a.charge, sum(a.amount_fen - a.released_fen) as fen
                        from own join prepayment_application a on a.book = $1 and a.position between first_position and last_position
                       group by a.charge),
          discounted as (select d.charge, sum(d.amount_fen) as fen from raised r
                           join reduction d on d.book = $1 and d.charge = r.position
                          where d.rule is not null and d.reversed_by is null group by d.charge)
     select r.position as charge, r.resource, r.customer, r.item, r.amount_fen as fen, r.open_fen as left,
            count(*) over () as count
       from raised r left join applied on applied.charge = r.position
       left join discounted on discounted.charge = r.position
      where r.open_fen + coalesce(applied.fen, 0) + coalesce(discounted.fen, 0) < r.amount_fen - r.corrected_fen
      order by r.position limit ${LISTED_AT_MOST}`,
    [book, `run:${run}:`],
  );
  return {
    count: Number(rows[0]?.count ?? 0),
    listed: rows.map(({ charge, resource, customer, item, fen, left }) => ({
      ...{ charge: Number(charge), resource, customer, item },
      amount: formatMoney(BigInt(fen)),
      open: formatMoney(BigInt(left)),
    })),
  };
};

/**
 * Reverses everything that a run did: gives back the prepayments that it applied, then reverses discounts by rule and its charges, latest first. Every
 * command has an id of its own, so that after a crash only what is missing is done.
 */
export class RunReversal {
  constructor(
    private readonly run: Run,
    private readonly acting: Acting,
    private readonly tools: Pick<RunTools, 'tx' | 'ledger' | 'report' | 'stopping'>,
  ) {}

  /** @throws RunRefused when a charge was paid meanwhile; what is reversed so far stays so. RunInterrupted. */
  async execute(): Promise<void> {
    const { date = null, posting = 'own' } = this.acting;
    const on = date ?? this.run.date;
    await this.each('releasing', await this.applications(), (application) => ({
      name: `release:${application}`,
      task: { command: { type: 'ReleasePrepayment', application, parts: null, date: on, posting } },
    }));
    await this.each('reversing', await this.discounts(), (position) => ({
      name: `discount:${position}`,
      task: { command: { type: 'ReverseEntry', position, date, posting } },
    }));
    await this.each('reversing', await this.charges(), (position) => ({
      name: `reverse:${position}`,
      task: { command: { type: 'ReverseEntry', position, date, posting } },
    }));
  }

  private async each(
    phase: Progress['phase'],
    positions: readonly number[],
    of: (position: number) => { readonly name: string; readonly task: LedgerTask },
  ): Promise<void> {
    const { ledger, report, stopping } = this.tools;
    for (let at = 0; at < positions.length; at += ENTRIES_A_CHUNK) {
      await report({ phase, done: at, total: positions.length });
      const chunk = positions.slice(at, at + ENTRIES_A_CHUNK).map((position) => this.submission(of(position)));
      const unfit = await patiently(stopping, () => ledger.submitAll(chunk), isDone);
      if (unfit !== null) throw new RunRefused(unfit.kind === 'refused' ? unfit.rejection.code : unfit.kind);
    }
  }

  private async applications(): Promise<number[]> {
    const { run, book } = this.run;
    const rows = await this.tools.tx.rows<{ position: string }>(
      `with own as materialized (${OWN})
       select distinct a.position from own
         join prepayment_application a on a.book = $1 and a.position between first_position and last_position
        where a.released_fen < a.amount_fen order by a.position desc`,
      [book, `run:${run}:`],
    );
    return rows.map(({ position }) => Number(position));
  }

  private async discounts(): Promise<number[]> {
    const { run, book } = this.run;
    const rows = await this.tools.tx.rows<{ position: string }>(
      `with own as materialized (${OWN})
       select d.position from own join charge c on c.book = $1 and c.position between first_position and last_position
         join reduction d on d.book = $1 and d.charge = c.position
        where c.reversed_by is null and d.rule is not null and d.reversed_by is null order by d.position desc`,
      [book, `run:${run}:`],
    );
    return rows.map(({ position }) => Number(position));
  }

  private async charges(): Promise<number[]> {
    const { run, book } = this.run;
    const rows = await this.tools.tx.rows<{ position: string }>(
      `with own as materialized (${OWN})
       select c.position from own join charge c on c.book = $1 and c.position between first_position and last_position
        where c.reversed_by is null order by c.position desc`,
      [book, `run:${run}:`],
    );
    return rows.map(({ position }) => Number(position));
  }

  private submission({ name, task }: { readonly name: string; readonly task: LedgerTask }): Submission<LedgerTask> {
    const { run, book } = this.run;
    const { operator: actor, correlationId, date = null, posting = 'own' } = this.acting;
    return {
      book,
      commandId: `run:${run}:${name}:${date ?? 'own'}:${posting}`,
      requestHash: requestHash({ name }),
      actor,
      source: `run:${run}`,
      correlationId,
      command: task,
    };
  }
}

/** What somebody else reversed meanwhile is reversed all the same. */
const isDone = (outcome: LedgerOutcome): boolean =>
  outcome.kind === 'accepted' || (outcome.kind === 'refused' && outcome.rejection.code === 'already-reversed');
