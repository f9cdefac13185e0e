import type { ApplyStage, Meter, Positions, SheetRow, Standard } from '@propledger/contracts';
import { compareDays, type Items } from '@propledger/ledger-core';
import { heads, type Submission, type Transact, type Tx } from '@propledger/event-log';
import { holderOf, ImportRefused } from '@propledger/service-kit';
import { readItems } from '../ledger-store/items';
import { noteOf, type Ledger } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { itemOfRow } from './check-items';
import {
  bindingCommand,
  depositCommand,
  estimateOfRow,
  developerOfRow,
  meterOfRow,
  oneOffCommand,
  openingCharge,
  poolAmountCommand,
  poolOfRow,
  prepaymentCommand,
  priceChangeOf,
  readingOfRow,
  receiptCommand,
  replacementOfRow,
  standardCommand,
  standardOfRows,
  tiersCommand,
  vacancyOfRow,
  whenImplausible,
  type PriorityOf,
} from './commands-of-rows';
import { decided, submitDecided } from './decided';
import {
  booksOf,
  forgetRows,
  lockedState,
  receiptsToApply,
  releaseStage,
  rowsToApply,
  setState,
  type ImportBook,
} from './stage';
import { cell, joined, required, type OwnSheet } from './staged-row';
import { standingStandards } from './standing';

/** Rows read together; the writer commits them a few hundred at a time. */
const ROWS_A_PAGE = 5_000;
const CHARGES_A_COMMAND = 500;
const PRIORITY_WITHOUT_STANDARD = 99;

