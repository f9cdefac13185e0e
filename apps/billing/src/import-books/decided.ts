import { type Submission } from '@propledger/event-log';
import { requestHash } from '@propledger/proof';
import type { ApplyStage } from '@propledger/contracts';
import type { Ledger } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';

/** A command of a decided import or undo. Its id says all: sent again, it is the same command. */
export const decided = (
  source: string,
  name: string | number,
  book: string,
  { actor, correlationId }: ApplyStage,
  task: LedgerTask,
): Submission<LedgerTask> => {
  const commandId = `${source}:${name}`;
  return { book, commandId, requestHash: requestHash({ commandId }), actor, source, correlationId, command: task };
};

/** @throws Error when anything is refused: after the decision nothing can be, the check or the hold has seen to it. */
export const submitDecided = async (ledger: Ledger, submissions: readonly Submission<LedgerTask>[]): Promise<void> => {
  const outcomes = await ledger.submitAll(submissions);
  outcomes.forEach((outcome, i) => {
    if (outcome.kind === 'accepted') return;
    const why = outcome.kind === 'refused' ? outcome.rejection.code : outcome.kind;
    throw new Error(`after the decision nothing may refuse: ${submissions[i]?.commandId ?? ''} ${why}`);
  });
};
