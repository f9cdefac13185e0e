import { CHARGE_AT_MOST } from '../money';
import { newCharge, planRun } from './plan-run';
import type { MonthPart } from './month-charge';

const part = (from: string, to: string, customer: string, amount: bigint): MonthPart => ({
  from: `2026-01-${from}`,
  to: `2026-01-${to}`,
  customer,
  amount,
  basis: { method: '固定金额', rounding: '分' },
  dueOn: '2026-01-10',
  priority: 3,
});
const first = part('01', '10', 'K1', 29_17n);
const second = part('11', '31', 'K2', 61_27n);

describe('what a run does for a binding', () => {
  it('raises what does not stand yet', () => {
    expect(planRun([first, second], [])).toEqual({ kind: 'raise', parts: [first, second] });
    expect(planRun([first, second], [second])).toEqual({ kind: 'raise', parts: [first] });
  });

  it('raises nothing where a part comes to more than a charge can, whatever stands', () => {
    const most = { ...second, amount: CHARGE_AT_MOST };
    expect(planRun([first, most], [])).toMatchObject({ kind: 'raise' });
    const more = { ...second, amount: CHARGE_AT_MOST + 1n };
    const days = [{ from: more.from, to: more.to, reason: 'overflow', name: null, at: null }];
    expect(planRun([first, more], [])).toEqual({ kind: 'too-much', days });
    expect(planRun([first, more], [first])).toEqual({ kind: 'too-much', days });
  });

  it('does nothing when all of it stands, or nothing is due', () => {
    expect(planRun([first, second], [second, first])).toEqual({ kind: 'nothing' });
    expect(planRun([], [])).toEqual({ kind: 'nothing' });
  });

  it.each([
    ['another amount', { ...first, amount: 29_18n }],
    ['another customer', { ...first, customer: 'K2' }],
    ['another start', { ...first, from: '2026-01-02' }],
    ['another end', { ...first, to: '2026-01-09' }],
  ])('raises nothing and lists the difference where %s stands', (_, standing) => {
    const { from, to, customer, amount } = standing;
    const plan = planRun([first, second], [standing]);
    expect(plan).toMatchObject({
      kind: 'difference',
      standing: [{ from, to, customer, amount: amount === 29_18n ? '29.18' : '29.17' }],
      computed: [
        { from: '2026-01-01', to: '2026-01-10', customer: 'K1', amount: '29.17' },
        { from: '2026-01-11', to: '2026-01-31', customer: 'K2', amount: '61.27' },
      ],
    });
  });

  it('lists a difference where something stands and nothing is due any more', () => {
    expect(planRun([], [first])).toMatchObject({ kind: 'difference', computed: [] });
  });

  it('lists a difference where the same stands twice', () => {
    expect(planRun([first], [first, first])).toMatchObject({ kind: 'difference' });
  });
});

it('makes a charge of a part, a binding and its standard', () => {
  const binding = { binding: 'B1', resource: 'R1', standard: 'WY-1', from: '2020-01-01', to: null };
  const standard = {
    standard: 'WY-1',
    name: '物业费',
    item: '物业费',
    method: '固定金额',
    dueDay: 10,
    rounding: '分',
    priority: 3,
    prices: [],
  } as const;
  expect(newCharge(first, binding, standard)).toEqual({
    ...first,
    resource: 'R1',
    item: '物业费',
    standard: 'WY-1',
    binding: 'B1',
  });
});
