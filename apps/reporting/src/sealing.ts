import type { Topic } from '@propledger/contracts';

/** What can be wrong with a book beside what was sealed of it. */
export const SEAL_ALARMS = ['missing', 'behind', 'changed'] as const;
export type SealAlarmReason = (typeof SEAL_ALARMS)[number];

/** A book that is not what was sealed of it. It is not sealed further; `position` is the last that was. */
export interface SealAlarm {
  readonly topic: Topic;
  readonly book: string;
  readonly position: number;
  readonly reason: SealAlarmReason;
}

export interface SealingStatus {
  /** Why an owner, or the own database, could not be reached last time; null: all is well. */
  readonly trouble: string | null;
  readonly alarms: readonly SealAlarm[];
}

/** How the sealing of books goes; null where nothing is sealed. */
export class Sealing {
  constructor(readonly status: () => SealingStatus | null) {}
}
