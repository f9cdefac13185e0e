import {
  SHEETS,
  type CellFault,
  type ControlTotals,
  type SheetCount,
  type SheetName,
  type SheetRow,
  type StageChecked,
  type Topic,
} from '@propledger/contracts';
import { PeerUnavailable } from '@propledger/service-kit';
import { readImport, type ImportRows, type Warning } from '@propledger/workbook';
import { FAULTS_KEPT, type ImportFaults } from '../archive/import-faults';
import type { AskedBy, Reason } from '../archive/import-record';
import type { Findings, Imports } from '../archive/imports';
import type { KeptUploads } from '../archive/kept-uploads';
import { OwnerHeld, Owners, untilDone } from '../archive/owners';
import type { Rights } from './rights';

/** What a job works with. */
export interface Desk {
  readonly imports: Imports;
  readonly faults: ImportFaults;
  readonly uploads: KeptUploads;
  readonly owners: Owners;
  readonly rights: Rights;
  /** How long an owner may be away, or a project be held by another import, before the import comes to nothing. */
  readonly patienceMs: { readonly away: number; readonly held: number };
}

/** The import cannot be taken, and why. */
export class ImportRefused extends Error {
  constructor(readonly reason: Reason) {
    super(reason.code);
  }
}

const WRITTEN_EVERY_MS = 250;
const WARNINGS_KEPT = 200;
/** How far reading brings an import; checking it brings the next 20. */
const READ_PERCENT = 60;
const CHECK_PERCENT = 20;
const OWNER_OF = new Map<SheetName, Topic>(SHEETS.map(({ name, owner }) => [name, owner]));

/** One import up to the decision: its file read and staged, and looked through by every service that owns some of it. */
export class ImportJob {
  private readonly startedAt = performance.now();
  private writtenAt = 0;
  private percent = 0;
  private rows = 0;
  private rowsPerSecond = 0;
  private faultCount = 0;
  private faultsRead = 0;
  private warningCount = 0;
  private readonly warnings: Warning[] = [];
  private readonly topics = new Set<Topic>();
  private readonly chunks = new Map<SheetName, number>();
  private readonly regions = new Map<string, string>();

  constructor(
    private readonly desk: Desk,
    private readonly id: string,
    private readonly by: AskedBy,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * @returns what the import would bring, when nothing is wrong with it.
   * @throws ImportRefused, WorkbookRefused; GivenUp when this service stops or an owner is away for too long; TakenOver.
   */
  async run(path: string): Promise<Findings> {
    await this.desk.imports.startReading(this.id);
    for await (const piece of readImport(path, { signal: this.signal })) await this.take(piece);
    await this.write();
    await this.desk.imports.startChecking(this.id, this.warnings);
    const { found, faults } = await this.check();
    await this.keepFaults(faults);
    if (this.faultCount > 0) throw new ImportRefused({ code: 'faults' });
    return found;
  }

  private async take({ sheet, rows, faults, warnings, read }: ImportRows): Promise<void> {
    this.warningCount += warnings.length;
    this.warnings.push(...warnings.slice(0, WARNINGS_KEPT - this.warnings.length));
    this.faultCount += faults.length;
    if (this.faultsRead < FAULTS_KEPT) await this.desk.faults.add(this.id, faults);
    this.faultsRead += faults.length;
    if (sheet !== null && rows.length > 0) await this.stage(sheet, rows);
    this.rows += rows.length;
    this.rowsPerSecond = Math.round(this.rows / ((performance.now() - this.startedAt) / 1000));
    this.percent = Math.floor(read * READ_PERCENT);
    if (performance.now() - this.writtenAt > WRITTEN_EVERY_MS) await this.write();
  }

  private async stage(sheet: SheetName, rows: readonly SheetRow[]): Promise<void> {
    const topic = OWNER_OF.get(sheet);
    if (topic === undefined) throw new Error(`nobody owns ${sheet}`);
    if (sheet === '项目') this.rememberRegions(rows);
    if (!this.topics.has(topic)) await this.desk.imports.addOwner(this.id, topic);
    this.topics.add(topic);
    const chunk = (this.chunks.get(sheet) ?? 0) + 1;
    this.chunks.set(sheet, chunk);
    await this.answered(() => this.desk.owners.stage(topic, this.id, { sheet, chunk, rows }));
  }

  private rememberRegions(rows: readonly SheetRow[]): void {
    for (const { values } of rows)
      if (values['项目编码'] !== undefined && values['区域'] !== undefined)
        this.regions.set(values['项目编码'], values['区域']);
  }

  /** In the owners' order. What they found is not shown to somebody who has no right to a project that it is about. */
  private async check(): Promise<{ found: Findings; faults: CellFault[] }> {
    const faults: CellFault[] = [];
    const counts: SheetCount[] = [];
    const totals: ControlTotals[] = [];
    const projects = new Set<string>();
    const topics = Owners.inOrder([...this.topics]);
    for (const [at, topic] of topics.entries()) {
      const checked = await this.checked(topic);
      await this.refuseForbidden(checked.projects.filter((project) => !projects.has(project)));
      checked.projects.forEach((project) => projects.add(project));
      faults.push(...checked.faults);
      counts.push(...checked.counts);
      totals.push(...checked.totals);
      this.percent = READ_PERCENT + Math.floor(((at + 1) / topics.length) * CHECK_PERCENT);
      await this.write();
    }
    return { found: { projects: [...projects].sort(), counts, totals }, faults };
  }

  private async checked(topic: Topic): Promise<StageChecked> {
    try {
      return await untilDone(() => this.answered(() => this.desk.owners.check(topic, this.id, this.by)), {
        signal: this.signal,
        patienceMs: this.desk.patienceMs.held,
        longestPauseMs: 1_000,
        again: (error) => error instanceof OwnerHeld,
      });
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof OwnerHeld)
        throw new ImportRefused({ code: 'held', ...(cause.detail ? { projects: [cause.detail] } : {}) });
      throw error;
    }
  }

  private async refuseForbidden(projects: readonly string[]): Promise<void> {
    const forbidden = await this.desk.rights.forbidden(this.by.operator, projects, this.regions);
    if (forbidden.length > 0) throw new ImportRefused({ code: 'forbidden', projects: forbidden.slice(0, 100) });
  }

  private async keepFaults(found: readonly CellFault[]): Promise<void> {
    this.faultCount += found.length;
    await this.desk.faults.add(this.id, found);
    const kept = await this.desk.faults.trim(this.id);
    if (this.faultCount <= FAULTS_KEPT) this.faultCount = kept;
    await this.write();
  }

  private async write(): Promise<void> {
    this.writtenAt = performance.now();
    const { percent, rows, rowsPerSecond, faultCount, warningCount } = this;
    await this.desk.imports.progress(this.id, { percent, rows, rowsPerSecond, faultCount, warningCount });
  }

  private answered<Result>(work: () => Promise<Result>): Promise<Result> {
    return untilDone(work, {
      signal: this.signal,
      patienceMs: this.desk.patienceMs.away,
      again: (error) => error instanceof PeerUnavailable,
    });
  }
}
