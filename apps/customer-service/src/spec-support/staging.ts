import { randomUUID } from 'node:crypto';
import type { CellFault, SheetName, SheetRow, StageChecked, SheetRow as Row } from '@propledger/contracts';
import type { Answer, Call } from './running-customers';

/** Speaks the import protocol as onboarding does. */
export class Import {
  readonly id = randomUUID();
  private chunks = 0;

  constructor(private readonly peer: Call) {}

  step(step: string, body: object = {}): Promise<Answer> {
    const by = { actor: 'admin', ...(step === 'apply' || step === 'undo' ? { correlationId: 'upload-1' } : {}) };
    return this.peer(
      'POST',
      `/imports/${this.id}/${step}`,
      step === 'drop' || step === 'release-undo' ? undefined : { ...by, ...body },
      {
        key: null,
      },
    );
  }

  async stage(sheet: SheetName, rows: readonly SheetRow[]): Promise<Answer> {
    this.chunks += 1;
    return this.peer('POST', `/imports/${this.id}/rows`, { sheet, chunk: this.chunks, rows }, { key: null });
  }

  /** Rows as they stand in a sheet from its third row on. */
  values(sheet: SheetName, ...rows: readonly Record<string, string>[]): Promise<Answer> {
    return this.stage(
      sheet,
      rows.map((values, index): Row => ({ row: index + 3, values, faulty: [] })),
    );
  }

  async check(): Promise<StageChecked> {
    return (await this.step('check')).body as unknown as StageChecked;
  }

  references(body: object): Promise<Answer> {
    return this.peer(
      'POST',
      `/imports/${this.id}/references`,
      { projects: [], resources: [], customers: [], ...body },
      { key: null },
    );
  }
}

export const byPlace = (faults: readonly CellFault[]): CellFault[] =>
  [...faults].sort((a, b) => a.sheet.localeCompare(b.sheet) || a.row - b.row || a.column.localeCompare(b.column));
