import {
  GROUP_BOOK,
  type AskReferences,
  type ControlTotals,
  type Period,
  type ReferencesAnswer,
  type StageChecked,
} from '@propledger/contracts';
import type { Items } from '@propledger/ledger-core';
import { holdBook, releaseBook, type Transact, type Tx } from '@propledger/event-log';
import { holderOf, ImportRefused } from '@propledger/service-kit';
import { checkOpening, checkPeriods, EntryCheck, ENTRY_SHEETS, type Calendar } from './check-entries';
import { BindingCheck, checkNotOfGroup, checkStandards, checkVacancies } from './check-ranges';
import { checkDevelopers, checkItems, checkNoDeposits, itemsByProject } from './check-items';
import { checkMeters, checkParents, checkReadings, type KnownMeter } from './check-meters';
import {
  checkPoolAmounts,
  checkPools,
  checkPoolWeights,
  checkTiers,
  standardsSeen,
  type StandardSeen,
} from './check-pools';
import { checkPriceChanges } from './check-price-changes';
import { checkReferences, inParts, Known } from './check-references';
import { groupStandards } from '../ledger-store/group-standards';
import { meterOfRow } from './commands-of-rows';
import { countRows, lockedState, markSkipped, pagesOf, releaseStage, setState } from './stage';
import { cell, Faults, keyOf, OWN_SHEETS, type OwnSheet, type StagedRow } from './staged-row';
import {
  standingBindings,
  standingDevelopers,
  standingEntries,
  standingItems,
  standingMeters,
  standingPoolAmounts,
  standingPools,
  standingStandards,
  standingVacancies,
  vacanciesForTwo,
  withGroup,
} from './standing';

/** The owners of what billing's rows refer to. */
export interface Owners {
  registry(importId: string, ask: AskReferences): Promise<ReferencesAnswer>;
  customers(importId: string, ask: AskReferences): Promise<ReferencesAnswer>;
}

const CODES_A_QUESTION = 5_000;
const NOTHING: StageChecked = { faults: [], counts: [], totals: [], projects: [] };

/**
 * Finds what is wrong with an import's rows. Before it looks, it keeps the books from set-up and closing and reserves the
 * receipt numbers; with a fault everything is let go again. May be repeated.
 *
 * @throws ImportRefused `import-held` when another import has one of the books, `import-over`.
 */
export const checkImport = async (transact: Transact, owners: Owners, importId: string): Promise<StageChecked> => {
  const ask = await transact(async (tx) => {
    const state = await lockedState(tx, importId);
    if (state === null) return null;
    if (state !== 'staging' && state !== 'checked') throw new ImportRefused('import-over', state);
    return namedIn(tx, importId);
  });
  if (ask === null) return NOTHING;
  const known = await askOwners(owners, importId, ask);
  const projects = ask.projects.filter((project) => known.project(project)).sort();
  await transact((tx) => keepBooks(tx, importId, projects, known.firstPeriods));
  return transact(async (tx) => {
    const state = await lockedState(tx, importId);
    if (state !== 'staging' && state !== 'checked') throw new ImportRefused('import-over', String(state));
    const calendars = await calendarsOf(tx, projects, known.firstPeriods);
    const faults = await new RowsCheck(tx, importId, known, calendars).all();
    await setState(tx, importId, 'checked');
    if (faults.list.length > 0) await releaseStage(tx, importId);
    return {
      faults: faults.list,
      counts: await countRows(tx, importId),
      totals: await totalsOf(tx, importId, projects),
      projects,
    };
  });
};

/** Every code that rows name, once. */
const namedIn = async (tx: Tx, importId: string): Promise<AskReferences> => {
  const rows = await tx.rows<{ project: string }>(
    'select distinct project from import_row where import = $1 and project is not null',
    [importId],
  );
  const codes = (column: string): Promise<{ project: string; code: string }[]> =>
    tx.rows(
      `select distinct project, cells->>$2 as code from import_row
        where import = $1 and project is not null and cells ? $2 and not faulty ? $2 and not unusable ? $2`,
      [importId, column],
    );
  return {
    projects: rows.map(({ project }) => project),
    resources: await codes('资源编码'),
    customers: await codes('客户编码'),
  };
};

