import fc from 'fast-check';
import { readWorkbook } from '../read/read-workbook';
import { writeXlsx, type XlsxSheet } from './write-xlsx';

const bytesOf = async (sheets: readonly XlsxSheet[]): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of writeXlsx({ sheets })) parts.push(part);
  return Buffer.concat(parts);
};
const readBack = async (sheets: readonly XlsxSheet[]): Promise<Record<string, unknown[][]>> => {
  const read: Record<string, unknown[][]> = {};
  for await (const { sheet, rows } of readWorkbook(await bytesOf(sheets)))
    (read[sheet] ??= []).push(
      ...rows.map(({ cells }) =>
        [...cells.values()].map((cell) =>
          cell.is === 'number' ? cell.number : cell.is === 'date' ? cell.day : cell.text,
        ),
      ),
    );
  return read;
};

const report = (rows: XlsxSheet['rows']): XlsxSheet => ({
  name: '欠费明细',
  title: '欠费明细 2026-03-31',
  columns: [
    { header: '客户编码', kind: 'text' },
    { header: '欠费金额', kind: 'money' },
    { header: '应收日期', kind: 'day' },
    { header: '逾期天数', kind: 'number', width: 8 },
  ],
  rows,
});

describe('a written workbook', () => {
  it('has title, header and typed cells', async () => {
    const rows = [
      ['0101', '1234.50', '2026-03-10', 21],
      ['=1+1', '-0.07', null, 0],
      ['', null, '2199-12-31', '3'],
    ];
    expect(await readBack([report(rows)])).toEqual({
      欠费明细: [
        ['欠费明细 2026-03-31'],
        ['客户编码', '欠费金额', '应收日期', '逾期天数'],
        ['0101', 1234.5, '2026-03-10', 21],
        ['=1+1', -0.07, 0],
        ['2199-12-31', 3],
      ],
    });
  });

  it('reads rows as it writes them, and closes what it reads from when it is left', async () => {
    let given = 0;
    let closed = false;
    const rows = (async function* () {
      try {
        for (;;) yield [`K${given++}`, '1.00', null, 1];
      } finally {
        closed = true;
      }
    })();
    let bytes = 0;
    for await (const part of writeXlsx({ sheets: [report(rows)] })) if ((bytes += part.length) > 20_000) break;
    expect(given).toBeLessThan(1_000_000);
    expect(closed).toBe(true);
  });

  it('may have several sheets, without a title too', async () => {
    const plain: XlsxSheet = { name: '项目', columns: [{ header: '项目编码', kind: 'text' }], rows: [['YT01']] };
    expect(await readBack([plain, report([])])).toEqual({
      项目: [['项目编码'], ['YT01']],
      欠费明细: [['欠费明细 2026-03-31'], ['客户编码', '欠费金额', '应收日期', '逾期天数']],
    });
  });

  it('has the same bytes whenever it is written', async () => {
    const sheets = [report([['K', '1.00', '2026-01-01', 1]])];
    const both = [...sheets, { ...report([]), name: 'b' }];
    const first = [await bytesOf(sheets), await bytesOf(both)];
    jest.useFakeTimers({
      now: new Date('2031-01-01'),
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout'],
    });
    try {
      expect([await bytesOf(sheets), await bytesOf(both)]).toEqual(first);
    } finally {
      jest.useRealTimers();
    }
  });

  it('keeps every text that a spreadsheet can hold', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const columns = values.map((_, at) => ({ header: `c${at}`, kind: 'text' as const }));
        expect(await readBack([{ name: 'a', columns, rows: [values] }])).toMatchObject({
          a: [columns.map(({ header }) => header), values],
        });
      }),
      { numRuns: 30 },
    );
  });

  it('leaves out what no spreadsheet can hold, and keeps what only looks like its escapes', async () => {
    const columns = [{ header: 'a', kind: 'text' as const }];
    expect(
      await readBack([{ name: 'a', columns, rows: [['x\u0000\u0001\ud800y'], ['_x000D_'], [' a\tb\nc ']] }]),
    ).toEqual({
      a: [['a'], ['xy'], ['_x000D_'], [' a\tb\nc ']],
    });
  });

  it.each<[string | number, 'money' | 'day']>([
    ['12,3', 'money'],
    ['2026-02-30', 'day'],
    [20260201, 'day'],
  ])('does not hold %p as %s', async (value, kind) => {
    const writing = bytesOf([{ name: 'a', columns: [{ header: 'a', kind }], rows: [[value]] }]);
    await expect(writing).rejects.toThrow(RangeError);
  });
});
