import { GROUP_BOOK, type Period, type Standard } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { keptKeys } from './kept-keys';
import { lookUp } from './look-up';
import type { CopiesAt, LedgerTask, Refusal } from './task';

/** One task where it is to be done. */
export interface TaskInBook {
  readonly book: string;
  /** `import:ID` and `undo:ID` are not stopped by what their own import keeps. */
  readonly source: string;
  readonly task: LedgerTask;
}

const SETUP: ReadonlySet<string> = new Set([
  'DefineStandard',
  'EditStandard',
  'FollowGroupStandard',
  'AddPrice',
  'WithdrawStandard',
  'SetItemTerms',
  'WithdrawItemTerms',
  'NameDeveloper',
  'WithdrawDeveloper',
  'DeclareVacancy',
  'ChangeVacancy',
  'WithdrawVacancy',
  'MakeBinding',
  'EndBinding',
  'ChangeBindingDays',
  'SetBindingPrice',
  'SetBindingPayer',
  'WithdrawBinding',
  'InstallMeter',
  'WithdrawMeter',
  'ReadMeter',
  'CorrectReading',
  'ReplaceMeter',
  'WithdrawMeterRecord',
  'DefinePool',
  'WithdrawPool',
  'SetPoolAmount',
  'WithdrawPoolAmount',
  'SetLimits',
]);

type NumberKind = 'receipt' | 'deposit';

/** The receipt number that a task would take, and of which range. */
const numberOf = ({ command }: LedgerTask): { kind: NumberKind; number: string } | null =>
  command.type === 'CollectPayment'
    ? { kind: 'receipt', number: command.receiptNo }
    : command.type === 'ReceiveDeposit'
      ? { kind: 'deposit', number: command.receiptNo }
      : null;

/** The code of a standard that a task defines as a project's own; null: it does not. */
const ownStandardOf = (book: string, { command }: LedgerTask): string | null =>
  command.type === 'DefineStandard' && book !== GROUP_BOOK && command.standard.ofGroup === undefined
    ? command.standard.standard
    : null;

const keyOf = (...parts: string[]): string => parts.join('\u0000');

/**
 * What stands around the ledger, as far as a batch is concerned, read under the heads' locks: numbers that an import
 * reserves, books that an import or a run works on, codes that the copies know, and how far the copies are.
 */
export class Around {
  private readonly reserved = new Map<string, string>();
  private readonly importing = new Map<string, string>();
  private readonly running = new Set<string>();
  private readonly resources = new Set<string>();
  private readonly customers = new Set<string>();
  private readonly copies = new Map<string, CopiesAt>();
  private readonly waiting = new Set<string>();
  private readonly keptKeys = new Map<string, string>();
  private readonly moved = new Set<LedgerTask>();
  private readonly fixedByGroup = new Set<string>();
  private readonly followed = new Map<string, Standard>();

  static async read(tx: Tx, tasks: readonly TaskInBook[]): Promise<Around> {
    const around = new Around();
    await Promise.all([
      around.readReservations(tx, tasks),
      around.readHolds(tx, tasks),
      around.readNames(tx, tasks),
      around.readCopies(tx, tasks),
      around.readApprovals(tx, tasks),
      around.readKeptKeys(tx, tasks),
      around.readMoved(tx, tasks),
      around.readFixedByGroup(tx, tasks),
      around.readFollowed(tx, tasks),
    ]);
    return around;
  }

  /** Why the task may not be done, whatever the ledger says; null when nothing stands in its way. */
  refusal({ book, source, task }: TaskInBook): Refusal | null {
    if (this.isKeptForAnother(book, task)) return { code: 'idempotency-key-reused' };
    if (task.approval && !this.waiting.has(task.approval.approval)) return { code: 'approval-decided' };
    const number = numberOf(task);
    if (number) {
      const holder = this.reserved.get(keyOf(book, number.kind, number.number));
      if (holder !== undefined && source !== `import:${holder}`)
        return { code: 'receipt-number-taken', receiptNo: number.number };
    }
    if (SETUP.has(task.command.type) || task.command.type === 'SumAndClose') {
      const holder = this.importing.get(book);
      if (holder !== undefined && source !== `import:${holder}`) return { code: 'import-in-progress' };
    }
    if (task.command.type === 'SumAndClose' && this.running.has(book)) return { code: 'run-in-progress' };
    const standard = ownStandardOf(book, task);
    if (standard !== null && this.fixedByGroup.has(standard)) return { code: 'standard-of-group', standard };
    if (this.moved.has(task)) return { code: 'inputs-changed', standard: null, binding: null };
    return this.unknownName(book, task) ?? this.movedCopies(book, task);
  }

