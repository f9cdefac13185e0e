import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Call } from './spec-support/running-billing';

const LISTS = [
  'items',
  'developers',
  'standards',
  'vacancies',
  'bindings',
  'meters',
  'pools',
  'bill-runs',
  'corrections',
  'late-fees?customer=K1&asOf=2026-03-31',
  'late-fee-freezes',
  'discount-rules',
  'discounts/preview?period=2026-03',
  'discount-grants',
  'discount-grants/offers?customer=K1&resource=R1&from=2026-03&date=2026-03-01',
  'charges',
  'receipts',
  'prepayments',
  'prepayments/refunds',
  'deposits',
  'limits',
  'approvals',
];

describe('a project that the registry has not told of', () => {
  let billing: RunningBilling;
  let lu: Call;
  let zhao: Call;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    billing.neighbours.project('YT01');
    lu = billing.as(await billing.neighbours.operator('lu', 'project-manager', { project: 'YT01' }));
    zhao = billing.as(await billing.neighbours.operator('zhao', 'group-finance', { group: true }));
    await billing.catchUp();
  });
  afterAll(() => billing.close());

  it.each(LISTS)('has no %s, not even none; one whose book is not open has none', async (list) => {
    expect(await zhao('GET', `/projects/NOPE/${list}`)).toMatchObject({
      status: 404,
      body: { type: 'urn:propledger:problem:unknown-project' },
    });
    expect((await lu('GET', `/projects/NOPE/${list}`)).status).toBe(403);
    expect((await billing.as(null)('GET', `/projects/NOPE/${list}`)).status).toBe(401);
    expect((await zhao('GET', `/projects/YT01/${list}`)).status).toBe(200);
  });

  it('is found once what told of it was waited for', async () => {
    expect((await zhao('GET', '/projects/YT02/charges')).status).toBe(404);
    billing.neighbours.project('YT02');
    expect(await zhao('GET', `/projects/YT02/charges?${billing.seen}`)).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  });

  it('is documented on every GET of a project, beside what else is not found there', () => {
    const gets = Object.entries(billing.openapi.paths).flatMap(([path, { get }]) =>
      path.includes('/projects/{project}') && get ? [get.responses['404']] : [],
    );
    expect(gets.length).toBeGreaterThan(LISTS.length);
    for (const answer of gets)
      expect(answer).toMatchObject({ description: expect.stringContaining('unknown-project') as string });
  });

  it('is refused as no code when it cannot be one', async () => {
    expect((await zhao('GET', '/projects/%20/charges')).status).toBe(400);
    expect((await zhao('GET', '/projects/%00/charges')).status).toBe(400);
  });
});
