import type { RecordedEvent, RegistryEvent } from '@propledger/contracts';
import { cursorMigration } from '@propledger/event-log';
import { freshDatabase } from '@propledger/testkit';
import { Pool } from 'pg';
import { AccessStore, CreateAccessTables, NotCaughtUp } from './access';
import { Caller } from './caller';
import { migrate, readerOf } from './database';

let position = 0;
const event = <Type extends RegistryEvent['type']>(
  type: Type,
  body: Extract<RegistryEvent, { type: Type }>['body'],
): RecordedEvent => ({
  book: '~group',
  position: ++position,
  eventId: '',
  commandId: '',
  type,
  schemaVersion: 1,
  effectiveDate: '2026-01-01',
  accountingPeriod: null,
  recordedAt: '',
  actor: 'admin',
  source: 'api',
  reversesPosition: null,
  correlationId: '',
  causationId: null,
  body,
  contentHash: '',
  hash: '',
});
const project = (code: string, region: string): RecordedEvent =>
  event('project.registered', { project: code, name: code, region, company: '公司', firstPeriod: '2026-01' });

describe('what operators may do, as a service knows it from the registry', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let pool: Pool;
  let store: AccessStore;
  let reached = true;
  const apply = async (...events: RecordedEvent[]): Promise<void> => {
    await store.apply(readerOf(pool), events);
    store.forget();
  };
  const caller = async (operator: string): Promise<Caller> => {
    const reach = await store.reachOf(operator, 0);
    if (reach === null) throw new Error('no reach');
    return new Caller(operator, reach, false, 'c');
  };

  beforeAll(async () => {
    database = await freshDatabase();
    await migrate(database.ownerUrl, [cursorMigration, CreateAccessTables]);
    pool = new Pool({ connectionString: database.appUrl });
    const reader = readerOf(pool);
    store = new AccessStore(
      (sql, params) => reader.rows(sql, params),
      async () => reached,
    );
    await apply(project('YT01', '山东'), project('YT02', '山东'), project('CZ01', '江苏'));
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('knows nobody who was not registered', async () => {
    expect(await store.reachOf('nobody', 0)).toBeNull();
  });

  it('grants nothing to an operator without grants', async () => {
    await apply(event('operator.registered', { operator: 'wang' }));
    expect((await caller('wang')).projects('view')).toEqual(new Set());
    expect((await caller('wang')).may('view', null)).toBe(false);
  });

  it('grants a role in a project, in the projects of a region, and in the group', async () => {
    await apply(
      event('operator.registered', { operator: 'li' }),
      event('operator.granted', { operator: 'li', role: 'cashier', scope: { project: 'CZ01' } }),
      event('operator.granted', { operator: 'li', role: 'auditor', scope: { region: '山东' } }),
      event('operator.registered', { operator: 'zhao' }),
      event('operator.granted', { operator: 'zhao', role: 'group-finance', scope: { group: true } }),
    );
    const li = await caller('li');
    expect([li.may('collect', 'CZ01'), li.may('collect', 'YT01'), li.may('close', 'CZ01')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(li.projects('audit')).toEqual(new Set(['YT01', 'YT02']));
    expect([li.mayInRegion('view', '山东'), li.mayInRegion('view', '江苏')]).toEqual([true, false]);
    expect((await caller('zhao')).projects('close')).toBe('all');
    expect((await caller('zhao')).may('operators', null)).toBe(false);
    expect((await caller('zhao')).may('internal', null)).toBe(false);
  });

  it('follows revocations, moves of projects between regions, and disabled operators', async () => {
    await apply(
      event('operator.grant-revoked', { operator: 'li', role: 'cashier', scope: { project: 'CZ01' } }),
      event('project.changed', { project: 'YT02', name: 'YT02', region: '江苏', company: '', firstPeriod: '2026-01' }),
      event('operator.disabled', { operator: 'zhao' }),
    );
    expect((await caller('li')).may('collect', 'CZ01')).toBe(false);
    expect((await caller('li')).projects('view')).toEqual(new Set(['YT01']));
    expect(await store.reachOf('zhao', 0)).toBeNull();
  });

  it('does not answer for a position that it has not reached', async () => {
    reached = false;
    await expect(store.reachOf('li', 99)).rejects.toThrow(NotCaughtUp);
  });
});
