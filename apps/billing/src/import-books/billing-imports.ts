import type {
  ApplyStage,
  AskReferences,
  Positions,
  ReferencesAnswer,
  StageChecked,
  UndoHeld,
} from '@propledger/contracts';
import type { Transact } from '@propledger/event-log';
import type { Chunk, ImportOwner, OwnedSheets, Peer } from '@propledger/service-kit';
import type { Ledger } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import { applyImport } from './apply-import';
import { checkImport, type Owners } from './check-import';
import { ControlTotalsView } from './control-totals';
import { dropStage, stageChunk } from './stage';
import { OWN_SHEETS, type OwnSheet } from './staged-row';
import { holdUndo, releaseUndo, undoImport } from './undo-import';

const ask = (peer: Peer, importId: string, question: AskReferences): Promise<ReferencesAnswer> =>
  peer.call<ReferencesAnswer>('POST', `imports/${importId}/references`, question);

/** What of an import is billing's. A code that cannot be one is a fault of its row, found by the check. */
export const IMPORTED: OwnedSheets<OwnSheet> = { sheets: OWN_SHEETS, codes: [], totals: ControlTotalsView };

/** Billing's side of the import protocol; libs/contracts/src/import.ts says what each step means. */
export class BillingImports implements ImportOwner<OwnSheet> {
  private readonly owners: Owners;
  /** A caller who gave up waiting and asks again joins the work that goes on. */
  private readonly underWay = new Map<string, Promise<Positions>>();

  constructor(
    private readonly transact: Transact,
    private readonly reader: Reader,
    private readonly ledger: Ledger,
    peers: { readonly registry: Peer; readonly customers: Peer },
  ) {
    this.owners = {
      registry: (importId, question) => ask(peers.registry, importId, question),
      customers: (importId, question) => ask(peers.customers, importId, question),
    };
  }

  stage(importId: string, chunk: Chunk<OwnSheet>): Promise<void> {
    return this.transact((tx) => stageChunk(tx, importId, chunk));
  }

  check(importId: string): Promise<StageChecked> {
    return checkImport(this.transact, this.owners, importId);
  }

  drop(importId: string): Promise<void> {
    return this.transact((tx) => dropStage(tx, importId));
  }

  apply(importId: string, by: ApplyStage): Promise<Positions> {
    return this.once(`apply ${importId}`, () => applyImport(this.transact, this.reader, this.ledger, importId, by));
  }

  holdUndo(importId: string): Promise<UndoHeld['blockers']> {
    return holdUndo(this.transact, importId);
  }

  undo(importId: string, by: ApplyStage): Promise<Positions> {
    return this.once(`undo ${importId}`, () => undoImport(this.transact, this.reader, this.ledger, importId, by));
  }

  releaseUndo(importId: string): Promise<void> {
    return releaseUndo(this.transact, importId);
  }

  private once(work: string, start: () => Promise<Positions>): Promise<Positions> {
    const going = this.underWay.get(work) ?? start().finally(() => this.underWay.delete(work));
    this.underWay.set(work, going);
    return going;
  }
}
