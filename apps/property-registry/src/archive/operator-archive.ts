import type { Tx } from '@propledger/event-log';
import type { AccessDirectory, Reach } from '@propledger/service-kit';
import { In, MoreThan, type DataSource } from 'typeorm';
import { GrantRow, OperatorRow } from './entities';
import type { Grant, Operator } from './facts';
import { scopeOf } from './grants';

export interface KnownOperator extends Operator {
  readonly name: string | null;
  readonly passwordHash: string;
}

/** Operators and their grants as they stand; and what the guard asks about a caller. */
export class OperatorArchive implements AccessDirectory {
  constructor(
    private readonly source: DataSource,
    private readonly tx: Tx,
  ) {}

  async find(operator: string): Promise<KnownOperator | null> {
    const row = await this.source.manager.findOneBy(OperatorRow, { operator });
    return row === null ? null : ((await this.withGrants([row]))[0] ?? null);
  }

  /** By code, after `from`. */
  async list(from: string, most: number): Promise<KnownOperator[]> {
    return this.withGrants(
      await this.source.manager.find(OperatorRow, {
        where: { operator: MoreThan(from) },
        order: { operator: 'ASC' },
        take: most,
      }),
    );
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.source.manager.exists(OperatorRow));
  }

  /** The archive is written with the events, so every position of the group book that a token can name is in it. */
  async reachOf(operator: string): Promise<Reach | null> {
    const rows = await this.tx.rows<{
      role: Grant['role'] | null;
      scope_kind: string;
      scope: string;
      projects: string[] | null;
    }>(
      `select g.role, g.scope_kind, g.scope,
              case when g.scope_kind = 'region'
                   then (select array_agg(p.project::text) from project p where p.region = g.scope) end as projects
         from operator o left join operator_grant g using (operator)
        where o.operator = $1 and o.enabled`,
      [operator],
    );
    if (rows.length === 0) return null;
    const regions = rows.filter(({ scope_kind }) => scope_kind === 'region');
    return {
      grants: rows.flatMap(({ role, scope_kind, scope }) =>
        role ? [{ role, scope: scopeOf(scope_kind, scope) }] : [],
      ),
      projectsOfRegion: new Map(regions.map(({ scope, projects }) => [scope, new Set(projects ?? [])])),
    };
  }

  private async withGrants(rows: readonly OperatorRow[]): Promise<KnownOperator[]> {
    const operator = In(rows.map((row) => row.operator));
    const grants = await this.source.manager.find(GrantRow, {
      where: { operator },
      order: { role: 'ASC', scope: 'ASC' },
    });
    return rows.map((row) => ({
      operator: row.operator,
      name: row.name,
      passwordHash: row.passwordHash,
      enabled: row.enabled,
      grants: grants
        .filter((grant) => grant.operator === row.operator)
        .map(({ role, scopeKind, scope }) => ({ role, scope: scopeOf(scopeKind, scope) })),
    }));
  }
}
