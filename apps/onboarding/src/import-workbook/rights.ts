import type { Positions } from '@propledger/contracts';
import { CallerIdentity, type AccessDirectory } from '@propledger/service-kit';

/** What an uploader may set up, known as the registry knows it at this moment. */
export class Rights {
  /** `catchUp` waits, within limits, until the copy of grants and regions has all that the registry has. */
  constructor(
    private readonly access: AccessDirectory,
    private readonly catchUp: () => Promise<void>,
  ) {}

  /**
   * Those of the projects that the operator may not set up. A project that the workbook brings may be set up by whoever may do
   * so in its region or the whole group.
   *
   * @param newRegions the region of each project that the workbook brings.
   */
  async forbidden(
    operator: string,
    projects: readonly string[],
    newRegions: ReadonlyMap<string, string>,
  ): Promise<string[]> {
    if (projects.length === 0) return [];
    await this.catchUp();
    const reach = await this.access.reachOf(operator, 0);
    if (reach === null) return [...projects];
    const caller = new CallerIdentity(operator, reach, false, '');
    return projects.filter((project) => {
      const region = newRegions.get(project);
      return !caller.may('setup', project) && (region === undefined || !caller.mayInRegion('setup', region));
    });
  }
}

/** The positions of all books of a topic, and a wait for them. */
export interface Followed {
  readonly heads: () => Promise<Positions>;
  readonly caughtUp: (positions: Positions, timeoutMs: number) => Promise<boolean>;
}

const CATCH_UP_MS = 10_000;

/** Waits for what the source has now. When the source is away, what is known must do. */
export const catchUpWith =
  ({ heads, caughtUp }: Followed): (() => Promise<void>) =>
  async () => {
    const positions = await heads().catch(() => null);
    if (positions !== null) await caughtUp(positions, CATCH_UP_MS);
  };
