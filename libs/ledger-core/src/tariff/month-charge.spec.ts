import type { Standard } from '@propledger/contracts';
import { explain } from '../explain/explain';
import type { MonthInputs } from './inputs';
import { monthCharges } from './month-charge';

const standard = (over: Partial<Standard> = {}): Standard => ({
  standard: 'WY-1',
  name: '物业费 多层',
  item: '物业费',
  method: '面积单价',
  dueDay: 10,
  rounding: '分',
  priority: 3,
  prices: [{ price: '0.85', from: '2020-01-01', to: null }],
  ...over,
});
const fixed = (price: string, over: Partial<Standard> = {}): Standard =>
  standard({ method: '固定金额', prices: [{ price, from: '2020-01-01', to: null }], ...over });

const month = (over: Partial<MonthInputs> = {}): MonthInputs => ({
  standard: standard(),
  binding: { from: '2020-01-01', to: null },
  areas: [{ from: '2020-01-01', to: null, area: '106.4' }],
  payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
  period: '2026-01',
  ...over,
});
const amounts = (inputs: MonthInputs) =>
  monthCharges(inputs).parts.map(({ from, to, customer, amount }) => [from.slice(8), to.slice(8), customer, amount]);

describe('a month of one binding', () => {
  it('is price × area for the whole month, due on the day of the standard', () => {
    expect(monthCharges(month()).parts).toEqual([
      {
        from: '2026-01-01',
        to: '2026-01-31',
        customer: 'K1',
        amount: 9044n,
        dueOn: '2026-01-10',
        priority: 3,
        basis: {
          method: '面积单价',
          rounding: '分',
          terms: [{ from: '2026-01-01', to: '2026-01-31', days: 31, daysOfMonth: 31, price: '0.85', area: '106.4' }],
          before: '0.00',
          exactBefore: '0/1',
        },
      },
    ]);
  });

  // (0.85 × 106.4 × 10 + 1.00 × 106.4 × 11 + 0.85 × 106.4 × 10) ÷ 31 = 96.103…
  it('has a price of the binding’s own on its days, where the standard has one', () => {
    const prices = [{ price: '1', from: '2026-01-11', to: '2026-01-21' }];
    const [part] = monthCharges(month({ binding: { from: '2020-01-01', to: null, prices } })).parts;
    expect(part?.amount).toBe(96_10n);
    expect(part?.basis.terms?.map(({ price, days, ownPrice }) => [price, days, ownPrice])).toEqual([
      ['0.85', 10, undefined],
      ['1', 11, true],
      ['0.85', 10, undefined],
    ]);
    const { zh } = explain(part?.basis ?? { method: '手工' });
    expect(zh[1]).toMatch(/^2026-01-11 – 2026-01-21 11\/31 月: 本户约定单价 1 元 × 106.4 ㎡/);
    const ended = standard({ prices: [{ price: '0.85', from: '2020-01-01', to: '2026-01-15' }] });
    const binding = { from: '2020-01-01', to: null, prices };
    expect(amounts(month({ standard: ended, binding }))).toEqual([['01', '15', 'K1', 46_34n]]);
  });

  it('counts each day of a broken month 1/days-of-month', () => {
    const inputs = { standard: fixed('310'), binding: { from: '2026-01-16', to: null } };
    expect(amounts(month(inputs))).toEqual([['16', '31', 'K1', 160_00n]]);
    expect(amounts(month({ ...inputs, binding: { from: '2025-01-01', to: '2026-01-01' } }))).toEqual([
      ['01', '01', 'K1', 10_00n],
    ]);
    expect(
      amounts(month({ standard: fixed('290'), binding: { from: '2024-02-29', to: null }, period: '2024-02' })),
    ).toEqual([['29', '29', 'K1', 10_00n]]);
  });

  it('rounds half up where a binary float would round down', () => {
    const inputs = { standard: standard({ prices: [{ price: '0.15', from: '2020-01-01', to: null }] }) };
    expect(amounts(month({ ...inputs, areas: [{ from: '2020-01-01', to: null, area: '130.70' }] }))).toEqual([
      ['01', '31', 'K1', 19_61n],
    ]);
  });

  it.each([
    ['分', 140_34n],
    ['角', 140_30n],
    ['元', 140_00n],
  ] as const)('rounds 140.336 to %s as %s fen', (rounding, amount) => {
    const prices = [{ price: '1.40', from: '2020-01-01', to: null }];
    const areas = [{ from: '2020-01-01', to: null, area: '100.24' }];
    expect(amounts(month({ standard: standard({ rounding, prices }), areas }))).toEqual([['01', '31', 'K1', amount]]);
  });

  it('pads the due day', () => {
    expect(monthCharges(month({ standard: standard({ dueDay: 5 }) })).parts[0]?.dueOn).toBe('2026-01-05');
  });
});

