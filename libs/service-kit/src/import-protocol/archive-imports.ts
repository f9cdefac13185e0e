import type { AskReferences, ReferencesAnswer, StageChecked } from '@propledger/contracts';
import type { Transact } from '@propledger/event-log';
import { ApplyAndUndo, type ImportedBooks, type OtherBlockers } from './apply-and-undo';
import { ArchiveStage, type StagedSheets } from './archive-stage';
import type { ImportOwner, ReferencedOwner } from './import-owner';

/** What is an archive's own in the import protocol. */
export interface ArchiveParts<Sheet extends string> {
  readonly transact: Transact;
  readonly books: ImportedBooks;
  readonly staged: StagedSheets<Sheet>;
  check(id: string): Promise<StageChecked>;
  references(id: string, asked: AskReferences): Promise<ReferencesAnswer>;
  readonly otherBlockers?: OtherBlockers;
}

/** An archive's side of the import protocol: rows are staged and checked in its database, then taken by its books or withdrawn. */
export const archiveImports = <Sheet extends string>(
  parts: ArchiveParts<Sheet>,
): ImportOwner<Sheet> & ReferencedOwner => {
  const { transact, books, staged, otherBlockers } = parts;
  const stage = new ArchiveStage(transact, staged);
  const decided = new ApplyAndUndo(transact, books, staged.taken, otherBlockers);
  return {
    stage: (id, chunk) => stage.addRows(id, chunk),
    check: (id) => parts.check(id),
    references: (id, asked) => parts.references(id, asked),
    apply: (id, by) => decided.apply(id, by),
    drop: (id) => stage.drop(id),
    holdUndo: (id) => decided.holdUndo(id),
    undo: (id, by) => decided.undo(id, by),
    releaseUndo: (id) => decided.releaseUndo(id),
  };
};
