import type { CustomersEvent, Lease, LeaseChange, Money, Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { lastDayOf, type LeaseHistory } from '@propledger/ledger-core';

type LeaseEvent = Extract<CustomersEvent, { type: `lease.${string}` }>;

/** A lease as the copy has it. */
export interface LeaseRow {
  readonly lease: string;
  readonly body: Lease;
  readonly changes: readonly LeaseChange[];
}
export const LEASE_COLUMNS = 'l.lease, l.body, l.changes';
export const historyOf = ({ body, changes }: LeaseRow): LeaseHistory => ({ lease: body, changes });

/** Billing's copy of leases and turnovers. Events of one book, in order. */
export const applyLeaseEvents = async (tx: Tx, events: readonly CustomersEvent[]): Promise<void> => {
  const ofLeases = events.filter((event): event is LeaseEvent => event.type.startsWith('lease.'));
  const book = ofLeases[0]?.book;
  if (book === undefined) return;
  const changed = new Map<string, LeaseHistory>();
  const withdrawn = new Set<string>();
  const turnovers = new Map<string, { lease: string; period: Period; turnover: Money }>();
  for (const event of ofLeases) {
    if (event.type === 'lease.signed') changed.set(event.body.lease, { lease: event.body, changes: [] });
    else if (event.type === 'lease.withdrawn') {
      changed.delete(event.body.lease);
      withdrawn.add(event.body.lease);
    } else if (event.type === 'lease.turnover-reported')
      turnovers.set(`${event.body.period} ${event.body.lease}`, event.body);
    else {
      const { lease, change } = event.body;
      const before = changed.get(lease) ?? (await leaseOf(tx, book, lease));
      if (before) changed.set(lease, { ...before, changes: [...before.changes, change] });
    }
  }
  if (withdrawn.size > 0)
    await tx.rows('delete from copy_lease where project = $1 and lease = any ($2)', [book, [...withdrawn]]);
  await write(tx, book, [...changed.values()], [...turnovers.values()]);
};

/** A lease of a project; null: there is none. */
export const leaseOf = async (tx: Tx, project: string, lease: string): Promise<LeaseHistory | null> => {
  const [row] = await tx.rows<LeaseRow>(
    `select ${LEASE_COLUMNS} from copy_lease l where l.project = $1 and l.lease = $2`,
    [project, lease],
  );
  return row ? historyOf(row) : null;
};

const write = async (
  tx: Tx,
  book: string,
  leases: readonly LeaseHistory[],
  turnovers: readonly object[],
): Promise<void> => {
  if (leases.length > 0)
    await tx.rows(
      `insert into copy_lease (project, lease, body, changes, from_on, to_on)
       select $1, lease, body, changes, "from", "to"
         from jsonb_to_recordset($2::jsonb) as row (lease text, body jsonb, changes jsonb, "from" text, "to" text)
       on conflict (project, lease) do update
         set body = excluded.body, changes = excluded.changes, from_on = excluded.from_on, to_on = excluded.to_on`,
      [
        book,
        JSON.stringify(
          leases.map((history) => {
            const { lease: body, changes } = history;
            return { lease: body.lease, body, changes, from: body.from, to: lastDayOf(history) };
          }),
        ),
      ],
    );
  if (turnovers.length > 0)
    await tx.rows(
      `insert into copy_lease_turnover (project, lease, period, turnover)
       select $1, lease, period, turnover
         from jsonb_to_recordset($2::jsonb) as row (lease text, period text, turnover text)
       on conflict (project, lease, period) do update set turnover = excluded.turnover`,
      [book, JSON.stringify(turnovers)],
    );
};
