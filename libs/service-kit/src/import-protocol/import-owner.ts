import type {
  ApplyStage,
  AskReferences,
  Positions,
  ReferencesAnswer,
  SheetRow,
  StageChecked,
  UndoHeld,
} from '@propledger/contracts';

/** How far an import has come with an owner. `dropped` and `undone` are ends; `applied` may be undone. */
export type ImportState = 'staging' | 'checked' | 'applied' | 'dropped' | 'undo-held' | 'undone';

/** Why the protocol cannot go on: another import holds a book, or this one is past that step. */
export class ImportRefused extends Error {
  constructor(
    readonly code: 'import-held' | 'import-over',
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** Who holds the books of an import until it is applied or dropped; the source of its events. */
export const holderOf = (id: string): string => `import:${id}`;
/** The same while it is undone. */
export const undoHolderOf = (id: string): string => `undo:${id}`;

/** A chunk of a sheet's rows, as it is staged. */
export interface Chunk<Sheet extends string> {
  readonly sheet: Sheet;
  readonly chunk: number;
  readonly rows: readonly SheetRow[];
}

/** An owner's side of the import protocol; libs/contracts/src/import.ts says what each step means. Each may throw ImportRefused. */
export interface ImportOwner<Sheet extends string> {
  stage(id: string, chunk: Chunk<Sheet>): Promise<void>;
  check(id: string): Promise<StageChecked>;
  apply(id: string, by: ApplyStage): Promise<Positions>;
  drop(id: string): Promise<void>;
  holdUndo(id: string): Promise<UndoHeld['blockers']>;
  undo(id: string, by: ApplyStage): Promise<Positions>;
  releaseUndo(id: string): Promise<void>;
}

/** An owner whose codes the rows of later sheets name. */
export interface ReferencedOwner {
  references(id: string, asked: AskReferences): Promise<ReferencesAnswer>;
}
