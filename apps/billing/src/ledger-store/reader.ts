import type { Tx } from '@propledger/event-log';
import type { Pool } from 'pg';

/** Reads billing's own database, each query by itself. */
export class Reader implements Tx {
  constructor(private readonly pool: Pool) {}

  async rows<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.pool.query(sql, [...params]);
    return rows as Row[];
  }

  /** The first row; undefined when there is none. */
  async first<Row>(sql: string, params: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.rows<Row>(sql, params))[0];
  }
}

/** The conditions of a list, with their parameters: each `?` takes the next number. */
export class Conditions {
  readonly params: unknown[] = [];
  private readonly parts: string[] = [];

  /** Left out when the value is undefined. */
  and(condition: string, value: unknown): this {
    if (value === undefined) return this;
    this.params.push(value);
    this.parts.push(condition.replaceAll('?', `$${this.params.length}`));
    return this;
  }

  /** A condition without a parameter. */
  only(condition: string, wanted = true): this {
    if (wanted) this.parts.push(condition);
    return this;
  }

  get sql(): string {
    return this.parts.join(' and ');
  }
}
