import type { ChangedStandard } from './digest';

/** The run cannot go on: its period was closed, say. What it raised so far stands; another run completes it. */
export class RunRefused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** What would be raised now is not what the draft said. Nothing was raised, unless by an attempt before this one. */
export class DraftOutdated extends RunRefused {
  constructor(
    readonly changed: readonly ChangedStandard[],
    readonly raised: boolean,
  ) {
    super('draft-outdated');
  }
}

/** The service is stopping: the run goes on at the next start. */
export class RunInterrupted extends Error {}
