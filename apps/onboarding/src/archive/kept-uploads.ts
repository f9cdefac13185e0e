import type { Tx } from '@propledger/event-log';
import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';

const KEPT_DAYS = 7;
const CLEARED_EVERY_MS = 10 * 60_000;

/**
 * Workbooks as they were uploaded, of imports that were refused for faulty cells alone. They hold names and telephone numbers: they
 * go after a week, and only who uploaded one gets it back.
 */
export class KeptUploads {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly tx: Tx,
    private readonly log: Logger,
  ) {}

  /** Keeps a file; a second time it stays as it is. */
  async keep(id: string, path: string): Promise<void> {
    await this.tx.rows(
      `insert into kept_upload (import, file, kept_until) values ($1, $2, now() + make_interval(days => $3))
       on conflict do nothing`,
      [id, await readFile(path), KEPT_DAYS],
    );
  }

  /** Null: none is kept, or not any more. */
  async find(id: string): Promise<Buffer | null> {
    const [kept] = await this.tx.rows<{ file: Buffer }>(
      'select file from kept_upload where import = $1 and kept_until > now()',
      [id],
    );
    return kept?.file ?? null;
  }

  start(): void {
    const clear = (): void => {
      this.tx
        .rows('delete from kept_upload where kept_until <= now()')
        .catch((error: unknown) => this.log.warn({ err: error }, 'kept uploads cannot be cleared now'));
    };
    clear();
    this.timer = setInterval(clear, CLEARED_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }
}