const askOwners = async (owners: Owners, importId: string, ask: AskReferences): Promise<Known> => {
  const known = new Known();
  const ofRegistry = { ...ask, customers: [] };
  for (const part of inParts(ofRegistry, CODES_A_QUESTION)) known.learn(await owners.registry(importId, part));
  const ofCustomers = { projects: [], resources: [], customers: ask.customers };
  for (const part of inParts(ofCustomers, CODES_A_QUESTION))
    if (part.customers.length > 0) known.learn(await owners.customers(importId, part));
  return known;
};

/** From here on nobody sets up, closes or takes a number in these books; who was at it has finished. */
const keepBooks = async (
  tx: Tx,
  importId: string,
  projects: readonly string[],
  firstPeriods: ReadonlyMap<string, Period>,
): Promise<void> => {
  for (const book of projects) {
    // Taking and leaving the head waits for an append in flight, and shows whether an undo holds the book.
    if (!(await holdBook(tx, book, holderOf(importId)))) throw new ImportRefused('import-held', book);
    await releaseBook(tx, book, holderOf(importId));
    const [other] = await tx.rows('select 1 from import_book where book = $1 and held and import <> $2', [
      book,
      importId,
    ]);
    if (other !== undefined) throw new ImportRefused('import-held', book);
    await tx.rows(
      `insert into import_book (import, book, first_period, held) values ($1, $2, $3, true)
       on conflict (import, book) do update set first_period = excluded.first_period, held = true`,
      [importId, book, firstPeriods.get(book) ?? null],
    );
  }
  await tx.rows(
    `insert into reservation (book, kind, number, import)
     select distinct project, case sheet when '实收补录' then 'receipt' else 'deposit' end, cells->>'收据号', import
       from import_row
      where import = $1 and sheet in ('实收补录', '押金台账') and project = any ($2) and cells ? '收据号'
        and not faulty ? '收据号' and not unusable ? '收据号'
     on conflict do nothing`,
    [importId, projects],
  );
};

/** As the books have it; for those that are not open yet, as the registry says. */
const calendarsOf = async (
  tx: Tx,
  projects: readonly string[],
  firstPeriods: ReadonlyMap<string, Period>,
): Promise<Map<string, Calendar>> => {
  const rows = await tx.rows<Calendar & { book: string }>(
    `select book, first_period as "firstPeriod", closed_through as "closedThrough" from calendar where book = any ($1)`,
    [projects],
  );
  const open = new Map(rows.map((row) => [row.book, row]));
  return new Map(
    projects.flatMap((project): [string, Calendar][] => {
      const firstPeriod = firstPeriods.get(project);
      const calendar = open.get(project);
      if (calendar) return [[project, calendar]];
      return firstPeriod === undefined ? [] : [[project, { firstPeriod, closedThrough: null }]];
    }),
  );
};

/** One check over all sheets of an import. */
class RowsCheck {
  private readonly faults = new Faults();
  /** Projects that came back with another 启用账期 than their books have. Each is reported once. */
  private readonly reopened: Set<string>;
  private items: ReadonlyMap<string, Items> = new Map();
  private standardsSeen: ReadonlyMap<string, StandardSeen> = new Map();

  constructor(
    private readonly tx: Tx,
    private readonly importId: string,
    private readonly known: Known,
    private readonly calendars: ReadonlyMap<string, Calendar>,
  ) {
    const differs = ([project, { firstPeriod }]: [string, Calendar]): boolean =>
      (known.firstPeriods.get(project) ?? firstPeriod) !== firstPeriod;
    this.reopened = new Set([...calendars].filter(differs).map(([project]) => project));
  }

  async all(): Promise<Faults> {
    await this.tx.rows('update import_row set skipped = false where import = $1 and skipped', [this.importId]);
    await this.declared();
    await this.standards();
    await this.meters();
    await this.vacancies();
    await this.bindings();
    for (const sheet of ENTRY_SHEETS) await this.entries(sheet);
    const order = (sheet: string): number => OWN_SHEETS.findIndex((own) => own === sheet);
    this.faults.list.sort((one, other) => order(one.sheet) - order(other.sheet) || one.row - other.row);
    return this.faults;
  }