  /** The group's standard of a code that a task follows; undefined: there is none. */
  standardOfGroup(code: string): Standard | undefined {
    return this.followed.get(code);
  }

  private isKeptForAnother(book: string, { key }: LedgerTask): boolean {
    if (key === undefined) return false;
    const kept = this.keptKeys.get(keyOf(book, key.operator, key.key));
    return kept !== undefined && kept !== key.requestHash;
  }

  private unknownName(book: string, { names }: LedgerTask): Refusal | null {
    const resource = names?.resources.find((code) => !this.resources.has(keyOf(book, code)));
    if (resource !== undefined) return { code: 'unknown-resource', resource };
    const customer = names?.customers.find((code) => !this.customers.has(keyOf(book, code)));
    return customer === undefined ? null : { code: 'unknown-customer', customer };
  }

  private movedCopies(book: string, { copiesAt }: LedgerTask): Refusal | null {
    if (copiesAt === undefined) return null;
    const now = this.copies.get(book);
    const stands = now?.registry === copiesAt.registry && now.customers === copiesAt.customers;
    return stands ? null : { code: 'copies-moved' };
  }

  private async readReservations(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const wanted = tasks.flatMap(({ book, task }) => {
      const number = numberOf(task);
      return number ? [{ book, ...number }] : [];
    });
    const rows = await lookUp<{ book: string; kind: NumberKind; number: string; import: string }>(
      tx,
      wanted.map(({ book, kind, number }) => [book, kind, number]),
      ['book text', 'kind text', 'number text'],
      'select * from reservation r where r.book = w.book and r.kind = w.kind and r.number = w.number',
    );
    for (const { book, kind, number, import: holder } of rows) this.reserved.set(keyOf(book, kind, number), holder);
  }

  private async readHolds(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const closing = tasks.filter(({ task }) => task.command.type === 'SumAndClose').map(({ book }) => book);
    const setup = tasks.filter(({ task }) => SETUP.has(task.command.type)).map(({ book }) => book);
    if (closing.length + setup.length === 0) return;
    const [held, running] = await Promise.all([
      tx.rows<{ book: string; import: string }>('select book, import from import_book where held and book = any ($1)', [
        [...closing, ...setup],
      ]),
      closing.length === 0
        ? []
        : tx.rows<{ book: string }>(
            `select book from bill_run where state in ('waiting', 'running') and book = any ($1)`,
            [closing],
          ),
    ]);
    for (const { book, import: holder } of held) this.importing.set(book, holder);
    for (const { book } of running) this.running.add(book);
  }

  private async readKeptKeys(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const asked = tasks.flatMap(({ book, task: { key } }) => (key ? [{ book, ...key }] : []));
    for (const { book, operator, key, request_hash } of await keptKeys(tx, asked))
      this.keptKeys.set(keyOf(book, operator, key), request_hash);
  }

  private async readNames(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const named = tasks.flatMap(({ book, task: { names } }) => (names ? [{ book, ...names }] : []));
    await Promise.all([
      knownCodes(
        tx,
        'copy_resource',
        'resource',
        named.flatMap(({ book, resources }) => resources.map((code) => [book, code] as const)),
        this.resources,
      ),
      knownCodes(
        tx,
        'copy_customer',
        'customer',
        named.flatMap(({ book, customers }) => customers.map((code) => [book, code] as const)),
        this.customers,
      ),
    ]);
  }

  private async readCopies(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const books = tasks.flatMap(({ book, task }) => (task.copiesAt ? [book] : []));
    if (books.length > 0) for (const [book, at] of await copiesAt(tx, books)) this.copies.set(book, at);
  }