/** Makes a decided import so. Every command has an id of its own, so that after a crash only what is missing is done. */
export class ImportApplication {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
    private readonly importId: string,
    private readonly by: ApplyStage,
  ) {}

  /** Book after book; in each, later sheets build on earlier ones. */
  async applyTo(book: ImportBook): Promise<void> {
    const name = book.book;
    await this.open(book);
    await this.each('收费项目', name, (row) => ({ command: { type: 'SetItemTerms', terms: itemOfRow(row) } }));
    await this.each('开发商', name, (row) => ({
      command: { type: 'NameDeveloper', developer: developerOfRow(row) },
    }));
    await this.standards(name);
    await this.adoptStandards(name);
    await this.priceChanges(name);
    await this.meters(name);
    await this.pools(name);
    await this.each('空置申报', name, (row) => ({
      command: { type: 'DeclareVacancy', vacancy: vacancyOfRow(row, this.idOf(row)) },
    }));
    await this.each('收费绑定', name, (row) => ({ command: bindingCommand(row, this.idOf(row)) }));
    await this.arrears(name);
    await this.each('押金台账', name, (row) => ({ command: depositCommand(row) }));
    await this.each('预交款', name, (row) => ({ command: prepaymentCommand(row) }));
    await this.readings(name);
    await this.each('公摊金额', name, (row) => ({ command: poolAmountCommand(row) }));
    await this.oneOffs(name);
    for await (const rows of receiptsToApply(this.reader, this.importId, name, ROWS_A_PAGE))
      await this.submit(
        rows.map((row) =>
          this.submission(name, `receipt:${row.row}`, { command: receiptCommand(row), note: noteOfRow(row) }),
        ),
      );
  }

  private async open({ book, firstPeriod }: ImportBook): Promise<void> {
    const open = await this.reader.first('select 1 from calendar where book = $1', [book]);
    if (open !== undefined) return;
    if (firstPeriod === null) throw new Error(`the registry did not tell the first period of ${book}`);
    await this.submit([this.submission(book, 'open', { command: { type: 'OpenBook', project: book, firstPeriod } })]);
  }

  private async standards(book: string): Promise<void> {
    const byCode = await this.rowsByStandard('收费标准', book);
    const tiers = await this.rowsByStandard('阶梯价格', book);
    if (byCode.size + tiers.size === 0) return;
    const standing = await standingStandards(this.reader, [book]);
    const standardAt = (code: string): Standard | undefined => standing.get(joined([book, code]));
    await this.submit(
      [...byCode].map(([code, rows]) =>
        this.submission(book, `standard:${rows[0]?.row ?? 0}`, {
          command: standardCommand(standardOfRows(rows, tiers.get(code)), standardAt(code)),
        }),
      ),
    );
    await this.submit(
      [...tiers].flatMap(([code, rows]) => {
        const standard = byCode.has(code) ? undefined : standardAt(code);
        const command = standard && tiersCommand(standard, rows);
        return command ? [this.submission(book, `tiers:${rows[0]?.row ?? 0}`, { command })] : [];
      }),
    );
  }

  /** Standards of the group that rows name and the project has not: they are taken over into its book. */
  private async adoptStandards(book: string): Promise<void> {
    const named = await this.reader.rows<{ code: string }>(
      `select distinct r.cells->>'标准编码' as code from import_row r
        where r.import = $1 and r.project = $2 and r.sheet in ('收费绑定', '公摊池', '调价') and not r.skipped
          and not exists (select from standard s where s.book = $2 and s.standard = r.cells->>'标准编码' and not s.withdrawn)`,
      [this.importId, book],
    );
    await this.submit(
      named.map(({ code }) =>
        this.submission(book, `group-standard:${code}`, { command: { type: 'FollowGroupStandard', standard: code } }),
      ),
    );
  }

  /** The rows of a sheet that are to be applied, by their standard. */
  private async rowsByStandard(sheet: '收费标准' | '阶梯价格', book: string): Promise<Map<string, SheetRow[]>> {
    const byCode = new Map<string, SheetRow[]>();
    for await (const rows of rowsToApply(this.reader, this.importId, sheet, book, ROWS_A_PAGE))
      for (const row of rows) {
        const code = required(row, '标准编码');
        byCode.set(code, [...(byCode.get(code) ?? []), row]);
      }
    return byCode;
  }

  private async pools(book: string): Promise<void> {
    const weights = new Map<string, SheetRow[]>();
    for await (const rows of rowsToApply(this.reader, this.importId, '公摊系数', book, ROWS_A_PAGE))
      for (const row of rows) {
        const pool = required(row, '公摊编码');
        weights.set(pool, [...(weights.get(pool) ?? []), row]);
      }
    await this.each('公摊池', book, (row) => ({
      command: { type: 'DefinePool', pool: poolOfRow(row, weights.get(required(row, '公摊编码'))) },
    }));
  }

  /** A meter after the one above it. */
  private async meters(book: string): Promise<void> {
    const found: { readonly row: number; readonly meter: Meter }[] = [];
    for await (const rows of rowsToApply(this.reader, this.importId, '仪表', book, ROWS_A_PAGE))
      found.push(...rows.map((row) => ({ row: row.row, meter: meterOfRow(row) })));
    const byCode = new Map(found.map(({ meter }) => [meter.meter, meter]));
    const depthOf = ({ parent }: Meter): number => {
      const above = parent === undefined ? undefined : byCode.get(parent);
      return above === undefined ? 0 : depthOf(above) + 1;
    };
    const inOrder = found.map((one) => ({ ...one, depth: depthOf(one.meter) }));
    inOrder.sort((one, other) => one.depth - other.depth || one.row - other.row);
    await this.submit(
      inOrder.map(({ row, meter }) =>
        this.submission(book, `meter:${row}`, { command: { type: 'InstallMeter', meter } }),
      ),
    );
  }

  /** By day: each ends the price before it. */
  private async priceChanges(book: string): Promise<void> {
    const found: SheetRow[] = [];
    for await (const rows of rowsToApply(this.reader, this.importId, '调价', book, ROWS_A_PAGE)) found.push(...rows);
    const changes = found.map((row) => ({
      row: row.row,
      standard: required(row, '标准编码'),
      price: priceChangeOf(row),
    }));
    changes.sort((one, other) => compareDays(one.price.from, other.price.from) || one.row - other.row);
    await this.submit(
      changes.map(({ row, standard, price }) =>
        this.submission(book, `price:${row}`, { command: { type: 'AddPrice', standard, price } }),
      ),
    );
  }

  private async oneOffs(book: string): Promise<void> {
    let known: KnownItems | null = null;
    for await (const rows of rowsToApply(this.reader, this.importId, '临时费用', book, ROWS_A_PAGE)) {
      const { items, priorityOf } = (known ??= await this.knownItems(book));
      await this.submit(
        rows.map((row) =>
          this.submission(book, `one-off:${row.row}`, {
            command: oneOffCommand(row, priorityOf, items),
            note: noteOfRow(row),
          }),
        ),
      );
    }
  }

  /** By day; on one day replacements first, which belong to the step that a reading of that day ends. */
  private async readings(book: string): Promise<void> {
    const found: { readonly on: string; readonly rank: number; readonly name: string; readonly task: LedgerTask }[] =
      [];
    for await (const rows of rowsToApply(this.reader, this.importId, '换表', book, ROWS_A_PAGE))
      for (const row of rows) {
        const replacement = replacementOfRow(row);
        const task: LedgerTask = { command: { type: 'ReplaceMeter', replacement } };
        found.push({ on: replacement.on, rank: 0, name: `replacement:${row.row}`, task });
      }
    for await (const rows of rowsToApply(this.reader, this.importId, '抄表', book, ROWS_A_PAGE))
      for (const row of rows) {
        const reading = readingOfRow(row);
        const task: LedgerTask = { command: { type: 'ReadMeter', reading, whenImplausible: whenImplausible(row) } };
        found.push({ on: reading.on, rank: 1, name: `reading:${row.row}`, task });
      }
    for await (const rows of rowsToApply(this.reader, this.importId, '估抄', book, ROWS_A_PAGE))
      for (const row of rows) {
        const command = estimateOfRow(row);
        found.push({ on: command.on, rank: 1, name: `estimate:${row.row}`, task: { command } });
      }
    found.sort((one, other) => (one.on === other.on ? one.rank - other.rank : one.on < other.on ? -1 : 1));
    await this.submit(found.map(({ name, task }) => this.submission(book, name, task)));
  }

  private async arrears(book: string): Promise<void> {
    let known: KnownItems | null = null;
    // A page is a command: one event for each of its rows.
    for await (const rows of rowsToApply(this.reader, this.importId, '历史欠费', book, CHARGES_A_COMMAND)) {
      const { priorityOf } = (known ??= await this.knownItems(book));
      const charges = rows.map((row) => openingCharge(row, priorityOf));
      const command = { type: 'RaiseCharges', origin: 'opening', charges } as const;
      await this.submit([this.submission(book, `arrears:${rows[0]?.row ?? 0}`, { command })]);
    }
  }

  /** The priority of an item is that of its terms on a day, else of the standard that was listed first, else the last of all. */
  private async knownItems(book: string): Promise<KnownItems> {
    const rows = await this.reader.rows<{ item: string; priority: number }>(
      `select distinct on (item) item, (body->>'priority')::int as priority from standard
        where book = $1 and not withdrawn order by item, listed`,
      [book],
    );
    const ofStandards = new Map(rows.map(({ item, priority }) => [item, priority]));
    const { items } = await readItems(this.reader, book);
    return {
      items,
      priorityOf: (item, on) => items.on(item, on)?.priority ?? ofStandards.get(item) ?? PRIORITY_WITHOUT_STANDARD,
    };
  }

  private async each(sheet: OwnSheet, book: string, taskOf: (row: SheetRow) => LedgerTask): Promise<void> {
    for await (const rows of rowsToApply(this.reader, this.importId, sheet, book, ROWS_A_PAGE))
      await this.submit(rows.map((row) => this.submission(book, `${COMMAND_NAMES[sheet]}:${row.row}`, taskOf(row))));
  }

  /** Unique in the book, and the same however often the row is sent. */
  private idOf(row: SheetRow): string {
    return `${this.importId}-${row.row}`;
  }

  private submission(book: string, name: string, task: LedgerTask): Submission<LedgerTask> {
    return decided(holderOf(this.importId), name, book, this.by, task);
  }

  private submit(submissions: readonly Submission<LedgerTask>[]): Promise<void> {
    return submitDecided(this.ledger, submissions);
  }
}

