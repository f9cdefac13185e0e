import { ApiClient, importWorkbook, playScenario, readScenario, type ImportFault } from '@propledger/cli';
import { kafkaIsHere, readWithJava } from '@propledger/testkit';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Cell } from './cell.fixture';
import { differences } from './compare-pack';
import { securedBroker, type Broker } from './secured-broker.fixture';

const PACK = join(__dirname, '../../../acceptance/bohai');
const PROJECT = 'YT01';
const OWNERS = [
  ['registry', 'registry'],
  ['customers', 'customers'],
  ['ledger', 'billing'],
] as const;

(kafkaIsHere() ? describe : describe.skip)('services of their own, over a Kafka that asks who comes', () => {
  const out = mkdtempSync(join(tmpdir(), 'propledger-over-kafka-'));
  const region = `spec-${randomBytes(6).toString('hex')}`;
  let broker: Broker;
  let cell: Cell;
  let client: ApiClient;

  beforeAll(async () => {
    broker = await securedBroker();
    const { brokers, env } = broker;
    cell = await Cell.start({ region, brokers, env: () => env, instances: { reports: 2, billing: 2 } });
    client = await cell.client();
  }, 180_000);
  afterAll(async () => {
    await cell.stop();
    await broker.stop();
    rmSync(out, { recursive: true });
  }, 60_000);

  const headsOf = async (service: string): Promise<{ book: string; position: number; hash: string }[]> =>
    (await client.get<{ items: { book: string; position: number; hash: string }[] }>(`/${service}/v1/books`)).items;
  const arrears = async (of: ApiClient): Promise<number> => {
    const { bytes } = await of.download('/reports/v1/arrears-detail', {
      query: { project: PROJECT, asOf: '2026-07-31' },
      accept: '*/*',
    });
    const { rows } = JSON.parse(Buffer.from(bytes).toString()) as { rows: { open: string }[] };
    return rows.reduce((sum, { open }) => sum + Math.round(Number(open) * 100), 0);
  };
  const receive = (receiptNo: string, amount: string): Promise<unknown> =>
    client.command(`/billing/v1/projects/${PROJECT}/receipts`, {
      ...{ receiptNo, date: '2026-07-01', customer: debtor.customer, resource: debtor.resource, item: debtor.item },
      tenders: [{ method: '现金', amount }],
    });
  let debtor: { resource: string; customer: string; item: string; open: string };

  it('play the bohai pack to the fen', async () => {
    const writeFaults = (file: string, faults: readonly ImportFault[]): void =>
      writeFileSync(join(out, `${basename(file, '.xlsx')}.errors.json`), JSON.stringify(faults));
    const faulty = '初始化资料-有错.xlsx';
    const bytes = readFileSync(join(PACK, faulty));
    const refused = await importWorkbook(client, { bytes, fileName: faulty, dryRun: false, key: 'faulty' });
    expect(refused.state).toBe('refused');
    writeFaults(faulty, refused.faults);
    await playScenario(client, readScenario(PACK, 'scenario.json'), {
      refused: writeFaults,
      report: (name, csv) => writeFileSync(join(out, name), csv),
    });
    expect(differences(PACK, out)).toEqual([]);
  }, 240_000);

  it('show a receipt to whoever took it, whichever instance he asks', async () => {
    const { bytes } = await client.download('/reports/v1/arrears-detail', {
      query: { project: PROJECT, asOf: '2026-07-31' },
      accept: '*/*',
    });
    const { rows } = JSON.parse(Buffer.from(bytes).toString()) as { rows: (typeof debtor)[] };
    debtor = rows.find(({ open }) => Number(open) > 60) ?? debtor;
    let open = await arrears(client);
    for (let nth = 1; nth <= 8; nth++) {
      await receive(`OWN-${nth}`, '1.00');
      open -= 100;
      expect(await arrears(client)).toBe(open);
    }
  }, 60_000);

  it.each(OWNERS)('publish every event of the %s topic, in order in each book', async (topic, service) => {
    const heads = await headsOf(service);
    expect(heads.length).toBeGreaterThan(0);
    const total = heads.reduce((sum, { position }) => sum + position, 0);
    await expectSoon(async () => (await published(service)) === total);
    const messages = await readWithJava(broker, `${region}.${topic}.v1`, total);
    for (const { book, position } of heads) {
      const own = messages.filter(({ key }) => key === book);
      expect(own.map(({ headers }) => Number(headers['ce_sequence']))).toEqual(
        Array.from({ length: position }, (_, i) => i + 1),
      );
      const { items } = await client.get<{ items: { type: string; body: unknown; eventId: string }[] }>(
        `/${service}/v1/books/${encodeURIComponent(book)}/events`,
        { query: { after_position: String(position - 1) } },
      );
      const last = own.at(-1);
      expect(last?.headers).toMatchObject({
        ...{ ce_specversion: '1.0', ce_source: `/${region}/${topic}`, ce_subject: book, ce_region: region },
        ...{ ce_type: items[0]?.type, ce_id: items[0]?.eventId, 'content-type': 'application/json' },
      });
      expect(JSON.parse(last?.value ?? '')).toEqual(items[0]?.body);
    }
    expect(messages).toHaveLength(total);
  }, 60_000);

  const published = async (service: string): Promise<number> => {
    const rows = await cell.query<{ sum: string }>(
      service as 'billing',
      'select coalesce(sum(position), 0)::text as sum from relay_cursor',
    );
    return Number(rows[0]?.sum);
  };
  const expectSoon = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100));
  };

  it('let a parked book go on when they are told to', async () => {
    await cell.query(
      'reports',
      `update cursor set parked_reason = 'by hand', parked_at = now() where topic = 'ledger' and book = '${PROJECT}'`,
    );
    await receive('PARKED-1', '2.00');
    const impatient = new ApiClient({ url: cell.url, attempts: 1, ...(client.after ? { after: client.after } : {}) });
    await impatient.signIn(cell.administrator.operator, cell.administrator.password);
    await expect(arrears(impatient)).rejects.toThrow();
    await expectSoon(async () => {
      const { items } = await client.get<{ items: { topic: string; parked: { book: string }[] }[] }>('/reports/v1/consumers');
      return items.some(({ topic, parked }) => topic === 'ledger' && parked.some(({ book }) => book === PROJECT));
    });
    await client.command(`/reports/v1/consumers/ledger/parked/${PROJECT}/release`, {});
    const before = await arrears(client);
    await receive('PARKED-2', '3.00');
    expect(await arrears(client)).toBe(before - 300);
    for (const nowhere of ['customers/parked/A', 'ledger/parked/NOWHERE'])
      await expect(client.command(`/reports/v1/consumers/${nowhere}/release`, {})).rejects.toMatchObject({
        problem: { status: 404 },
      });
  }, 60_000);

  it('publish again when they are told to', async () => {
    const { published: before } = await client.get<{ published: number }>('/customers/v1/relay');
    const total = (await headsOf('customers')).reduce((sum, { position }) => sum + position, 0);
    await client.command('/customers/v1/relay/refill', {});
    await expectSoon(async () => {
      const { published: now, lag } = await client.get<{ published: number; lag: number }>('/customers/v1/relay');
      return now === before + total && lag === 0;
    });
    await expect(client.command('/customers/v1/relay/refill', { book: 'NOWHERE' })).rejects.toMatchObject({
      problem: { status: 404 },
    });
  }, 60_000);
});