  private async readMoved(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    await Promise.all(
      tasks.map(async ({ book, task }) => {
        if (!task.unmoved) return;
        const { since, charges } = task.unmoved;
        const [found] = await tx.rows(
          `select 1 from event e
             cross join lateral jsonb_to_recordset(e.body::jsonb->'lines') as l(account text, charge bigint)
            where e.book = $1 and e.position > $2 and e.accounting_period is not null and e.type <> 'charge.raised'
              and l.account = 'receivable' and l.charge = any ($3::bigint[])
           union all
           select 1 from event e
             join late_fee_freeze f on f.book = e.book and f.position = coalesce((e.body::jsonb->>'freeze')::bigint, e.position)
            where e.book = $1 and e.position > $2
              and e.type in ('late-fees.frozen', 'late-fees.resumed', 'late-fees.record-withdrawn')
              and exists (select from jsonb_array_elements(f.charges) c where c::bigint = any ($3::bigint[]))
            limit 1`,
          [book, since, charges],
        );
        if (found) this.moved.add(task);
      }),
    );
  }

  private async readFixedByGroup(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const wanted = tasks.flatMap(({ book, task }) => ownStandardOf(book, task) ?? []);
    if (wanted.length === 0) return;
    const rows = await tx.rows<{ standard: string }>(
      `select standard from standard
        where book = $1 and standard = any ($2) and not withdrawn and body->'overridable' is null`,
      [GROUP_BOOK, wanted],
    );
    for (const { standard } of rows) this.fixedByGroup.add(standard);
  }

  /** They are locked: a change of one comes before, and is read here, or after, and finds the project that follows. */
  private async readFollowed(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const codes = tasks.flatMap(({ task: { command } }) =>
      command.type === 'FollowGroupStandard' ? [command.standard] : [],
    );
    if (codes.length === 0) return;
    const rows = await tx.rows<{ body: Standard }>(
      'select body from standard where book = $1 and standard = any ($2) and not withdrawn order by standard for share',
      [GROUP_BOOK, codes],
    );
    for (const { body } of rows) this.followed.set(body.standard, body);
  }

  /** They are locked, so that none is rejected while its command is appended. */
  private async readApprovals(tx: Tx, tasks: readonly TaskInBook[]): Promise<void> {
    const given = tasks.flatMap(({ task: { approval } }) => (approval ? [approval.approval] : []));
    if (given.length === 0) return;
    const rows = await tx.rows<{ approval: string }>(
      `select approval from approval where state = 'waiting' and approval = any ($1::uuid[]) order by approval for update`,
      [given],
    );
    for (const { approval } of rows) this.waiting.add(approval);
  }
}

const knownCodes = async (
  tx: Tx,
  table: 'copy_resource' | 'copy_customer',
  column: 'resource' | 'customer',
  wanted: readonly (readonly [book: string, code: string])[],
  known: Set<string>,
): Promise<void> => {
  const rows = await lookUp<{ project: string; code: string }>(
    tx,
    wanted,
    ['project text', 'code text'],
    `select k.project, k.${column} as code from ${table} k where k.project = w.project and k.${column} = w.code`,
  );
  for (const { project, code } of rows) known.add(keyOf(project, code));
};

/** How far the copies of the books' projects are: the consumers' cursors. */
export const copiesAt = async (tx: Tx, books: readonly string[]): Promise<Map<string, CopiesAt>> => {
  const rows = await tx.rows<{ topic: string; book: string; position: string }>(
    `select topic, book, position from cursor where topic in ('registry', 'customers') and book = any ($1)`,
    [books],
  );
  const at = new Map(books.map((book) => [book, { registry: 0, customers: 0 }]));
  for (const { topic, book, position } of rows) {
    const copies = at.get(book);
    if (copies) copies[topic as keyof CopiesAt] = Number(position);
  }
  return at;
};

/** The period up to which a book is closed, and its first; null when the book is not open. */
export const calendarOf = async (
  tx: Tx,
  book: string,
): Promise<{ readonly firstPeriod: Period; readonly closedThrough: Period | null } | null> => {
  const [row] = await tx.rows<{ firstPeriod: Period; closedThrough: Period | null }>(
    'select first_period as "firstPeriod", closed_through as "closedThrough" from calendar where book = $1',
    [book],
  );
  return row ?? null;
};
