import { readWorkbook } from '@propledger/workbook';
import { CODES_SHEET } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stand, workbookOf } from '../onboarding.fixture';

describe('workbooks to fill in', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    await stand.start();
  });
  afterAll(() => stand.end());

  const download = async (path: string): Promise<{ status: number; type: string | null; bytes: Buffer }> => {
    const answer = await fetch(`${stand.url}/${path}`, {
      headers: { authorization: `Bearer ${await stand.others.token('zhang')}` },
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      bytes: Buffer.from(await answer.arrayBuffer()),
    };
  };

  it('are templates: listed, each downloads, and uploaded as it is brings nothing', async () => {
    const { body } = await stand.call<{ items: { name: string; sheets: string[] }[] }>('templates');
    expect(body.items.map(({ name }) => name)).toEqual(expect.arrayContaining(['all', 'readings', '抄表']));
    for (const { name } of body.items) {
      const { status, type, bytes } = await download(`templates/${encodeURIComponent(name)}`);
      expect([status, type]).toEqual([200, expect.stringContaining('spreadsheetml')]);
      if (name !== 'all') continue;
      const begun = await stand.upload(bytes);
      expect(await stand.settled(begun.body.import)).toMatchObject({ state: 'posted', faultCount: 0, warningCount: 0 });
    }
  });

  it('have what a project has in drop-downs, when asked for with it', async () => {
    stand.others.project('P1', '山东');
    stand.others.lists['resources'] = [
      { resource: 'P1-101', kind: 'room', building: '1' },
      { resource: 'P1-C1', kind: 'parking', building: null },
    ];
    stand.others.lists['standards'] = [{ standard: 'WYF', item: '物业费' }];
    stand.others.lists['standards of the group'] = [{ standard: 'JT-WYF', item: '物业费' }];
    const { status, bytes } = await download('templates/bindings?project=P1');
    expect(status).toBe(200);
    const rows: unknown[] = [];
    const file = join(tmpdir(), `template-${process.pid}.xlsx`);
    writeFileSync(file, bytes);
    for await (const { sheet, rows: some } of readWorkbook(file))
      if (sheet === CODES_SHEET) for (const { cells } of some) rows.push([...cells.values()]);
    rmSync(file);
    expect(JSON.stringify(rows)).toMatch(/P1-101.*物业费|物业费.*P1-101/);
    expect(JSON.stringify(rows)).toContain('"JT-WYF"');
    // Uploaded with its codes and no rows, it brings nothing and warns of nothing.
    const begun = await stand.upload(bytes);
    expect(await stand.settled(begun.body.import)).toMatchObject({ state: 'posted', faultCount: 0, warningCount: 0 });
    expect((await download('templates/bindings?project=P9')).status).toBe(404);
    stand.others.operator('cashier', 'cashier', { project: 'P1' });
    expect((await stand.call('templates/bindings?project=P9', { operator: 'cashier' })).status).toBe(403);
  });

  it('are for who is signed in; there is none of another name', async () => {
    expect((await fetch(`${stand.url}/templates`)).status).toBe(401);
    expect((await download('templates/x')).status).toBe(404);
  });

  it('come back with what is wrong in red: to who uploaded them, when cells were at fault', async () => {
    const begun = await stand.upload(await workbookOf([{ project: 'C1', nature: '石头' }]), {
      query: '?fileName=a.xlsx',
    });
    const refused = await stand.settled(begun.body.import);
    expect(refused).toMatchObject({ state: 'refused', faultCount: 1 });
    const { status, bytes } = await download(`imports/${refused.import}/errors.xlsx`);
    expect(status).toBe(200);
    const again = await stand.settled((await stand.upload(bytes)).body.import);
    expect(again).toMatchObject({ state: 'refused', faultCount: 1, warningCount: 0, rows: refused.rows });

    stand.others.operator('wang', 'administrator', { group: true });
    expect(await stand.call(`imports/${refused.import}/errors.xlsx`, { operator: 'wang' })).toMatchObject({
      status: 403,
    });
    const posted = await stand.settled((await stand.upload(await workbookOf([{ project: 'C2' }]))).body.import);
    expect(await stand.call(`imports/${posted.import}/errors.xlsx`)).toMatchObject({
      status: 404,
      body: { type: 'urn:propledger:problem:no-error-workbook' },
    });
  });
});
