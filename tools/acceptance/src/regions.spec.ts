import { ApiClient, importWorkbook, playScenario, readScenario } from '@propledger/cli';
import { decodeAfter, encodeAfter, GROUP_BOOK, laterOf, type After } from '@propledger/contracts';
import { kafkaBrokers, kafkaIsHere } from '@propledger/testkit';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cell } from './cell.fixture';

// Two regions, each with its own services, databases and topics, and reporting of the whole group that follows both: over Kafka,
// and asking the owners.
const ROOT = join(__dirname, '../../..');
const AS_OF = { asOf: '2026-12-31' };
const REPORTS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['arrears-detail', AS_OF],
  ['arrears-summary', AS_OF],
  ['deposits', AS_OF],
  ['prepayments', AS_OF],
  ...['2025-11', '2026-03', '2026-04', '2026-05'].flatMap((period) =>
    ['receivable', 'cashbook', 'collection'].map((report) => [report, { period }] as const),
  ),
];

(kafkaIsHere() ? describe : describe.skip)('a group of two regions', () => {
  const tag = randomBytes(4).toString('hex');
  const cells: Cell[] = [];
  const groups: Cell[] = [];
  let clients: ApiClient[] = [];

  beforeAll(async () => {
    const brokers = await kafkaBrokers();
    const [north, south] = [await Cell.start({ region: `north-${tag}`, brokers }), await Cell.start({ region: `south-${tag}`, brokers })];
    cells.push(north, south);
    clients = await Promise.all(cells.map((cell) => cell.client()));
    const nobody = { registry: 0, customers: 0, billing: 0, onboarding: 0 };
    const env = (): NodeJS.ProcessEnv => ({
      REGISTRY_URL: north.url,
      CELLS: `north-${tag}=${north.url} south-${tag}=${south.url}`,
      CELL_KEYS: `north-${tag}=${north.serviceKey} south-${tag}=${south.serviceKey}`,
    });
    groups.push(
      await Cell.start({ region: `group-${tag}`, brokers, env, instances: { ...nobody, reports: 2 } }),
      await Cell.start({ region: `group-${tag}`, env, instances: nobody }),
    );
  }, 300_000);
  afterAll(async () => {
    await Promise.all([...groups, ...cells].map((cell) => cell.stop()));
  }, 60_000);

  it('keeps books in each', async () => {
    const [north, south] = clients as [ApiClient, ApiClient];
    const pack = readScenario(join(ROOT, 'acceptance/bohai'), 'scenario.json');
    await playScenario(north, { ...pack, steps: pack.steps.filter(({ op }) => op !== 'report').slice(0, 8) });
    const fileName = '初始化资料.xlsx';
    const bytes = readFileSync(join(ROOT, 'sample', fileName));
    expect((await importWorkbook(south, { bytes, fileName, dryRun: false, key: 'opening' })).state).toBe('posted');
    for (const project of ['YX01', 'WL01'])
      await playScenario(south, { ...pack, steps: [{ op: 'bill-run', project, period: '2025-11', date: '2025-11-01' }] });
  }, 240_000);

  const rowsOf = async (client: ApiClient, report: string, query: Readonly<Record<string, string>>): Promise<string[]> => {
    const { bytes } = await client.download(`/reports/v1/${report}`, { query, accept: '*/*' });
    return (JSON.parse(Buffer.from(bytes).toString()) as { rows: object[] }).rows.map((row) => JSON.stringify(row)).sort();
  };

  /** What the commands in both regions answered; the group book here is that of the first. */
  const seen = (): string => {
    const [north, south] = clients.map((client) => decodeAfter(client.after ?? '') ?? {}) as [After, After];
    const projects = Object.entries(south).map(([topic, positions]) => [
      topic,
      Object.fromEntries(Object.entries(positions).filter(([book]) => book !== GROUP_BOOK)),
    ]);
    return encodeAfter(laterOf(north, Object.fromEntries(projects) as After));
  };
  const ofGroup = async (nth: number): Promise<ApiClient> => {
    const url = groups[nth]?.url ?? '';
    const { operator = '', password = '' } = cells[0]?.administrator ?? {};
    const { accessToken } = await new ApiClient({ url: cells[0]?.url ?? '' }).signIn(operator, password);
    return new ApiClient({ url, token: accessToken, after: seen() });
  };

  describe.each([
    ['over Kafka', 0],
    ['asking the owners', 1],
  ] as const)('%s', (_how, nth) => {
    it.each(REPORTS)('reports %s %j as the sum of both', async (report, query) => {
      const whole = await rowsOf(await ofGroup(nth), report, query);
      const parts = await Promise.all(clients.map((client) => rowsOf(client, report, query)));
      expect(whole).toEqual(parts.flat().sort());
    });

    it('reports something of both', async () => {
      const whole = (await rowsOf(await ofGroup(nth), 'arrears-detail', AS_OF)).join('\n');
      for (const project of ['YT01', 'YX01']) expect(whole).toContain(project);
    });

    it('answers as known at a time, from both', async () => {
      const client = await ofGroup(nth);
      const now = await rowsOf(client, 'arrears-detail', AS_OF);
      const known = new Date(Date.now() - 1_000).toISOString();
      expect(await rowsOf(client, 'arrears-detail', { ...AS_OF, known })).toEqual(now);
    });

    it('rebuilds the same from the books of both', async () => {
      const client = await ofGroup(nth);
      const { replay } = await client.command<{ replay: string }>('/reports/v1/replays', {});
      for (;;) {
        const job = await client.get<{ state: string; failure: string | null; differing: unknown[] }>(`/reports/v1/replays/${replay}`);
        if (!['ready', 'failed', 'dropped'].includes(job.state)) {
          await new Promise((resolve) => setTimeout(resolve, 200));
          continue;
        }
        expect(job).toMatchObject({ state: 'ready', failure: null, differing: [] });
        break;
      }
    }, 120_000);
  });
});