interface KnownItems {
  readonly items: Items;
  readonly priorityOf: PriorityOf;
}

const noteOfRow = (row: SheetRow): LedgerTask['note'] => {
  const remark = cell(row, '备注');
  return remark === null ? undefined : noteOf(remark);
};

const COMMAND_NAMES: Readonly<Record<OwnSheet, string>> = {
  收费项目: 'item',
  开发商: 'developer',
  收费标准: 'standard',
  调价: 'price',
  临时费用: 'one-off',
  阶梯价格: 'tiers',
  仪表: 'meter',
  公摊池: 'pool',
  抄表: 'reading',
  换表: 'replacement',
  估抄: 'estimate',
  公摊系数: 'pool-weight',
  公摊金额: 'pool-amount',
  空置申报: 'vacancy',
  收费绑定: 'binding',
  历史欠费: 'arrears',
  押金台账: 'deposit',
  预交款: 'prepayment',
  实收补录: 'receipt',
};

/**
 * After the decision: applies what is staged, and lets the books go. Repeated until it answers.
 *
 * @throws ImportRefused `import-over` when it was dropped or never checked.
 */
export const applyImport = async (
  transact: Transact,
  reader: Reader,
  ledger: Ledger,
  importId: string,
  by: ApplyStage,
): Promise<Positions> => {
  const books = await transact(async (tx) => {
    const state = await lockedState(tx, importId);
    if (state === 'staging' || state === 'dropped') throw new ImportRefused('import-over', state);
    return state === 'checked' ? booksOf(tx, importId) : null;
  });
  if (books !== null) {
    const application = new ImportApplication(ledger, reader, importId, by);
    for (const book of books) {
      await transact((tx) => rememberBeginning(tx, importId, book.book));
      await application.applyTo(book);
    }
    await transact(async (tx) => {
      const state = await lockedState(tx, importId);
      if (state !== 'checked') return; // Another call for the same import has got here first.
      await rememberEnds(tx, importId);
      await releaseStage(tx, importId);
      await forgetRows(tx, importId);
      await setState(tx, importId, 'applied');
    });
  }
  return positionsOf(reader, importId);
};

/** Where the import's events begin at the earliest; a repeated application keeps what the first one found. */
const rememberBeginning = (tx: Tx, importId: string, book: string): Promise<unknown> =>
  tx.rows(
    `update import_book set first_position = coalesce((select position from book_head h where h.book = $2), 0) + 1
      where import = $1 and book = $2 and first_position is null`,
    [importId, book],
  );

/** Where they end. A book that was given none has neither. */
const rememberEnds = (tx: Tx, importId: string): Promise<unknown> =>
  tx.rows(
    `update import_book b set first_position = own.first, last_position = own.last
       from (select i.book, min(e.position) as first, max(e.position) as last
               from import_book i
               left join event e on e.book = i.book and e.position >= i.first_position and e.source = $2
              where i.import = $1 group by i.book) own
      where b.import = $1 and b.book = own.book`,
    [importId, holderOf(importId)],
  );

/** Where the import's books are now. */
export const positionsOf = async (tx: Tx, importId: string): Promise<Positions> => {
  const books = await booksOf(tx, importId);
  const reached = await heads(
    tx,
    books.map(({ book }) => book),
  );
  return Object.fromEntries(reached.map(({ book, position }) => [book, position]));
};