describe('the parts of a month', () => {
  it('are one charge a payer, and add up to the rounded month', () => {
    const payers = [
      { from: '2026-01-11', to: null, customer: 'K2' },
      { from: '2020-01-01', to: '2026-01-10', customer: 'K1' },
    ];
    // 10/31 and 31/31 of 90.44 are 29.174… and 90.44: the second part is 61.27, where 21/31 alone is 61.265….
    expect(amounts(month({ payers }))).toEqual([
      ['01', '10', 'K1', 29_17n],
      ['11', '31', 'K2', 61_27n],
    ]);
    const [, second] = monthCharges(month({ payers })).parts;
    expect(second?.basis).toMatchObject({ before: '29.17', exactBefore: '90440/31' });
  });

  it('round the running total, not each part', () => {
    // A third of 0.05 each: 1.666…, 3.333…, 5 fen run up to 2, 3, 5.
    const payers = ['K1', 'K2', 'K3'].map((customer, index) => ({
      from: `2026-04-${(index * 10 + 1).toString().padStart(2, '0')}`,
      to: `2026-04-${(index * 10 + 10).toString().padStart(2, '0')}`,
      customer,
    }));
    expect(amounts(month({ standard: fixed('0.05'), payers, period: '2026-04' })).map(([, , , fen]) => fen)).toEqual([
      2n,
      1n,
      2n,
    ]);
  });

  it('raise nothing where one rounds to zero, but keep it in the running total', () => {
    const payers = [
      { from: '2026-01-01', to: '2026-01-10', customer: 'K1' },
      { from: '2026-01-11', to: '2026-01-31', customer: 'K2' },
    ];
    expect(amounts(month({ standard: fixed('0.10', { rounding: '角' }), payers }))).toEqual([['11', '31', 'K2', 10n]]);
  });

  it('are not cut by a change of price or area, which becomes a term of its own', () => {
    const prices = [
      { price: '1', from: '2020-01-01', to: '2026-01-10' },
      { price: '2', from: '2026-01-11', to: null },
    ];
    const areas = [
      { from: '2020-01-01', to: '2026-01-20', area: '31' },
      { from: '2026-01-21', to: null, area: '62' },
    ];
    const [part, ...others] = monthCharges(month({ standard: standard({ prices }), areas })).parts;
    expect(others).toEqual([]);
    expect(part?.amount).toBe(10_00n + 20_00n + 44_00n);
    expect(part?.basis.terms?.map(({ days, price, area }) => [days, price, area])).toEqual([
      [10, '1', '31'],
      [10, '2', '31'],
      [11, '2', '62'],
    ]);
  });

  it('join days with the same payer, price and area, though the histories are cut there', () => {
    const prices = [
      { price: '1', from: '2020-01-01', to: '2026-01-10' },
      { price: '1', from: '2026-01-11', to: null },
    ];
    const payers = [
      { from: '2020-01-01', to: '2026-01-20', customer: 'K1' },
      { from: '2026-01-21', to: null, customer: 'K1' },
    ];
    const { parts } = monthCharges(month({ standard: standard({ prices }), payers }));
    expect(parts.map(({ basis }) => basis.terms?.length)).toEqual([1]);
  });

  it('end at days without a price, and begin anew after them', () => {
    const prices = [
      { price: '31', from: '2020-01-01', to: '2026-01-10' },
      { price: '31', from: '2026-01-12', to: '2026-01-30' },
    ];
    const result = monthCharges(month({ standard: standard({ method: '固定金额', prices }) }));
    expect(result.parts.map(({ from, to, amount }) => [from, to, amount])).toEqual([
      ['2026-01-01', '2026-01-10', 10_00n],
      ['2026-01-12', '2026-01-30', 19_00n],
    ]);
    expect(result.daysWithoutPayer).toEqual([]);
  });
});

