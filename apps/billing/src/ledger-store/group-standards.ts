import { GROUP_BOOK, type Standard } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { Ledger, LedgerOutcome } from './ledger';

/** The group's standards of these codes that stand; null: all of them. */
export const groupStandards = async (tx: Tx, codes: readonly string[] | null): Promise<Standard[]> => {
  const rows = await tx.rows<{ body: Standard }>(
    `select body from standard
      where book = $1 and not withdrawn and ($2::text[] is null or standard = any ($2)) order by standard`,
    [GROUP_BOOK, codes],
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
