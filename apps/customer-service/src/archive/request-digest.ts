import { createHmac, randomBytes } from 'node:crypto';
import { type Tx } from '@propledger/event-log';
import { canonicalJson } from '@propledger/proof';

/**
 * Digests of requests, by which a key that comes again is compared. Requests hold personal data, and digests are kept for ever:
 * so they are made with a key of this database, without which a phone number cannot be guessed from one.
 */
export class RequestDigest {
  private key: Buffer | null = null;

  constructor(private readonly tx: Tx) {}

  /** Reads the key, or makes it. Of several first starts at once one makes it, the others read it. */
  async start(): Promise<void> {
    this.key = await this.read();
    if (this.key !== null) return;
    await this.tx.rows('insert into digest_key (key) values ($1) on conflict do nothing', [randomBytes(32)]);
    this.key = await this.read();
  }

  of(request: unknown): string {
    if (this.key === null) throw new Error('the digest key is read at start');
    return createHmac('sha256', this.key).update(canonicalJson(request)).digest('hex');
  }

  private async read(): Promise<Buffer | null> {
    const [row] = await this.tx.rows<{ key: Buffer }>('select key from digest_key');
    return row?.key ?? null;
  }
}
