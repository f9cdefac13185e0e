import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import type { CustomersSheet } from '../archive/sheet-rows';
import { startCustomers, type RunningCustomers } from '../spec-support/running-customers';
import { Rows, type Cells } from '../spec-support/rows';
import { Import } from '../spec-support/staging';

/** Each test has a project of its own. */
let p = 'P0';
const customer = (code: string, more?: Cells): Cells => new Rows(p).customer(code, more);
const occupancy = (resource: string, code: string, from: string, more?: Cells): Cells =>
  new Rows(p).occupancy(resource, code, from, more);

describe('undoing an import of customers and occupancies', () => {
  let database: FreshDatabase;
  let customers: RunningCustomers;
  beforeAll(async () => {
    database = await freshDatabase('customers');
    customers = await startCustomers(database);
  });
  beforeEach(async () => {
    p = `P${Number(p.slice(1)) + 1}`;
    customers.registry.project(p, '山东', 'R1', 'R2', 'R3');
    // Its customers' list is there once the copy has the project.
    const after = encodeAfter({ registry: { [p]: 4 } });
    expect(await customers.admin('GET', `/projects/${p}/customers?after=${after}`)).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    await customers?.close();
    await database.drop();
  });

  const begin = (): Import => new Import(customers.peer);
  const take = async (...sheets: readonly (readonly [CustomersSheet, ...Cells[]])[]): Promise<Import> => {
    const staged = begin();
    for (const [sheet, ...rows] of sheets) await staged.values(sheet, ...rows);
    expect((await staged.check()).faults).toEqual([]);
    expect(await staged.step('apply')).toMatchObject({ status: 200 });
    return staged;
  };
  it('undoes what nothing was built on, occupancies before customers, and frees the codes', async () => {
    const many = Array.from({ length: 1_200 }, (_, i) => customer(`C${i}`));
    const first = await take(
      ['客户档案', ...many],
      ['入住关系', occupancy('R1', 'C0', '2026-01-01'), occupancy('R2', 'C1', '2026-01-01')],
    );
    const second = await take(['入住关系', occupancy('R3', 'C2', '2026-01-01')]);
    expect((await first.step('hold-undo')).body).toEqual({
      blockers: [{ book: p, position: 1_203, type: 'occupancy.registered' }],
    });
    expect((await second.step('hold-undo')).body).toEqual({ blockers: [] });
    expect(await customers.admin('POST', `/projects/${p}/customers/C5/changes`, { name: '五' })).toMatchObject({
      status: 409,
    });
    expect(await second.step('undo')).toMatchObject({ status: 200, body: { positions: { [p]: 1_204 } } });
    expect((await first.step('hold-undo')).body).toEqual({ blockers: [] });
    for (let i = 0; i < 2; i += 1)
      expect(await first.step('undo')).toMatchObject({ status: 200, body: { positions: { [p]: 2_406 } } });
    const types = (await customers.admin('GET', `/books/${p}/events?after_position=1204&limit=3`)).body['items'];
    expect(types).toMatchObject([
      { type: 'occupancy.withdrawn', source: `undo:${first.id}` },
      { type: 'occupancy.withdrawn' },
      { type: 'customer.withdrawn' },
    ]);
    expect((await customers.admin('GET', `/projects/${p}/customers`)).body['items']).toEqual([]);
    await take(['客户档案', customer('C0')]);
  });

  it('does not undo what something was built on', async () => {
    const first = await take(['客户档案', customer('A')]);
    await customers.admin('POST', `/projects/${p}/customers/A/changes`, { phone: '139' });
    expect((await first.step('hold-undo')).body).toEqual({
      blockers: [{ book: p, position: 2, type: 'customer.changed' }],
    });
    expect(await customers.admin('POST', `/projects/${p}/customers/A/changes`, { phone: '138' })).toMatchObject({
      status: 200,
    });
  });
});
