import type { RegistryEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { LedgerBook, recorded } from '../spec-support/ledger-book';
import { openProjection, type Projection } from '../spec-support/projection';
import { arrearsSummary } from './arrears-summary';

describe('arrears by building and item', () => {
  let database: FreshDatabase;
  let projection: Projection;
  beforeAll(async () => {
    database = await freshDatabase('summary');
    projection = await openProjection(database);
  });
  afterAll(async () => {
    await projection.close();
    await database.drop();
  });

  const resource = (code: string, building: string | null): object => ({
    resource: code,
    kind: building === null ? 'parking' : 'room',
    building,
  });
  const ask = async (project: string, asOf: string): Promise<string[]> =>
    (await projection.ask(arrearsSummary, { asOf }, [project])).map(([, ...cells]) => cells.join(' '));

  it('has the headers of the acceptance files', () => {
    expect(arrearsSummary.columns.map(({ header }) => header).join()).toBe(
      '项目编码,楼栋,收费项目,户数,欠费金额,30天以内,31至90天,91至180天,181至365天,1至2年,2年以上',
    );
  });

  it('puts every charge into one age, by its days overdue', async () => {
    const book = new LedgerBook('AGES');
    const asOf = '2026-12-31';
    const daysBefore = (days: number): string =>
      new Date(Date.parse(asOf) - days * 86_400_000).toISOString().slice(0, 10);
    [0, 30, 31, 90, 91, 180, 181, 365, 366, 730, 731, 4000].forEach((days, i) =>
      book.raise({ on: daysBefore(days), resource: `R${i % 5}`, fen: 10 ** (i >> 1) }),
    );
    await projection.ledger(book.events);
    expect(await ask('AGES', asOf)).toEqual([' 物业费 5 2222.22 0.02 0.20 2.00 20.00 200.00 2000.00']);
    expect(await ask('AGES', daysBefore(4000))).toEqual([' 物业费 1 1000.00 1000.00 0.00 0.00 0.00 0.00 0.00']);
  });

  it('groups by the building that a resource lies in on the day, and parking together', async () => {
    const book = new LedgerBook('PLACES');
    for (const code of ['A1', 'A2', 'B1', 'C1', 'C2'])
      book.raise({ on: '2026-03-01', resource: code, item: '物业费', fen: 1_00 });
    book.raise({ on: '2026-03-01', resource: 'A1', item: '垃圾费', fen: 2_00 });
    await projection.ledger(book.events);
    const event = (position: number, type: string, on: string, body: object): RegistryEvent =>
      recorded('PLACES', position, type, on, null, null, body) as RegistryEvent;
    const events = [
      event(1, 'project.registered', '2026-01-01', { project: 'PLACES' }),
      event(2, 'resource.registered', '2026-06-01', resource('A1', '01')),
      event(3, 'resource.registered', '2026-06-01', resource('A2', '1')),
      event(4, 'resource.registered', '2026-06-01', resource('B1', '二')),
      event(5, 'resource.registered', '2026-06-01', resource('C1', null)),
      event(6, 'resource.registered', '2026-06-01', resource('C2', null)),
      event(7, 'resource.changed', '2026-05-01', resource('A2', '01')),
      event(8, 'resource.changed', '2026-04-01', resource('A2', '09')),
    ];
    await projection.registry(events.slice(0, 4));
    await projection.registry(events.slice(2));
    expect(await ask('PLACES', '2026-03-31')).toEqual([
      '01 垃圾费 1 2.00 2.00 0.00 0.00 0.00 0.00 0.00',
      '01 物业费 1 1.00 1.00 0.00 0.00 0.00 0.00 0.00',
      '1 物业费 1 1.00 1.00 0.00 0.00 0.00 0.00 0.00',
      '二 物业费 1 1.00 1.00 0.00 0.00 0.00 0.00 0.00',
      '车位 物业费 2 2.00 2.00 0.00 0.00 0.00 0.00 0.00',
    ]);
    const buildings = async (asOf: string): Promise<string[]> =>
      (await ask('PLACES', asOf)).map((row) => row.split(' 物业费 ')[0] ?? '');
    expect((await buildings('2026-04-30'))[2]).toBe('09');
    expect((await ask('PLACES', '2026-05-01'))[1]).toMatch('01 物业费 2 2.00');

    // A code that is withdrawn and registered anew begins a new history, in one batch or two.
    await projection.registry([
      event(9, 'resource.withdrawn', '2026-01-01', { resource: 'A2' }),
      event(10, 'resource.registered', '2026-01-01', resource('A2', '33')),
    ]);
    expect((await ask('PLACES', '2026-05-01'))[2]).toMatch('33 物业费 1 1.00');
    await projection.registry([event(11, 'resource.changed', '2026-05-01', resource('A2', '44'))]);
    expect((await ask('PLACES', '2026-04-30'))[2]).toMatch('33 物业费 1 1.00');
    expect((await ask('PLACES', '2026-05-01'))[2]).toMatch('44 物业费 1 1.00');
  });
});
