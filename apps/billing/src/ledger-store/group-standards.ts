import { GROUP_BOOK, type Standard } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { Ledger, LedgerOutcome } from './ledger';

/** The group's standards that stand. */
export const groupStandards = async (tx: Tx): Promise<Standard[]> => {
  const rows = await tx.rows<{ body: Standard }>(
    'select body from standard where book = $1 and not withdrawn order by standard',
    [GROUP_BOOK],
  );
  return rows.map(({ body }) => body);
};

interface By {
  readonly project: string;
  readonly key: string;
  readonly operator: string;
  readonly correlationId: string;
}

/** Makes a project's copy what the group's standard is now, or takes it over into its book. Repeated it changes nothing. */
export const follow = (ledger: Ledger, { project, key, ...by }: By, standard: string): Promise<LedgerOutcome> => {
  const command = { type: 'FollowGroupStandard', standard } as const;
  return ledger.submit({ project, ...by, key: `${key}:standard`, content: command, task: { command } });
};
