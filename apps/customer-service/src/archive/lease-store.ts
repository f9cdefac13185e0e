import type { Lease, LeaseChange, Money, Period } from '@propledger/contracts';
import type { Submission, Tx } from '@propledger/event-log';
import { keyOf, type CustomersState } from './customers-state';
import type { CustomersCommand } from './facts';
import { resourcesNamed, rowOfRecord, type DraftState, type LeaseDraft, type LeaseRecord } from './lease-record';

/** A lease as its table has it. */
export interface LeaseRow {
  readonly project: string;
  readonly lease: string;
  readonly body: Lease;
  readonly changes: readonly LeaseChange[];
  readonly positions: readonly (number | string)[];
}
export const LEASE_COLUMNS = 'l.project, l.lease, l.body, l.changes, l.positions';

export const recordOfRow = ({ body, changes, positions }: LeaseRow): LeaseRecord => ({
  history: { lease: body, changes },
  positions: positions.map(Number),
});

/** A change order as its table has it. */
export interface DraftRow {
  readonly project: string;
  readonly draft: string;
  readonly lease: string;
  readonly change: LeaseChange;
  readonly requestedBy: string;
  readonly state: DraftState;
  readonly decidedBy: string | null;
}
export const DRAFT_COLUMNS =
  'd.project, d.draft, d.lease, d.change, d.requested_by as "requestedBy", d.state, d.decided_by as "decidedBy"';

const LEASE_COMMANDS: ReadonlySet<string> = new Set([
  'SignLease',
  'ChangeLease',
  'DraftChange',
  'DecideDraft',
  'ReportTurnover',
]);

interface Named {
  readonly project: string;
  readonly lease: string;
  readonly terms: Pick<LeaseChange, 'resources' | 'parties'>;
}

/** What commands on leases need: the drafts, the leases, what else is let of their resources, and the turnovers. */
export const loadLeases = async (
  tx: Tx,
  state: CustomersState,
  batch: readonly Submission<CustomersCommand>[],
): Promise<Named[]> => {
  const asked = batch.filter(({ command }) => LEASE_COMMANDS.has(command.type));
  if (asked.length === 0) return [];
  await loadDrafts(tx, state, asked);
  const named = asked.flatMap(({ book, command }): Named[] => {
    if (command.type === 'SignLease') return [{ project: book, lease: command.lease.lease, terms: command.lease }];
    if (command.type === 'ChangeLease' || command.type === 'DraftChange')
      return [{ project: book, lease: command.lease, terms: command.change }];
    if (command.type === 'ReportTurnover') return [{ project: book, lease: command.lease, terms: {} }];
    const draft = command.type === 'DecideDraft' ? state.draftOf(book, command.draft) : undefined;
    return draft ? [{ project: book, lease: draft.lease, terms: draft.change }] : [];
  });
  const resources = named.flatMap(({ project, terms }) =>
    resourcesNamed(terms).map((code) => [project, code] as const),
  );
  const rows = await tx.rows<LeaseRow>(
    `with named as (select * from unnest($1::text[], $2::text[]) as named (project, lease)),
       wanted as (
         select project, resource from unnest($3::text[], $4::text[]) as wanted (project, resource)
         union select l.project, unnest(l.resources) from lease l join named using (project, lease))
     select ${LEASE_COLUMNS} from lease l
      where exists (select from named n where n.project = l.project and n.lease = l.lease)
         or exists (select from wanted w where w.project = l.project and w.resource = any (l.resources))`,
    [
      named.map(({ project }) => project),
      named.map(({ lease }) => lease),
      resources.map(([project]) => project),
      resources.map(([, code]) => code),
    ],
  );
  for (const row of rows)
    state.leases.set(keyOf(row.project, row.lease), { project: row.project, row: recordOfRow(row) });
  await loadTurnovers(tx, state, asked);
  return named;
};

