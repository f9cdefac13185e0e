import { GROUP_BOOK, type RecordedEvent, type RegistryEvent, type Role, type Scope } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Reach } from './caller';

/** Where the guard looks up what an operator may do. */
export interface AccessDirectory {
  /**
   * The operator's reach; null when the operator is unknown or disabled. `seenPosition`: what is answered must know the
   * registry's group book up to there.
   *
   * @throws NotCaughtUp when that position is not reached in time.
   */
  reachOf(operator: string, seenPosition: number): Promise<Reach | null>;
}

/** This service's copy of the registry has not reached a position in time. */
export class NotCaughtUp extends Error {}

/** Tables for a service's own copy of operators, grants and the regions of projects. */
export class CreateAccessTables implements MigrationInterface {
  readonly name = 'CreateAccessTables1700000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table access_operator (operator text primary key, enabled boolean not null);
      create table access_grant (
        operator text not null, role text not null, scope_kind text not null check (scope_kind in ('group', 'region', 'project')),
        scope text not null, primary key (operator, role, scope_kind, scope));
      create table access_project (project text primary key, region text not null);
      create index access_project_by_region on access_project (region);`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table access_project, access_grant, access_operator');
  }
}

const scopeKey = (scope: Scope): { kind: string; value: string } =>
  'group' in scope
    ? { kind: 'group', value: '' }
    : 'region' in scope
      ? { kind: 'region', value: scope.region }
      : { kind: 'project', value: scope.project };

const scopeOf = (kind: string, value: string): Scope =>
  kind === 'group' ? { group: true } : kind === 'region' ? { region: value } : { project: value };

const REMEMBER_MS = 2_000;

/**
 * A service's own copy of who may do what, kept from registry events; so that it goes on while the registry is away. Give
 * `apply` to the consumer of the registry's topic, and `forget` to its onApplied.
 */
export class AccessStore implements AccessDirectory {
  private readonly remembered = new Map<string, { reach: Reach | null; until: number }>();

  /** `rows` reads outside any transaction; `caughtUp` is the consumer's. */
  constructor(
    private readonly rows: Tx['rows'],
    private readonly caughtUp: (positions: Record<string, number>, timeoutMs: number) => Promise<boolean>,
  ) {}

  forget(): void {
    this.remembered.clear();
  }

  async reachOf(operator: string, seenPosition: number): Promise<Reach | null> {
    if (seenPosition > 0 && !(await this.caughtUp({ [GROUP_BOOK]: seenPosition }, 5_000))) throw new NotCaughtUp();
    const known = this.remembered.get(operator);
    if (known && known.until > Date.now()) return known.reach;
    const reach = await this.read(operator);
    if (this.remembered.size > 10_000) this.remembered.clear();
    this.remembered.set(operator, { reach, until: Date.now() + REMEMBER_MS });
    return reach;
  }

  private async read(operator: string): Promise<Reach | null> {
    const rows = await this.rows<{ role: Role | null; scope_kind: string; scope: string; projects: string[] | null }>(
      `select g.role, g.scope_kind, g.scope,
              case when g.scope_kind = 'region'
                   then (select array_agg(p.project) from access_project p where p.region = g.scope) end as projects
         from access_operator o left join access_grant g using (operator)
        where o.operator = $1 and o.enabled`,
      [operator],
    );
    if (rows.length === 0) return null;
    const grants = rows.flatMap(({ role, scope_kind, scope }) =>
      role ? [{ role, scope: scopeOf(scope_kind, scope) }] : [],
    );
    const regions = rows.filter(({ scope_kind }) => scope_kind === 'region');
    return {
      grants,
      projectsOfRegion: new Map(regions.map(({ scope, projects }) => [scope, new Set(projects ?? [])])),
    };
  }

  /** Events of other types are passed over. */
  async apply(tx: Tx, events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events as readonly RegistryEvent[]) await this.applyOne(tx, event);
  }

  private async applyOne(tx: Tx, event: RegistryEvent): Promise<void> {
    switch (event.type) {
      case 'operator.registered':
      case 'operator.enabled':
      case 'operator.disabled':
        await tx.rows(
          `insert into access_operator (operator, enabled) values ($1, $2)
           on conflict (operator) do update set enabled = excluded.enabled`,
          [event.body.operator, event.type !== 'operator.disabled'],
        );
        return;
      case 'operator.granted': {
        const { kind, value } = scopeKey(event.body.scope);
        await tx.rows('insert into access_grant values ($1, $2, $3, $4) on conflict do nothing', [
          event.body.operator,
          event.body.role,
          kind,
          value,
        ]);
        return;
      }
      case 'operator.grant-revoked': {
        const { kind, value } = scopeKey(event.body.scope);
        await tx.rows('delete from access_grant where operator = $1 and role = $2 and scope_kind = $3 and scope = $4', [
          event.body.operator,
          event.body.role,
          kind,
          value,
        ]);
        return;
      }
      case 'project.registered':
      case 'project.changed':
        await tx.rows(
          `insert into access_project values ($1, $2) on conflict (project) do update set region = excluded.region`,
          [event.body.project, event.body.region],
        );
        return;
      case 'project.withdrawn':
        await tx.rows('delete from access_project where project = $1', [event.body.project]);
        return;
      default:
        return;
    }
  }
}
