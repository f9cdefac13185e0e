import type { After, ControlTotals, SheetCount, Topic } from '@propledger/contracts';
import type { Transact, Tx } from '@propledger/event-log';
import type { Warning } from '@propledger/workbook';
import { RECORD_COLUMNS, type AskedBy, type ImportRecord, type Outcome, type Reason } from './import-record';

/** A command as its key names it. */
export interface KeyedCommand {
  readonly operator: string;
  readonly key: string;
  readonly requestHash: string;
}

export interface NewImport extends AskedBy {
  readonly import: string;
  readonly fileName: string | null;
  readonly fileBytes: number;
  readonly dryRun: boolean;
}

/** What is written while an import is read and checked. */
export interface Progress {
  readonly percent: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly faultCount: number;
  readonly warningCount: number;
}

/** What an import would bring, as its owners counted it. */
export interface Findings {
  readonly projects: readonly string[];
  readonly counts: readonly SheetCount[];
  readonly totals: readonly ControlTotals[];
}

/** Another process has taken the import over, so this one must leave it alone. */
export class TakenOver extends Error {}

/** The imports' own rows. What one process does to an import it began is refused once another has taken it over. */
export class Imports {
  constructor(
    private readonly db: Tx,
    private readonly transact: Transact,
    private readonly instance: number,
  ) {}

  async find(id: string): Promise<ImportRecord | null> {
    const [row] = await this.db.rows<ImportRecord>(`select ${RECORD_COLUMNS} from import where import = $1`, [id]);
    return row ?? null;
  }

  /** One's own and those about projects that one may all view, latest first, before a number. */
  list(
    operator: string,
    mayView: 'all' | ReadonlySet<string>,
    before: number | null,
    limit: number,
  ): Promise<ImportRecord[]> {
    return this.db.rows<ImportRecord>(
      `select ${RECORD_COLUMNS} from import
        where ($1::bigint is null or nr < $1)
          and ($2::text[] is null or operator = $3 or (projects <@ $2 and projects <> '{}'))
        order by nr desc limit $4`,
      [before, mayView === 'all' ? null : [...mayView], operator, limit],
    );
  }

  /** The import that a command with this key began or undid; null when the key is new. */
  async findByKey({ operator, key }: KeyedCommand): Promise<{ record: ImportRecord; requestHash: string } | null> {
    const [used] = await this.db.rows<{ import: string; request_hash: string }>(
      'select import, request_hash from command_key where operator = $1 and key = $2',
      [operator, key],
    );
    const record = used ? await this.find(used.import) : null;
    return used && record ? { record, requestHash: used.request_hash } : null;
  }

  /** False: somebody used the key meanwhile, and nothing was written. The key of an abandoned import is free again. */
  add(added: NewImport, { operator, key, requestHash }: KeyedCommand): Promise<boolean> {
    return this.transact(async (tx) => {
      await tx.rows(
        `insert into import (import, operator, correlation_id, file_name, file_bytes, dry_run, state, instance)
         values ($1, $2, $3, $4, $5, $6, 'received', $7)`,
        [
          added.import,
          added.operator,
          added.correlationId,
          added.fileName,
          added.fileBytes,
          added.dryRun,
          this.instance,
        ],
      );
      await tx.rows(
        `delete from command_key k using import i
          where k.operator = $1 and k.key = $2 and k.import = i.import and 'abandoned' in (i.state, i.outcome)`,
        [operator, key],
      );
      const taken = await tx.rows(
        `insert into command_key (operator, key, request_hash, import) values ($1, $2, $3, $4)
         on conflict do nothing returning 1 as taken`,
        [operator, key, requestHash, added.import],
      );
      if (taken.length === 0) await tx.rows('delete from import where import = $1', [added.import]);
      return taken.length > 0;
    });
  }

  /** Before anything is staged with a service: from now on it must be told when the import comes to nothing. */
  addOwner(id: string, topic: Topic): Promise<void> {
    return this.change(id, 'owners = owners || $3', `not owners @> $3`, [[topic]], true);
  }

  startReading(id: string): Promise<void> {
    return this.change(id, `state = 'reading'`, `state = 'received'`);
  }

  startChecking(id: string, warnings: readonly Warning[]): Promise<void> {
    return this.change(id, `state = 'checking', warnings = $3`, `state = 'reading'`, [JSON.stringify(warnings)]);
  }

