import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { READ_LIMITS } from '../read/limits';
import { textRow, xlsxOf } from '../read/zip.fixture';
import { importRows, inPieces, type ImportRows } from './import-rows';
import { readImport } from './read-import';

const HEADER = ['项目编码', '客户编码', '客户名称', '客户类型'];
const customers = (count: number): string =>
  textRow(2, ...HEADER) +
  Array.from({ length: count }, (_, at) => textRow(at + 3, 'P', `K${at}`, `客户${at}`, '个人')).join('');

describe('reading on a thread of its own', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'workbook-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileWith = (bytes: Buffer): string => {
    const path = join(folder, 'file.xlsx');
    writeFileSync(path, bytes);
    return path;
  };

  it('gives the same as reading here', async () => {
    const path = fileWith(
      xlsxOf({
        sheets: [
          ['客户档案', customers(2_500)],
          ['x', ''],
        ],
      }),
    );
    const here: ImportRows[] = [];
    for await (const rows of inPieces(importRows(path), { rows: 1_000, chars: 500_000 })) here.push(rows);
    const there: ImportRows[] = [];
    for await (const rows of readImport(path)) there.push(rows);
    expect(there).toEqual(here.map((piece) => ({ ...piece })));
    expect(there.map(({ rows }) => rows.length)).toEqual([1_000, 1_000, 500, 0]);
  });

  it('refuses with its reason, before any piece', async () => {
    const path = fileWith(
      xlsxOf({
        sheets: [
          ['客户档案', customers(10)],
          ['b', '<row r="1"><c r="C1"><f>1</f></c></row>'],
        ],
      }),
    );
    const pieces: ImportRows[] = [];
    const reading = (async () => {
      for await (const piece of readImport(path)) pieces.push(piece);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'formula', at: { sheet: 'b', cell: 'C1' } });
    expect(pieces).toEqual([]);
    await expect(readImport(path, { limits: { ...READ_LIMITS, fileBytes: 10 } }).next()).rejects.toMatchObject({
      code: 'file-too-large',
    });
    await expect(readImport(fileWith(Buffer.from('a text'))).next()).rejects.toMatchObject({ code: 'not-a-workbook' });
  });

  it('fails with the thread’s own error when there is no such file', async () => {
    await expect(readImport(join(folder, 'none.xlsx')).next()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('may be left before its end', async () => {
    for await (const piece of readImport(fileWith(xlsxOf({ sheets: [['客户档案', customers(5_000)]] })))) {
      expect(piece.rows).toHaveLength(1_000);
      break;
    }
  });

  it('may be stopped while it reads', async () => {
    const stopping = new AbortController();
    const path = fileWith(xlsxOf({ sheets: [['客户档案', customers(50_000)]] }));
    const reading = async (): Promise<void> => {
      for await (const piece of readImport(path, { signal: stopping.signal })) {
        expect(piece.faults).toEqual([]);
        stopping.abort();
      }
    };
    await expect(reading()).rejects.toThrow('the reading thread ended');
  });

  it('leaves this thread free', async () => {
    const path = fileWith(xlsxOf({ sheets: [['客户档案', customers(50_000)]] }));
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 5);
    for await (const piece of readImport(path)) expect(piece.faults).toEqual([]);
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(10);
  });
});
