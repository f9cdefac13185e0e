import type { Logger } from 'pino';
import type { Finisher } from '../archive/finisher';
import type { Imports } from '../archive/imports';
import type { Instance } from '../archive/instance';

const LOOKS_EVERY_MS = 10_000;

/**
 * Looks after imports whose process is gone: what was not decided is abandoned, what was decided is finished. At the start for those of
 * the process before, and now and then for those of others.
 */
export class Recovery {
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  /** `isOurs`: whether this process works on an import at this moment. */
  constructor(
    private readonly imports: Imports,
    private readonly instance: Instance,
    private readonly finisher: Finisher,
    private readonly isOurs: (id: string) => boolean,
    private readonly log: Logger,
  ) {}

  /** Resolves when everything that was left behind has been taken over; it is finished later. */
  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => {
      this.looking = this.look().catch((error: unknown) =>
        this.log.warn({ err: error }, 'cannot look for unfinished imports'),
      );
    }, LOOKS_EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    await this.instance.connected();
    const left = (await this.imports.unfinished()).filter(({ import: id }) => !this.isOurs(id));
    if (left.length === 0) return;
    const dead = new Set(await this.instance.deadOf([...new Set(left.map(({ instance }) => instance))]));
    for (const { import: id, instance } of left) {
      if (instance !== this.instance.number && !dead.has(instance)) continue;
      if (this.isOurs(id) || !(await this.imports.takeOver(id, instance))) continue;
      this.log.warn({ import: id }, 'an import was left behind and is taken over');
      void this.finisher.finish(id);
    }
  }
}
