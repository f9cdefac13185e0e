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

/** As it stands in a project's book. */
export const asOfGroup = (standard: Standard): Standard => ({ ...standard, ofGroup: true });

interface By {
  readonly project: string;
  readonly key: string;
  readonly operator: string;
  readonly correlationId: string;
}

/**
 * Takes a standard of the group over into a project's book, where that has none of the code: what is bound, billed and corrected there finds it as
 * any other. Nothing where the group has none either. Repeated it changes nothing.
 */
export const adopt = async (
  { ledger, tx }: { readonly ledger: Ledger; readonly tx: Tx },
  { project, key, ...by }: By,
  code: string,
): Promise<void> => {
  const [there] = await tx.rows('select 1 from standard where book = $1 and standard = $2 and not withdrawn', [
    project,
    code,
  ]);
  const [standard] = there === undefined ? await groupStandards(tx, [code]) : [];
  if (standard === undefined) return;
  const command = { type: 'DefineStandard', standard: asOfGroup(standard) } as const;
  await ledger.submit({ project, ...by, key: `${key}:standard`, content: command, task: { command } });
};

/** Makes a project's copy what the group's standard is now. */
export const follow = (ledger: Ledger, { project, key, ...by }: By, standard: Standard): Promise<LedgerOutcome> => {
  const command = { type: 'FollowGroupStandard', standard: asOfGroup(standard) } as const;
  return ledger.submit({ project, ...by, key: `${key}:standard`, content: command, task: { command } });
};
