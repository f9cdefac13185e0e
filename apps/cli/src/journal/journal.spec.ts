import type { JournalLine, RecordedEvent } from '@propledger/contracts';
import { pythonWith } from '@propledger/testkit';
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountName, decoded } from './entries';
import { JOURNAL_FORMATS, journalOf, type JournalAsked } from './write-journal';

const folder = mkdtempSync(join(tmpdir(), 'propledger-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ITEMS = ['物业费', '公摊 水费(一)', '停车-费', 'a"b\\c;d,e', '', '2号楼', '-', 'e\u0301'];
const CHANNELS = ['微信', '现金', '招行 POS#1', 'x:y'];

let position = 0;
const event = (date: string, period: string, lines: readonly JournalLine[], type = 'charge.raised'): RecordedEvent => {
  position += 1;
  const header = { eventId: '', commandId: '', actor: '', source: '', correlationId: '', causationId: null };
  const rest = { schemaVersion: 1, recordedAt: '', reversesPosition: null, contentHash: '', hash: '' };
  return {
    book: '一号 "园"',
    position,
    type,
    effectiveDate: date,
    accountingPeriod: period,
    body: { lines },
    ...header,
    ...rest,
  };
};

/** Charges of every item, receipts of every channel, one of them late, one reversed. */
const EVENTS: readonly RecordedEvent[] = [
  event('2026-01-01', '2026-01', [], 'book.opened'),
  ...ITEMS.map((item, nth) =>
    event('2026-01-15', '2026-01', [
      { account: 'receivable', amount: `${nth + 1}0.05`, item, resource: 'R 1', customer: 'K"1', charge: 7 },
      { account: 'income', amount: `-${nth + 1}0.00`, item, resource: 'R 1', customer: 'K"1' },
      { account: 'output-tax', amount: '-0.05', item, resource: 'R 1', customer: 'K"1' },
    ]),
  ),
  ...CHANNELS.map((channel, nth) =>
    event(nth === 3 ? '2026-01-20' : '2026-02-03', '2026-02', [
      { account: 'channel-clearing', amount: '12.30', channel },
      { account: 'unapplied', amount: '-12.30', customer: 'K1', tie: null },
      { account: 'unapplied', amount: '2.30', customer: 'K1', tie: 'R1' },
      { account: 'receivable', amount: '-2.30', item: '物业费', resource: 'R1', customer: 'K1', charge: 2 },
    ]),
  ),
  event('2026-02-04', '2026-02', [
    { account: 'channel-clearing', amount: '-12.30', channel: '微信' },
    { account: 'unapplied', amount: '12.30', customer: 'K1', tie: null },
  ]),
];

type Balances = Record<string, string>;
const withoutZero = (balances: Balances): Balances =>
  Object.fromEntries(Object.entries(balances).filter(([, amount]) => Number(amount) !== 0));

/** Added up from the lines, by the accounts' own names. */
const own = (wanted: (event: RecordedEvent) => boolean): Balances => {
  const fen = new Map<string, bigint>();
  for (const one of EVENTS.filter(wanted))
    for (const line of (one.body as { lines: JournalLine[] }).lines) {
      const name = accountName(line);
      fen.set(name, (fen.get(name) ?? 0n) + BigInt(line.amount.replace('.', '')));
    }
  const yuan = (sum: bigint): string =>
    String(sum).replace(
      /^(-?)0*(\d*?)(\d?\d)$/,
      (_, sign: string, whole: string, rest: string) => `${sign}${whole || '0'}.${rest.padStart(2, '0')}`,
    );
  return withoutZero(Object.fromEntries([...fen].map(([name, sum]) => [name, yuan(sum)])));
};

const written = async (asked: JournalAsked): Promise<string> => {
  const file = join(folder, `${asked.format}.${asked.format === 'hledger' ? 'journal' : 'beancount'}`);
  let text = '';
  for await (const piece of journalOf('一号 "园"', EVENTS, asked)) text += piece;
  writeFileSync(file, text);
  return file;
};

describe('names of accounts', () => {
  const line = fc.record({
    account: fc.constantFrom('receivable' as const, 'channel-clearing' as const, 'opening' as const),
    item: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
    channel: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
  });

  it('are different for different accounts, and are what both formats can have', () => {
    fc.assert(
      fc.property(line, line, (one, other) => {
        const same =
          JSON.stringify([one.account, one.item, one.channel]) ===
          JSON.stringify([other.account, other.item, other.channel]);
        expect(accountName(one as never) === accountName(other as never)).toBe(same);
        expect(accountName(one as never)).toMatch(/^[A-Z][A-Za-z]+(:[A-Z][\p{L}\p{Nd}-]*)+$/u);
      }),
    );
  });

  it('give the texts back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (item) => {
        const name = accountName({ account: 'bad-debt', item });
        expect(decoded(name.slice('Expenses:BadDebt:I'.length))).toBe(item);
      }),
    );
  });
});