  /** 收费项目 and 开发商. */
  private async declared(): Promise<void> {
    const books = [...this.calendars.keys()];
    const rows = await this.rowsOf('收费项目');
    const standing = await standingItems(this.tx, [...books, GROUP_BOOK]);
    await markSkipped(this.tx, this.importId, '收费项目', checkItems(rows, standing, this.faults));
    this.items = itemsByProject(
      rows.filter((row) => this.faults.clean('收费项目', row)),
      standing,
      books,
    );
    const named = await standingDevelopers(this.tx, books);
    const developers = checkDevelopers(await this.rowsOf('开发商'), named, this.faults);
    await markSkipped(this.tx, this.importId, '开发商', developers);
  }

  private async standards(): Promise<void> {
    const rows = await this.rowsUnlooked('收费标准');
    const books = [...this.calendars.keys()];
    const standing = await standingStandards(this.tx, books);
    const ofGroup = await groupStandards(this.tx);
    const usable = withGroup(standing, ofGroup, books);
    this.learn('standard', rows, '标准编码', usable.keys());
    for (const row of rows) this.look('收费标准', row);
    const seen = standardsSeen(rows, usable);
    this.standardsSeen = seen;
    const tiers = await this.rowsOf('阶梯价格');
    const changing = { 收费标准: rows, 阶梯价格: tiers, 调价: await this.rowsUnlooked('调价') };
    checkNotOfGroup(changing, standing, ofGroup, this.faults);
    const skippedTiers = checkTiers(tiers, seen, this.faults);
    await this.pools(seen);
    const changes = checkPriceChanges(await this.rowsOf('调价'), rows, usable, seen, this.faults);
    await markSkipped(this.tx, this.importId, '调价', changes);
    await markSkipped(this.tx, this.importId, '收费标准', checkStandards(rows, standing, this.faults));
    await markSkipped(this.tx, this.importId, '阶梯价格', skippedTiers);
  }

  /** 公摊池, 公摊系数 and 公摊金额. */
  private async pools(standards: ReadonlyMap<string, StandardSeen>): Promise<void> {
    const standing = await standingPools(this.tx, [...this.calendars.keys()]);
    const pools = await this.rowsUnlooked('公摊池');
    this.learn('pool', pools, '公摊编码', standing.keys());
    const meters = await standingMeters(this.tx, pools, '总表');
    this.learn('meter', await this.rowsUnlooked('仪表'), '仪表编码', meters.keys());
    for (const row of pools) this.look('公摊池', row);
    const { weights, skipped } = checkPoolWeights(await this.rowsOf('公摊系数'), pools, standing, this.faults);
    await markSkipped(this.tx, this.importId, '公摊系数', skipped);
    const known = checkPools(pools, weights, standing, standards, this.faults);
    await markSkipped(this.tx, this.importId, '公摊池', known);
    const amounts = await this.rowsOf('公摊金额');
    const set = await standingPoolAmounts(this.tx, amounts);
    await markSkipped(this.tx, this.importId, '公摊金额', checkPoolAmounts(amounts, set, this.calendars, this.faults));
  }

  /** 仪表, 抄表, 换表 and 估抄. */
  private async meters(): Promise<void> {
    const meters = await this.rowsUnlooked('仪表');
    const read = await this.rowsUnlooked('抄表');
    const replaced = await this.rowsUnlooked('换表');
    const estimated = await this.rowsUnlooked('估抄');
    const standing = await standingMeters(
      this.tx,
      [...meters, ...read, ...replaced, ...estimated],
      '仪表编码',
      '上级仪表',
    );
    this.learn('meter', meters, '仪表编码', standing.keys());
    for (const row of meters) this.look('仪表', row);
    await markSkipped(this.tx, this.importId, '仪表', checkMeters(meters, standing, this.faults));
    for (const row of read) this.look('抄表', row);
    for (const row of replaced) this.look('换表', row);
    for (const row of estimated) this.look('估抄', row);
    const known = new Map<string, KnownMeter>(standing);
    for (const row of meters) {
      const key = keyOf(row, ['项目编码', '仪表编码']);
      if (key !== null && !known.has(key) && this.faults.clean('仪表', row))
        known.set(key, { meter: meterOfRow(row), records: [] });
    }
    checkParents(meters, known, this.faults);
    const rows = { readings: read, replacements: replaced, estimates: estimated };
    const skipped = checkReadings(rows, known, this.calendars, this.faults);
    await markSkipped(this.tx, this.importId, '抄表', skipped.readings);
    await markSkipped(this.tx, this.importId, '换表', skipped.replacements);
    await markSkipped(this.tx, this.importId, '估抄', skipped.estimates);
  }