  progress(id: string, { percent, rows, rowsPerSecond, faultCount, warningCount }: Progress): Promise<void> {
    const set = 'percent = $3, rows = $4, rows_per_second = $5, fault_count = $6, warning_count = $7';
    return this.change(id, set, 'true', [percent, rows, rowsPerSecond, faultCount, warningCount]);
  }

  /** It comes to nothing: from now on there is only one way. */
  drop(id: string, outcome: Outcome, reason: Reason | null, found?: Findings): Promise<void> {
    return this.change(
      id,
      `state = 'dropping', outcome = $3, reason = $4, projects = $5, counts = $6, totals = $7`,
      `state in ('received', 'reading', 'checking')`,
      [outcome, reason && JSON.stringify(reason), ...findings(found)],
    );
  }

  /** The decision: from now on it will be posted, whatever happens to this process. */
  decide(id: string, found: Findings): Promise<void> {
    return this.change(
      id,
      `state = 'posting', projects = $3, counts = $4, totals = $5`,
      `state = 'checking'`,
      findings(found),
    );
  }

  /** Asks for an undo, or false when it is not posted. */
  async hold(id: string): Promise<boolean> {
    const held = await this.db.rows(
      `update import set state = 'holding', instance = $2, version = version + 1
        where import = $1 and state = 'posted' returning 1 as held`,
      [id, this.instance],
    );
    return held.length > 0;
  }

  /** The decision to undo. False: the key was used meanwhile, and nothing was decided. */
  decideUndo(id: string, by: AskedBy, { operator, key, requestHash }: KeyedCommand): Promise<boolean> {
    return this.transact(async (tx) => {
      const taken = await tx.rows(
        `insert into command_key (operator, key, request_hash, import) values ($1, $2, $3, $4)
         on conflict do nothing returning 1 as taken`,
        [operator, key, requestHash, id],
      );
      if (taken.length === 0) return false;
      await this.change(
        id,
        `state = 'undoing', undone_by = $3, percent = 0, ended_at = null`,
        `state = 'holding'`,
        [JSON.stringify({ operator: by.operator, correlationId: by.correlationId })],
        false,
        tx,
      );
      return true;
    });
  }

  /** What was decided is done. */
  async end(id: string, positions: After | null): Promise<void> {
    await this.change(
      id,
      `state = case state when 'dropping' then outcome when 'undoing' then 'undone' else 'posted' end,
       outcome = null, percent = 100, instance = null, positions = coalesce($3, positions),
       ended_at = case state when 'holding' then ended_at else clock_timestamp() end`,
      `state in ('dropping', 'posting', 'holding', 'undoing')`,
      [positions && JSON.stringify(positions)],
    );
  }

  /** Imports that are not at rest, with the process that works on each. */
  unfinished(): Promise<{ import: string; instance: number }[]> {
    return this.db.rows(`select import, instance from import where ${UNFINISHED}`);
  }

  /** Takes over from a process that is gone. What was not decided by then never will be. False: somebody else was faster. */
  async takeOver(id: string, from: number): Promise<boolean> {
    const undecided = `state in ('received', 'reading', 'checking')`;
    const taken = await this.db.rows(
      `update import set instance = $3, version = version + 1,
              outcome = case when ${undecided} then 'abandoned' else outcome end,
              reason = case when ${undecided} then '{"code":"restarted"}' else reason end,
              state = case when ${undecided} then 'dropping' else state end
        where import = $1 and instance = $2 and ${UNFINISHED} returning 1 as taken`,
      [id, from, this.instance],
    );
    return taken.length > 0;
  }

  private async change(
    id: string,
    set: string,
    where: string,
    values: readonly unknown[] = [],
    mayBeSo = false,
    tx: Tx = this.db,
  ): Promise<void> {
    const changed = await tx.rows(
      `update import set ${set}, version = version + 1 where import = $1 and instance = $2 and ${where} returning 1 as changed`,
      [id, this.instance, ...values],
    );
    if (changed.length === 0 && !mayBeSo) throw new TakenOver(id);
  }
}

const UNFINISHED = `state in ('received', 'reading', 'checking', 'dropping', 'posting', 'holding', 'undoing')`;

const findings = (found: Findings = { projects: [], counts: [], totals: [] }): unknown[] => [
  found.projects,
  JSON.stringify(found.counts),
  JSON.stringify(found.totals),
];