it('leaves out what is before or behind the days asked for', async () => {
  const dates = async (asked: JournalAsked): Promise<string[]> => {
    let text = '';
    for await (const piece of journalOf('B', EVENTS, asked)) text += piece;
    return [...new Set([...text.matchAll(/^(\d{4}-\d\d-\d\d) \*/gm)].map(([, date = '']) => date))];
  };
  for (const format of JOURNAL_FORMATS) {
    expect(await dates({ format })).toEqual(['2026-01-15', '2026-02-03', '2026-01-20', '2026-02-04']);
    expect(await dates({ format, from: '2026-01-20', to: '2026-02-03' })).toEqual(['2026-02-03', '2026-01-20']);
  }
});

describe('beancount', () => {
  let python: string | null;
  beforeAll(() => {
    python = pythonWith(join(__dirname, 'beancount.requirements.txt'));
  }, 300_000);

  it('checks the journal, and computes the ledger’s own balances, also by period', async () => {
    if (python === null) return;
    const file = await written({ format: 'beancount' });
    const check = spawnSync(python, ['-c', 'from beancount.scripts.check import main; main()', file], {
      encoding: 'utf8',
    });
    expect({ status: check.status, said: check.stdout + check.stderr }).toEqual({ status: 0, said: '' });

    const script = join(__dirname, 'beancount-balances.py');
    const balances = (tag: string): Balances =>
      withoutZero(JSON.parse(execFileSync(python ?? '', [script, file, tag], { encoding: 'utf8' })) as Balances);
    expect(balances('')).toEqual(own(() => true));
    expect(balances('2026-01')).toEqual(own(({ accountingPeriod }) => accountingPeriod === '2026-01'));
    expect(balances('2026-02')).toEqual(own(({ accountingPeriod }) => accountingPeriod === '2026-02'));
  });
});

describe('hledger', () => {
  const present = spawnSync('hledger', ['--version']).status === 0;
  beforeAll(() => {
    if (!present)
      process.stderr.write(
        '\n*** hledger is missing: its journals are NOT TESTED (Debian: apt-get install hledger) ***\n\n',
      );
  });

  it('checks the journal, and computes the ledger’s own balances, also by period', async () => {
    if (!present) return;
    const file = await written({ format: 'hledger' });
    const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
    const hledger = (...args: string[]): string =>
      execFileSync('hledger', ['-f', file, ...args], { encoding: 'utf8', env });
    expect(hledger('check', 'accounts', 'commodities').trim()).toBe('');
    const balances = (...query: string[]): Balances => {
      const [, ...rows] = hledger('balance', '--flat', '--no-total', '-O', 'csv', ...query)
        .trim()
        .split('\n');
      return Object.fromEntries(
        rows.map((row): [string, string] => {
          const [, account = row, amount = ''] = /^"(.+)","(.+) CNY"$/.exec(row) ?? [];
          return [account, amount];
        }),
      );
    };
    expect(balances()).toEqual(own(() => true));
    for (const period of ['2026-01', '2026-02'])
      expect(balances(`tag:period=${period}`)).toEqual(own(({ accountingPeriod }) => accountingPeriod === period));
  });
});
