import type { RecordedEvent } from '@propledger/contracts';
import { verifyBook } from '@propledger/proof';
import fc from 'fast-check';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counter, fenOf } from './spec-support/ordering';
import { ReferenceLedger } from './spec-support/reference-ledger';
import { crashes, histories, type Real, type Step } from './spec-support/steps';
import { startSuiteProcess, type SuiteProcess } from './suite-process';

/*
 * Random histories, sent to the running suite side by side, cut by kill -9, and compared with the reference ledger.
 * MODEL_SEED repeats one, MODEL_RUNS asks for more of them.
 */
const seed = Number(process.env['MODEL_SEED'] ?? Math.trunc(Math.random() * 2 ** 31));
const numRuns = Number(process.env['MODEL_RUNS'] ?? 4);

const folder = mkdtempSync(join(tmpdir(), 'propledger-model-'));
let running: SuiteProcess | null = null;
const start = async (): Promise<SuiteProcess> => (running = await startSuiteProcess({ dataDir: folder }));
afterAll(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});

const at = (project: string): string => `/billing/v1/projects/${project}`;
type Rows = Record<string, string | number | null>[];

/** Everything that the real ledger shows is what the reference has, and its chain holds. */
const expectSame = async (ledger: ReferenceLedger, { counter: { api }, project }: Real): Promise<void> => {
  const all = async (what: string): Promise<Rows> =>
    (await api.get<{ items: Rows }>(`${at(project)}/${what}`, { query: { limit: '500' } })).items;
  expect(
    (await all('charges')).map(({ charge, open, received, applied, writtenOff, reduced }) => ({
      ...{ charge, open, received, applied, writtenOff, reduced },
    })),
  ).toEqual(
    ledger.charges
      .map((charge) => ({
        charge: charge.at,
        open: yuan(ledger.sum(`open ${charge.at}`)),
        received: yuan(-ledger.sum(`open ${charge.at}`, 'cash')),
        applied: yuan(-ledger.sum(`open ${charge.at}`, 'applied')),
        writtenOff: yuan(-ledger.sum(`open ${charge.at}`, 'write-off')),
        reduced: yuan(-ledger.sum(`open ${charge.at}`, 'waiver') - ledger.sum(`open ${charge.at}`, 'discount')),
      }))
      .sort((one, other) => one.charge - other.charge),
  );
  const prepaid = (await all('prepayments')).filter(({ balance }) => balance !== '0.00');
  expect(
    new Map(
      prepaid.map(({ customer, resource, balance }) => [`${customer} ${resource ?? ''}`, fenOf(String(balance))]),
    ),
  ).toEqual(ledger.prepayments());
  for (const { position, held } of await all('deposits'))
    expect(held).toBe(yuan(ledger.sum(`held ${String(position)}`)));

  for (const asOf of ['2026-02-28', '2026-03-15', '2026-04-30']) {
    const { rows } = await api.get<{ rows: Rows }>('/reports/v1/arrears-detail', {
      query: { asOf, project, ...(api.after && { after: api.after }) },
    });
    const open = ledger.charges
      .filter(({ dueOn, on }) => dueOn <= asOf && on <= asOf)
      .map(({ at: charge }) => ledger.sum(`open ${charge}`, undefined, asOf))
      .filter((sum) => sum !== 0n);
    expect(rows.map((row) => fenOf(String(row['open']))).sort(ascending)).toEqual(open.sort(ascending));
  }
  const { items } = await api.get<{ items: RecordedEvent[] }>(`/billing/v1/books/${project}/events`, {
    query: { after_position: '0', limit: '2000' },
  });
  expect(await verifyBook(project, items)).toMatchObject({ intact: true });
};

const ascending = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);
const yuan = (fen: bigint): string => {
  const digits = String(fen < 0n ? -fen : fen).padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

it('answers and keeps what the reference ledger does, side by side and through crashes', async () => {
  chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  process.stderr.write(`any-history: MODEL_SEED=${seed}\n`);
  const counter = await Counter.open(start);
  let nth = 0;
  const part = histories(25);
  await fc.assert(
    fc.asyncProperty(part, crashes, part, async (before, crash, then) => {
      nth += 1;
      const project = `M${nth}`;
      await counter.openProject(project, '2026-02');
      const sides = { model: new ReferenceLedger('2026-02'), real: { counter, project, answered: [], keys: 0 } };
      await fc.asyncModelRun(() => sides, before);
      await fc.asyncModelRun(() => sides, [crash] as Iterable<Step>);
      await fc.asyncModelRun(() => sides, then);
      await expectSame(sides.model, sides.real);
    }),
    { seed, numRuns, endOnFailure: true },
  );
}, 600_000);