  /** What the file and the books have of one kind: rows that are faulty otherwise, too. */
  private learn(
    kind: 'standard' | 'meter' | 'pool',
    rows: readonly StagedRow[],
    column: string,
    standing: Iterable<string>,
  ): void {
    for (const row of rows) {
      const key = keyOf(row, ['项目编码', column]);
      if (key !== null) this.known.learnOwn(kind, key);
    }
    for (const key of standing) this.known.learnOwn(kind, key);
  }

  private async rowsUnlooked(sheet: OwnSheet): Promise<StagedRow[]> {
    const rows: StagedRow[] = [];
    for await (const page of pagesOf(this.tx, this.importId, sheet)) rows.push(...page);
    return rows;
  }

  private async rowsOf(sheet: OwnSheet): Promise<StagedRow[]> {
    const rows = await this.rowsUnlooked(sheet);
    for (const row of rows) this.look(sheet, row);
    return rows;
  }

  private async vacancies(): Promise<void> {
    const rows = await this.rowsOf('空置申报');
    if (rows.length === 0) return;
    const books = [...this.calendars.keys()];
    const forTwo = await vacanciesForTwo(this.tx, books);
    const skipped = checkVacancies(rows, await standingVacancies(this.tx, books), forTwo, this.faults);
    await markSkipped(this.tx, this.importId, '空置申报', skipped);
  }

  private async bindings(): Promise<void> {
    const check = new BindingCheck(this.standardsSeen);
    for await (const page of pagesOf(this.tx, this.importId, '收费绑定')) {
      for (const row of page) this.look('收费绑定', row);
      const standing = await standingBindings(this.tx, page);
      await markSkipped(this.tx, this.importId, '收费绑定', check.page(page, standing, this.faults));
    }
  }

  private async entries(sheet: (typeof ENTRY_SHEETS)[number]): Promise<void> {
    const check = new EntryCheck(sheet, this.faults);
    for await (const page of pagesOf(this.tx, this.importId, sheet)) {
      for (const row of page) this.look(sheet, row);
      if (sheet === '临时费用') checkNoDeposits(page, this.items, this.faults);
      const skipped = check.page(page, await standingEntries(this.tx, sheet, page));
      if (sheet === '实收补录' || sheet === '临时费用') checkPeriods(sheet, page, skipped, this.calendars, this.faults);
      else checkOpening(sheet, page, skipped, this.calendars, this.faults);
      await markSkipped(this.tx, this.importId, sheet, skipped);
    }
  }

  private look(sheet: OwnSheet, row: StagedRow): void {
    for (const column of row.unusable) this.faults.add(sheet, row.row, column, 'invalid_choice');
    if (this.reopened.delete(cell(row, '项目编码') ?? '')) this.faults.add(sheet, row.row, '项目编码', 'conflict');
    checkReferences(sheet, row, this.known, this.faults);
  }
}

/** Sums of what would be added, by project. */
const totalsOf = (tx: Tx, importId: string, projects: readonly string[]): Promise<ControlTotals[]> =>
  tx.rows<ControlTotals>(
    `select p.project,
            coalesce(sum(r.amount) filter (where r.sheet = '历史欠费'), 0)::numeric(20, 2)::text as arrears,
            coalesce(sum(r.amount) filter (where r.sheet = '押金台账'), 0)::numeric(20, 2)::text as deposits,
            coalesce(sum(r.amount) filter (where r.sheet = '预交款'), 0)::numeric(20, 2)::text as prepayments,
            coalesce(sum(r.amount) filter (where r.sheet = '实收补录'), 0)::numeric(20, 2)::text as receipts,
            coalesce(sum(r.amount) filter (where r.sheet = '临时费用'), 0)::numeric(20, 2)::text as charges
       from unnest($2::text[]) as p(project)
       left join (select project, sheet, case when amount ~ '^-?[0-9]{1,15}\\.[0-9]{2}$' then amount::numeric end as amount
                    from (select project, sheet, coalesce(cells->>'欠费金额', cells->>'金额', cells->>'余额') as amount
                            from import_row where import = $1 and not skipped) amounts) r using (project)
      group by p.project order by p.project collate "C"`,
    [importId, projects],
  );