describe('what a month reports', () => {
  it('days of the binding that have a price and no payer', () => {
    const payers = [
      { from: '2026-01-03', to: '2026-01-10', customer: 'K1' },
      { from: '2026-01-20', to: '2026-01-25', customer: 'K1' },
    ];
    const { parts, daysWithoutPayer } = monthCharges(
      month({ payers, binding: { from: '2026-01-02', to: '2026-01-28' } }),
    );
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      ['2026-01-03', '2026-01-10'],
      ['2026-01-20', '2026-01-25'],
    ]);
    expect(daysWithoutPayer).toEqual([
      { from: '2026-01-02', to: '2026-01-02' },
      { from: '2026-01-11', to: '2026-01-19' },
      { from: '2026-01-26', to: '2026-01-28' },
    ]);
  });

  it('a price per m² on a space without an area, which is charged nothing', () => {
    const areas = [
      { from: '2020-01-01', to: '2026-01-10', area: null },
      { from: '2026-01-11', to: null, area: '31' },
    ];
    const prices = [{ price: '1', from: '2020-01-01', to: null }];
    const { parts, daysWithoutArea } = monthCharges(month({ standard: standard({ prices }), areas }));
    expect(parts.map(({ from, amount }) => [from, amount])).toEqual([['2026-01-11', 21_00n]]);
    expect(daysWithoutArea).toEqual([{ from: '2026-01-01', to: '2026-01-10' }]);
    expect(monthCharges(month({ areas: [] })).daysWithoutArea).toEqual([{ from: '2026-01-01', to: '2026-01-31' }]);
  });

  it('nothing about areas for a fixed amount', () => {
    const { parts, daysWithoutArea } = monthCharges(month({ standard: fixed('30'), areas: [] }));
    expect(parts.map(({ amount, basis }) => [amount, basis.terms?.[0]?.area])).toEqual([[30_00n, null]]);
    expect(daysWithoutArea).toEqual([]);
  });

  it('nothing of a binding that has ended or not begun', () => {
    const nothing = { parts: [], daysWithoutPayer: [], daysWithoutArea: [], notComputed: [], vacantDays: [] };
    expect(monthCharges(month({ binding: { from: '2026-02-01', to: null } }))).toEqual(nothing);
    expect(monthCharges(month({ binding: { from: '2020-01-01', to: '2025-12-31' } }))).toEqual(nothing);
  });
});

describe('a month of a space that is let by the month', () => {
  const payers = [
    { from: '2026-01-01', to: '2026-01-10', customer: 'K1' },
    { from: '2026-01-11', to: '2026-01-20', customer: 'K2', price: '280' },
    { from: '2026-01-21', to: null, customer: 'K2', price: '310' },
  ];

  it('has the price agreed with who has it on his days, each part by its days, and says so', () => {
    const inputs = month({ standard: fixed('300', { bindingPrices: true }), payers });
    // 300 × 10/31 = 96.774…; 280 × 10/31 + 310 × 11/31 = 200.322…
    expect(amounts(inputs)).toEqual([
      ['01', '10', 'K1', 9677n],
      ['11', '31', 'K2', 20033n],
    ]);
    const [, last] = monthCharges(inputs).parts;
    expect(last?.basis.terms).toMatchObject([
      { price: '280', ownPrice: true, days: 10 },
      { price: '310', ownPrice: true, days: 11 },
    ]);
  });

  it('has it before a price of the binding’s own, and as it is agreed with others', () => {
    const binding = { from: '2020-01-01', to: null, prices: [{ price: '200', from: '2020-01-01', to: null }] };
    const inputs = month({ standard: fixed('300', { bindingPrices: true }), binding, payers });
    // 200 × 10/31 = 64.516…
    expect(amounts(inputs)).toEqual([
      ['01', '10', 'K1', 6452n],
      ['11', '31', 'K2', 20032n],
    ]);
  });

  it('has the standard’s where that may not be agreed, or is no sum a month', () => {
    const whole = [{ from: '2020-01-01', to: null, customer: 'K1', price: '280' }];
    expect(amounts(month({ standard: fixed('300'), payers: whole }))).toEqual([['01', '31', 'K1', 30000n]]);
    expect(amounts(month({ standard: standard({ bindingPrices: true }), payers: whole }))).toEqual([
      ['01', '31', 'K1', 9044n],
    ]);
  });
});
