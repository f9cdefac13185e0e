import type { LedgerTask } from './task';

/** Amounts in fen are bigint, which JSON has not: each is kept as `{"fen": "12345"}`, a shape that no command has. */
const keptValue = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { fen: value.toString() } : value;

/** A task as JSON, without its note, which is kept beside it and can be erased. */
export const keptTask = ({ note: _note, ...task }: LedgerTask): string => JSON.stringify(task, keptValue);

/** The inverse of keptTask. */
export const taskOf = (kept: unknown): LedgerTask => revived(kept) as LedgerTask;

const revived = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'fen' && typeof first[1] === 'string') return BigInt(first[1]);
  return Object.fromEntries(entries.map(([name, member]) => [name, revived(member)]));
};