const loadDrafts = async (
  tx: Tx,
  state: CustomersState,
  asked: readonly Submission<CustomersCommand>[],
): Promise<void> => {
  const drafts = asked.flatMap(({ command }) => (command.type === 'DecideDraft' ? [command.draft] : []));
  if (drafts.length === 0) return;
  const rows = await tx.rows<DraftRow>(`select ${DRAFT_COLUMNS} from lease_draft d where d.draft = any ($1::uuid[])`, [
    drafts,
  ]);
  for (const { project, ...row } of rows) state.drafts.set(row.draft, { project, row });
};

const loadTurnovers = async (
  tx: Tx,
  state: CustomersState,
  asked: readonly Submission<CustomersCommand>[],
): Promise<void> => {
  const keys = asked.flatMap(({ book, command }) =>
    command.type === 'ReportTurnover' ? [{ project: book, lease: command.lease, period: command.period }] : [],
  );
  if (keys.length === 0) return;
  const rows = await tx.rows<{ project: string; lease: string; period: Period; turnover: Money }>(
    `select t.project, t.lease, t.period, t.turnover
       from jsonb_to_recordset($1::jsonb) as k (project text, lease text, period text)
       join lease_turnover t using (project, lease, period)`,
    [JSON.stringify(keys)],
  );
  for (const { project, ...row } of rows)
    state.turnovers.set(keyOf(keyOf(project, row.lease), row.period), { project, row });
};

/** Writes what a batch changed, one statement a table. */
export const flushLeases = async (tx: Tx, state: CustomersState): Promise<void> => {
  const gone = [...state.changedLeases].flatMap(([key, at]) => (state.leases.has(key) ? [] : [at]));
  if (gone.length > 0) {
    const codes = [gone.map(({ project }) => project), gone.map(({ row }) => row)];
    // Change orders of it that were rejected go along; one that waits keeps it from going.
    for (const table of ['lease_draft', 'lease'])
      await tx.rows(
        `delete from ${table} t using unnest($1::text[], $2::text[]) as gone (project, lease)
          where t.project = gone.project and t.lease = gone.lease`,
        codes,
      );
  }
  const leases = [...state.changedLeases.keys()].flatMap((key) => state.leases.get(key) ?? []);
  if (leases.length > 0)
    await tx.rows(
      `insert into lease (project, lease, body, changes, positions, payer, from_on, to_on, resources, customers)
       select project, lease, body, changes, positions, payer, from_on, to_on, resources, customers
         from jsonb_to_recordset($1::jsonb) as row (project text, lease text, body jsonb, changes jsonb, positions bigint[],
           payer text, from_on text, to_on text, resources text[], customers text[])
       on conflict (project, lease) do update set changes = excluded.changes, positions = excluded.positions,
         payer = excluded.payer, to_on = excluded.to_on, resources = excluded.resources, customers = excluded.customers`,
      [JSON.stringify(leases.map(({ project, row }) => ({ project, ...rowOfRecord(row) })))],
    );
  const drafts = [...state.changedDrafts].flatMap((draft) => state.drafts.get(draft) ?? []);
  if (drafts.length > 0)
    await tx.rows(
      `insert into lease_draft (project, draft, lease, change, requested_by, state, decided_by)
       select project, draft, lease, change, "requestedBy", state, "decidedBy"
         from jsonb_to_recordset($1::jsonb) as row (project text, draft uuid, lease text, change jsonb, "requestedBy" text,
           state text, "decidedBy" text)
       on conflict (draft) do update set state = excluded.state, decided_by = excluded.decided_by, decided_at = now()`,
      [
        JSON.stringify(
          drafts.map(({ project, row }): DraftRow => ({ project, ...row }) satisfies LeaseDraft & DraftRow),
        ),
      ],
    );
  const turnovers = [...state.changedTurnovers].flatMap((key) => state.turnovers.get(key) ?? []);
  if (turnovers.length > 0)
    await tx.rows(
      `insert into lease_turnover (project, lease, period, turnover)
       select project, lease, period, turnover
         from jsonb_to_recordset($1::jsonb) as row (project text, lease text, period text, turnover text)
       on conflict (project, lease, period) do update set turnover = excluded.turnover`,
      [JSON.stringify(turnovers.map(({ project, row }) => ({ project, ...row })))],
    );
};
