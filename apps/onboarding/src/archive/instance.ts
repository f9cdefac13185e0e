import { randomInt } from 'node:crypto';
import type { ServiceConfig } from '@propledger/service-kit';
import { Client } from 'pg';

/** Marks the advisory locks of this service's processes. */
const LOCK_CLASS = 0x6f6e62;

/**
 * This process, as the others see it. It holds an advisory lock under its number on a connection of its own for as long as
 * it lives; PostgreSQL frees it when the process is gone in whatever way, so that the next one to look knows at once.
 */
export class Instance {
  readonly number = randomInt(1, 2 ** 31 - 1);
  private client: Client | null = null;

  constructor(private readonly config: ServiceConfig) {}

  /** Those of the numbers whose process is gone. */
  async deadOf(numbers: readonly number[]): Promise<number[]> {
    const client = await this.connected();
    const { rows } = await client.query<{ number: number; free: boolean }>(
      `select number, case when pg_try_advisory_lock($1, number) then pg_advisory_unlock($1, number) else false end as free
         from unnest($2::integer[]) as n (number)`,
      [LOCK_CLASS, numbers.filter((number) => number !== this.number)],
    );
    return rows.flatMap(({ number, free }) => (free ? [number] : []));
  }

  /** Takes the lock, again when the connection was lost. */
  async connected(): Promise<Client> {
    if (this.client) return this.client;
    const client = new Client({
      connectionString: this.config.databaseUrl,
      application_name: 'propledger-onboarding-instance',
    });
    const lost = (): void => {
      if (this.client === client) this.client = null;
    };
    client.on('error', lost);
    client.on('end', lost);
    await client.connect();
    await client.query('select pg_advisory_lock($1, $2)', [LOCK_CLASS, this.number]);
    this.client = client;
    return client;
  }

  async end(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end();
  }
}
