import { PeerUnavailable } from '@propledger/service-kit';
import type { Topic, UndoHeld } from '@propledger/contracts';
import type { Finisher } from '../archive/finisher';
import type { AskedBy, ImportRecord } from '../archive/import-record';
import { TakenOver, type Imports, type KeyedCommand } from '../archive/imports';
import { OwnerHeld, Owners } from '../archive/owners';

export interface Blocker {
  readonly topic: Topic;
  readonly book: string;
  readonly position: number;
  readonly type: string;
}

const MOST_BLOCKERS = 20;

/** What came of asking for an undo. All but `undoing` leave everything as it was. */
export type UndoAnswer =
  | { readonly is: 'undoing' }
  | { readonly is: 'not-posted' }
  | { readonly is: 'built-upon'; readonly blockers: readonly Blocker[] }
  | { readonly is: 'held' }
  | { readonly is: 'unavailable' }
  | { readonly is: 'key-used' };

/** Undoes a posted import whole: asks every owner whether anything was built on it, decides, and leaves the rest to the finisher. */
export class UndoImport {
  private readonly asking = new Set<string>();

  constructor(
    private readonly imports: Imports,
    private readonly owners: Owners,
    private readonly finisher: Finisher,
  ) {}

  isActive(id: string): boolean {
    return this.asking.has(id);
  }

  async ask(record: ImportRecord, by: AskedBy, command: KeyedCommand): Promise<UndoAnswer> {
    const id = record.import;
    this.asking.add(id);
    try {
      if (!(await this.imports.hold(id))) return { is: 'not-posted' };
      const answer = await this.held(record, by);
      if (answer) {
        await this.finisher.finish(id); // The books go before the caller is told.
        return answer;
      }
      const decided = await this.imports.decideUndo(id, by, command);
      void this.finisher.finish(id);
      return { is: decided ? 'undoing' : 'key-used' };
    } catch (error) {
      if (error instanceof TakenOver) return { is: 'unavailable' };
      void this.finisher.finish(id);
      throw error;
    } finally {
      this.asking.delete(id);
    }
  }

  /** Null: every owner holds its books for the undo. */
  private async held(record: ImportRecord, by: AskedBy): Promise<UndoAnswer | null> {
    const blockers: Blocker[] = [];
    try {
      for (const topic of Owners.inOrder(record.owners).reverse()) {
        const found: UndoHeld['blockers'] = await this.owners.holdUndo(topic, record.import, by);
        blockers.push(...found.map(({ book, position, type }) => ({ topic, book, position, type })));
      }
      if (blockers.length === 0) blockers.push(...(await this.builtElsewhere(record)));
    } catch (error) {
      if (error instanceof OwnerHeld) return { is: 'held' };
      if (error instanceof PeerUnavailable) return { is: 'unavailable' };
      throw error;
    }
    return blockers.length > 0 ? { is: 'built-upon', blockers } : null;
  }

  /**
   * What the services that have nothing of the import recorded about its projects since it came: a binding of its rooms, say.
   * Imports that were undone do not count.
   */
  private async builtElsewhere({ owners, projects, createdAt }: ImportRecord): Promise<Blocker[]> {
    const blockers: Blocker[] = [];
    for (const topic of Owners.buildingOn(owners))
      for (const { book, position, type, source } of await this.owners.recordedSince(topic, projects, createdAt))
        if (blockers.length < MOST_BLOCKERS && !(await this.wasUndone(source)))
          blockers.push({ topic, book, position, type });
    return blockers;
  }

  private async wasUndone(source: string): Promise<boolean> {
    const [, id] = /^(?:import|undo):([0-9a-f-]{36})$/.exec(source) ?? [];
    return id !== undefined && (await this.imports.find(id))?.state === 'undone';
  }
}
