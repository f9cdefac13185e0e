import type { Column } from '../report';
import { csvHeader, csvRows } from './csv';

const columns: Column[] = [
  { key: 'a', header: '项目编码', kind: 'code', description: '' },
  { key: 'b', header: '收费项目', kind: 'text', description: '' },
  { key: 'c', header: '金额, "元"', kind: 'money', description: '' },
  { key: 'd', header: '笔数', kind: 'count', description: '' },
  { key: 'e', header: '收缴率', kind: 'rate', description: '', blank: true },
];

describe('CSV', () => {
  it('quotes only what needs it, and ends lines with LF', () => {
    expect(csvHeader(columns, false)).toBe('项目编码,收费项目,"金额, ""元""",笔数,收缴率\n');
    expect(
      csvRows(columns, [
        ['YT01-01-1', '物业 费', '12.00', 3, '57.37'],
        ['a"b', 'x,y', '0.00', 0, null],
      ]),
    ).toBe('YT01-01-1,物业 费,12.00,3,57.37\n"a""b","x,y",0.00,0,\n');
    expect(csvRows(columns, [['a\nb', 'c\rd', '0.00', 0, null]])).toBe('"a\nb","c\rd",0.00,0,\n');
  });

  it('begins with a BOM only when asked to', () => {
    expect(csvHeader(columns, true).codePointAt(0)).toBe(0xfeff);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])(
    'marks the text %j as text, and leaves negative figures alone',
    (text) => {
      const row = csvRows(columns, [[text, text, '-1.00', -1, '-1.00']]);
      expect(row.replaceAll('"', '')).toBe(`'${text},'${text},-1.00,-1,-1.00\n`);
    },
  );
});
