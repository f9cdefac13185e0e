import type { Meter } from '@propledger/contracts';
import type { LedgerCommand } from '../ledger/commands';
import { monthly, opened, undoing } from '../../testing/commands';
import { given } from '../../testing/given';

const meter: Meter = {
  meter: 'E1',
  kind: '电表',
  resource: 'R1',
  multiplier: '1.0',
  from: '2026-02-20',
  reading: '100.50',
  range: null,
};
const install = (over: Partial<Meter> = {}): LedgerCommand => ({
  type: 'InstallMeter',
  meter: { ...meter, ...over },
});
const read = (period: string, on: string, reading: string): LedgerCommand => ({
  type: 'ReadMeter',
  reading: { meter: 'E1', period, on, reading },
  whenImplausible: 'refuse',
});
const replace = (on: string, oldReading: string, newReading = '0', newMultiplier = '1'): LedgerCommand => ({
  type: 'ReplaceMeter',
  replacement: { meter: 'E1', on, oldReading, newReading, newMultiplier },
});
const withdraw = (record: number): LedgerCommand => ({ type: 'WithdrawMeterRecord', meter: 'E1', record });
const nothing = { accepted: true, events: [] };

describe('a meter', () => {
  it('is installed once, with decimals in their shortest form', () => {
    expect(given(opened).events(install())).toMatchObject([
      { type: 'meter.installed', body: { multiplier: '1', reading: '100.5' }, effectiveDate: '2026-02-20' },
    ]);
    expect(given(opened, install()).when(install({ multiplier: '1' }))).toEqual(nothing);
    expect(given(opened, install()).refusal(install({ reading: '1' }))).toEqual({ code: 'meter-exists', meter: 'E1' });
    expect(given(opened).refusal(install({ multiplier: '0' }))).toEqual({ code: 'factor-not-positive' });
    expect(given(opened).refusal(install({ range: '0' }))).toEqual({ code: 'factor-not-positive' });
    expect(given(opened).refusal(install({ reading: '-1' }))).toEqual({ code: 'reading-negative' });
  });

  it('is withdrawn while nothing is known of it, and may come again', () => {
    const gone = given(opened, install(), { type: 'WithdrawMeter', meter: 'E1' });
    expect(gone.refusal(read('2026-03', '2026-03-26', '101'))).toEqual({ code: 'unknown-meter', meter: 'E1' });
    expect(gone.events(install({ reading: '7' }))).toHaveLength(1);
    expect(
      given(opened, install(), read('2026-03', '2026-03-26', '101')).refusal({ type: 'WithdrawMeter', meter: 'E1' }),
    ).toEqual({ code: 'meter-in-use', meter: 'E1' });
  });
});

describe('a reading', () => {
  const march = given(opened, install(), read('2026-03', '2026-03-26', '130'));

  it('is taken once for a 账期', () => {
    expect(march.when(read('2026-03', '2026-03-26', '130.00'))).toEqual(nothing);
    expect(march.refusal(read('2026-03', '2026-03-27', '130'))).toEqual({
      code: 'second-reading',
      meter: 'E1',
      period: '2026-03',
    });
  });

  it.each([
    ['on the day of the one before', '2026-04', '2026-03-26', '131'],
    ['of an earlier 账期', '2026-02', '2026-04-26', '131'],
  ])('%s is out of order', (_, period, on, reading) => {
    expect(march.refusal(read(period, on, reading))).toMatchObject({ code: 'reading-out-of-order' });
  });

  it('comes after the day from which the meter counts', () => {
    expect(given(opened, install()).refusal(read('2026-03', '2026-02-20', '131'))).toMatchObject({
      code: 'reading-out-of-order',
    });
  });

  it('does not go back, unless the dial has an end', () => {
    expect(march.refusal(read('2026-04', '2026-04-26', '129.99'))).toEqual({
      code: 'reading-backwards',
      meter: 'E1',
      before: '130',
    });
    const ranged = given(opened, install({ range: '1000' }), read('2026-03', '2026-03-26', '999'));
    expect(ranged.events(read('2026-04', '2026-04-26', '3'))).toHaveLength(1);
  });

  it('of an implausible use waits for somebody to confirm it', () => {
    const usual = ['110', '120', '130'].map((reading, i) =>
      read(`2026-0${(i + 3).toString()}`, `2026-0${(i + 3).toString()}-20`, reading),
    );
    const known = given(opened, install({ reading: '100' }), ...usual);
    const much = read('2026-06', '2026-06-20', '900');
    expect(known.refusal(much)).toEqual({
      ...{ code: 'reading-implausible', meter: 'E1', reason: 'above-usual', quantity: '770', expected: '10.45' },
    });
    expect(known.events({ ...much, whenImplausible: 'take' } as LedgerCommand)).toHaveLength(1);
  });

  it('may be of the day of a replacement, which belongs to the step that it ends', () => {
    const swapped = given(opened, install(), replace('2026-03-26', '130', '5'));
    expect(swapped.events(read('2026-03', '2026-03-26', '5'))).toHaveLength(1);
    const both = given(opened, install(), replace('2026-03-26', '130', '5'), read('2026-03', '2026-03-26', '5'));
    expect(
      both
        .book()
        .meters.get('E1')
        ?.records.map(({ kind }) => kind),
    ).toEqual(['replaced', 'read']);
    expect(march.refusal(replace('2026-03-26', '130', '5'))).toMatchObject({ code: 'reading-out-of-order' });
  });

  it('is withdrawn as the latest, while no charge of it stands', () => {
    const charged = monthly('2026-03', {
      binding: 'B1',
      subject: { meter: 'E1' },
      from: '2026-02-21',
      to: '2026-03-26',
    });
    expect(march.events(withdraw(3))).toMatchObject([{ type: 'meter.record-withdrawn', body: { record: 3 } }]);
    const both = given(opened, install(), read('2026-03', '2026-03-26', '130'), replace('2026-04-02', '140'));
    expect(both.refusal(withdraw(3))).toEqual({ code: 'record-not-latest', meter: 'E1' });
    const billed = given(opened, install(), read('2026-03', '2026-03-26', '130'), charged);
    expect(billed.refusal(withdraw(3))).toEqual({ code: 'reading-in-use', meter: 'E1', charge: 4 });
    const freed = given(opened, install(), read('2026-03', '2026-03-26', '130'), charged, undoing(4));
    expect(freed.events(withdraw(3))).toHaveLength(1);
    const again = given(opened, install(), read('2026-03', '2026-03-26', '130'), withdraw(3));
    expect(again.events(read('2026-03', '2026-03-25', '120'))).toHaveLength(1);
  });
});

describe('a corrected reading', () => {
  const correct = (period: string, reading: string): LedgerCommand => ({
    type: 'CorrectReading',
    meter: 'E1',
    period,
    reading,
  });
  const history = given(
    ...[opened, install(), read('2026-03', '2026-03-31', '140'), replace('2026-04-10', '150', '3')],
    read('2026-04', '2026-04-30', '33'),
  );

  it('is taken back with what came after it, and all of it is recorded anew', () => {
    expect(history.events(correct('2026-03', '130'))).toMatchObject([
      { type: 'meter.record-withdrawn', body: { record: 5 } },
      { type: 'meter.record-withdrawn', body: { record: 4 } },
      { type: 'meter.record-withdrawn', body: { record: 3 } },
      { type: 'meter.read', body: { period: '2026-03', on: '2026-03-31', reading: '130' } },
      { type: 'meter.replaced', body: { on: '2026-04-10', oldReading: '150', newReading: '3' } },
      { type: 'meter.read', body: { period: '2026-04', on: '2026-04-30', reading: '33' } },
    ]);
  });

  it('needs no event when it is what it was, and keeps the dial going forward', () => {
    expect(history.when(correct('2026-03', '140.0'))).toEqual(nothing);
    expect(history.refusal(correct('2026-03', '99'))).toMatchObject({ code: 'reading-backwards', before: '100.5' });
    expect(history.refusal(correct('2026-03', '151'))).toMatchObject({ code: 'reading-backwards', before: '151' });
    expect(history.refusal(correct('2026-05', '151'))).toMatchObject({ code: 'unknown-reading', period: '2026-05' });
  });
});

describe('an estimate', () => {
  const estimate = (period: string, on: string, by: { use: string } | { readings: number }): LedgerCommand => ({
    type: 'EstimateReading',
    meter: 'E1',
    period,
    on,
    by,
  });
  const usual = [
    install({ multiplier: '10', reading: '100', from: '2026-02-28' }),
    read('2026-03', '2026-03-31', '110'),
    read('2026-04', '2026-04-30', '125'),
  ];

  it('shows on the dial what was used, or is used usually in as many days', () => {
    const known = given(opened, ...usual);
    expect(known.events(estimate('2026-05', '2026-05-31', { use: '75' }))).toMatchObject([
      { type: 'meter.read', body: { reading: '132.5', estimated: { by: '指定' } } },
    ]);
    // 250 in 61 days: 127.049… in 31.
    expect(known.events(estimate('2026-05', '2026-05-31', { readings: 3 }))).toMatchObject([
      { body: { reading: '137.7', estimated: { by: '平均', readings: 2 } } },
    ]);
    expect(known.events(estimate('2026-05', '2026-05-31', { readings: 1 }))).toMatchObject([
      { body: { reading: '140.5', estimated: { readings: 1 } } },
    ]);
    const ranged = given(opened, install({ range: '105' }));
    expect(ranged.events(estimate('2026-03', '2026-03-31', { use: '5' }))).toMatchObject([
      { body: { reading: '0.5' } },
    ]);
  });

  it('is made once, of something, in order', () => {
    const made = given(opened, ...usual, estimate('2026-05', '2026-05-31', { readings: 2 }));
    expect(made.when(estimate('2026-05', '2026-05-31', { readings: 2 }))).toEqual(nothing);
    expect(made.refusal(estimate('2026-05', '2026-05-31', { use: '1' }))).toMatchObject({ code: 'second-reading' });
    expect(made.refusal(read('2026-05', '2026-05-31', '140'))).toMatchObject({ code: 'second-reading' });
    expect(made.refusal(estimate('2026-06', '2026-05-31', { use: '1' }))).toMatchObject({
      code: 'reading-out-of-order',
    });
    expect(given(opened, install()).refusal(estimate('2026-03', '2026-03-31', { readings: 3 }))).toEqual({
      code: 'nothing-to-average',
      meter: 'E1',
    });
    expect(made.refusal(estimate('2026-06', '2026-06-30', { use: '-1' }))).toEqual({ code: 'reading-negative' });
  });

  it('does not bind what is read later, and what is corrected is none', () => {
    const made = given(opened, ...usual, estimate('2026-05', '2026-05-31', { use: '300' }));
    expect(made.events(read('2026-06', '2026-06-30', '130'))).toHaveLength(1);
    expect(made.refusal(read('2026-06', '2026-06-30', '124'))).toMatchObject({
      code: 'reading-backwards',
      before: '125',
    });
    expect(made.events(replace('2026-06-10', '130'))).toHaveLength(1);
    const [, anew] = made.events({ type: 'CorrectReading', meter: 'E1', period: '2026-05', reading: '155' });
    expect(anew?.body).toEqual({ meter: 'E1', period: '2026-05', on: '2026-05-31', reading: '155' });
  });

  it('above the most that the meter can count is refused, since it is charged at once', () => {
    const bounded = given(opened, install({ multiplier: '10', reading: '100', from: '2026-02-28', maximum: '300' }));
    // 310 in 31 days.
    expect(bounded.events(estimate('2026-03', '2026-03-31', { use: '310' }))).toHaveLength(1);
    expect(bounded.refusal(estimate('2026-03', '2026-03-31', { use: '311' }))).toMatchObject({
      ...{ code: 'reading-implausible', reason: 'above-maximum', quantity: '311', expected: '310' },
    });
  });

  it('keeps its use when the reading before it is corrected', () => {
    const slip = read('2026-05', '2026-05-31', '1400');
    const made = given(opened, ...usual, slip, estimate('2026-06', '2026-06-30', { use: '150' }));
    expect(
      made.events({ type: 'CorrectReading', meter: 'E1', period: '2026-05', reading: '140' }).slice(2),
    ).toMatchObject([
      { type: 'meter.read', body: { period: '2026-05', reading: '140' } },
      { type: 'meter.read', body: { period: '2026-06', reading: '155', estimated: { by: '指定' } } },
    ]);
  });
});

describe('a reading that is held for its use', () => {
  const bounded = [opened, install({ maximum: '100', reading: '0' })] as const;
  const held = { ...read('2026-03', '2026-03-22', '200'), whenImplausible: 'hold-above-maximum' } as LedgerCommand;
  const confirm: LedgerCommand = { type: 'ConfirmReading', meter: 'E1', period: '2026-03' };

  it('is confirmed once, or corrected', () => {
    expect(given(...bounded).events(held)).toMatchObject([
      { body: { review: { reason: 'above-maximum', quantity: '200', expected: '100' } } },
    ]);
    const waiting = given(...bounded, held);
    expect(waiting.events(confirm)).toMatchObject([{ type: 'meter.reading-confirmed', body: { record: 3 } }]);
    expect(given(...bounded, held, confirm).when(confirm)).toEqual(nothing);
    expect(
      given(...bounded, held, confirm)
        .book()
        .meters.get('E1')?.records[0],
    ).not.toHaveProperty('review');
    const [, anew] = waiting.events({ type: 'CorrectReading', meter: 'E1', period: '2026-03', reading: '200' });
    expect(anew?.body).not.toHaveProperty('review');
    expect(waiting.refusal({ ...confirm, period: '2026-04' })).toMatchObject({ code: 'unknown-reading' });
  });

  it('is refused where that is asked for, and taken where somebody has looked at it', () => {
    expect(given(...bounded).refusal(read('2026-03', '2026-03-22', '200'))).toMatchObject({
      code: 'reading-implausible',
      reason: 'above-maximum',
    });
    expect(given(...bounded).events({ ...held, whenImplausible: 'take' } as LedgerCommand)[0]?.body).not.toHaveProperty(
      'review',
    );
  });
});

describe('a meter’s settings', () => {
  const change = (settings: object): LedgerCommand => ({ type: 'ChangeMeter', meter: 'E1', ...settings });

  it('are changed, each alone, a loss from a day on', () => {
    const known = given(opened, install({ maximum: '9' }), change({ loss: { from: '2026-04-01', percent: '5.0' } }));
    expect(known.book().meters.get('E1')?.meter).toMatchObject({
      maximum: '9',
      losses: [{ from: '2026-04-01', percent: '5' }],
    });
    expect(known.events(change({ maximum: null, loss: { from: '2026-03-01', quantity: '2' } }))[0]?.body).toEqual({
      ...known.book().meters.get('E1')?.meter,
      maximum: undefined,
      losses: [
        { from: '2026-03-01', quantity: '2' },
        { from: '2026-04-01', percent: '5' },
      ],
    });
    expect(known.when(change({}))).toEqual(nothing);
    expect(known.refusal(change({ loss: { from: '2026-03-01', percent: '-1' } }))).toEqual({ code: 'rate-negative' });
    expect(known.refusal(change({ maximum: '0' }))).toEqual({ code: 'factor-not-positive' });
  });

  it('name a meter above it, of its kind, that does not lead back', () => {
    const above = install({ meter: 'E0', resource: null });
    const known = given(opened, above, install({ parent: 'E0' }));
    expect(known.book().meters.get('E1')?.meter.parent).toBe('E0');
    expect(known.refusal(change({ meter: 'E0', parent: 'E1' }))).toMatchObject({ code: 'parent-unfit' });
    expect(known.refusal(change({ parent: 'E1' }))).toMatchObject({ code: 'parent-unfit' });
    expect(known.refusal(change({ parent: 'E9' }))).toEqual({ code: 'unknown-meter', meter: 'E9' });
    const water = given(opened, { type: 'InstallMeter', meter: { ...meter, meter: 'W1', kind: '水表' } }, install());
    expect(water.refusal(change({ parent: 'W1' }))).toMatchObject({ code: 'parent-unfit' });
  });
});

describe('a pool', () => {
  const standard = (over: object = {}): LedgerCommand => ({
    type: 'DefineStandard',
    standard: {
      standard: 'GD',
      name: '梯灯公摊',
      item: '公摊电费',
      method: '公摊',
      dueDay: 28,
      rounding: '分',
      priority: 6,
      prices: [{ price: '9', from: '2020-01-01', to: null }],
      ...over,
    },
  });
  const pool = { pool: 'TD', standard: 'GD', scope: '单元', building: '01', entrance: '1', sharing: '户数' } as const;
  const define = (over: object = {}): LedgerCommand => ({ type: 'DefinePool', pool: { ...pool, ...over } });
  const set = (amount: bigint, period = '2026-03'): LedgerCommand => ({
    type: 'SetPoolAmount',
    pool: 'TD',
    period,
    amount,
  });

  it('has a standard of its kind, whose price says nothing, and a whole scope', () => {
    expect(given(opened).events(standard())).toMatchObject([{ body: { prices: [{ price: '0' }] } }]);
    expect(given(opened).refusal(define())).toEqual({ code: 'unknown-standard', standard: 'GD' });
    expect(given(opened, standard({ method: '固定金额' })).refusal(define())).toEqual({
      code: 'not-a-pool-standard',
      standard: 'GD',
    });
    const known = given(opened, standard());
    expect(known.refusal(define({ entrance: null }))).toEqual({ code: 'scope-incomplete', pool: 'TD' });
    expect(known.refusal(define({ sharing: '用量' }))).toEqual({ code: 'meter-kind-missing', standard: 'GD' });
    expect(known.events(define({ scope: '楼栋' }))).toMatchObject([{ body: { building: '01', entrance: null } }]);
    expect(given(opened, standard(), define()).when(define())).toEqual(nothing);
    expect(given(opened, standard(), define()).refusal(define({ sharing: '面积' }))).toMatchObject({
      code: 'pool-exists',
    });
  });

  it('has one amount for an open 账期, until it is withdrawn', () => {
    const known = given(opened, standard(), define());
    expect(known.refusal(set(0n))).toEqual({ code: 'amount-not-positive' });
    expect(known.refusal(set(1n, '2026-02'))).toMatchObject({ code: 'before-first-period' });
    const amount = given(opened, standard(), define(), set(100n));
    expect(amount.when(set(100n))).toEqual(nothing);
    expect(amount.refusal(set(101n))).toMatchObject({ code: 'pool-amount-exists' });
    expect(amount.refusal({ type: 'WithdrawPool', pool: 'TD' })).toEqual({ code: 'pool-in-use', pool: 'TD' });
    const gone = given(opened, standard(), define(), set(100n), {
      type: 'WithdrawPoolAmount',
      pool: 'TD',
      period: '2026-03',
    });
    expect(gone.events(set(101n))).toHaveLength(1);
    expect(gone.events({ type: 'WithdrawPool', pool: 'TD' })).toHaveLength(1);
  });

  it('keeps its amount while a share of it stands', () => {
    const shared = given(
      opened,
      standard(),
      define(),
      set(100n),
      monthly('2026-03', { binding: 'B1', subject: { pool: 'TD' } }),
    );
    const take: LedgerCommand = { type: 'WithdrawPoolAmount', pool: 'TD', period: '2026-03' };
    expect(shared.refusal(take)).toEqual({ code: 'pool-in-use', pool: 'TD' });
  });
});

describe('a pool with meters, members or vacancies', () => {
  const standard: LedgerCommand = {
    type: 'DefineStandard',
    standard: {
      ...{
        standard: 'GD',
        name: '梯灯公摊',
        item: '公摊电费',
        method: '公摊',
        dueDay: 28,
        rounding: '分',
        priority: 6,
      },
      prices: [{ price: '0', from: '2020-01-01', to: null }],
    },
  };
  const pool = { pool: 'TD', standard: 'GD', scope: '项目', building: null, entrance: null, sharing: '户数' } as const;
  const define = (over: object = {}): LedgerCommand => ({ type: 'DefinePool', pool: { ...pool, ...over } });
  const change = (over: object = {}): LedgerCommand => ({ type: 'ChangePool', pool: { ...pool, ...over } });
  const price = (value: string, from: string) => ({ price: value, from, to: null });
  const metered = { scope: '仪表', meters: ['E1'], prices: [price('0.50', '2026-01-01')] };
  const set: LedgerCommand = { type: 'SetPoolAmount', pool: 'TD', period: '2026-03', amount: 100n };
  const set0 = given(opened, standard, install());

  it('says all that it needs, and nothing that it does not', () => {
    const members = [
      { resource: 'R2', weight: '1.50' },
      { resource: 'R1', weight: '0' },
    ];
    const floors = [{ floor: '1', weight: '0.0' }];
    expect(set0.events(define({ ...metered, members, floors, developer: 'K1' }))[0]?.body).toEqual({
      ...pool,
      ...{ scope: '仪表', meters: ['E1'], prices: [price('0.5', '2026-01-01')] },
    });
    expect(set0.events(define({ scope: '资源', members }))[0]?.body).toMatchObject({
      members: [{ resource: 'R1' }, { resource: 'R2' }],
    });
    expect(set0.events(define({ sharing: '系数', members, prices: metered.prices }))[0]?.body).toEqual({
      ...pool,
      ...{
        sharing: '系数',
        members: [
          { resource: 'R1', weight: '0' },
          { resource: 'R2', weight: '1.5' },
        ],
      },
    });
    for (const [over, code] of [
      [{ scope: '仪表' }, 'scope-incomplete'],
      [{ scope: '资源' }, 'scope-incomplete'],
      [{ ...metered, meters: ['E9'] }, 'unknown-meter'],
      [{ ...metered, prices: [] }, 'pool-without-price'],
      [{ ...metered, prices: [price('-1', '2026-01-01')] }, 'price-negative'],
      [{ ...metered, prices: [price('1', '2026-01-01'), price('2', '2026-02-01')] }, 'prices-overlap'],
      [{ sharing: '系数' }, 'weights-missing'],
      [{ sharing: '比例', members: [{ resource: 'R1' }] }, 'weights-missing'],
      [{ sharing: '楼层' }, 'weights-missing'],
      [{ sharing: '楼层', floors: [{ floor: '1', weight: '-1' }] }, 'rate-negative'],
      [{ sharing: '楼层', floors: [...floors, ...floors] }, 'weight-twice'],
      [{ vacant: '开发商' }, 'developer-missing'],
    ] as const)
      expect(set0.refusal(define(over))).toMatchObject({ code });
  });

  it('is changed as a whole, and has new prices', () => {
    const known = given(opened, standard, install(), define(metered));
    expect(known.refusal(set)).toEqual({ code: 'pool-has-meters', pool: 'TD' });
    expect(known.when(change(metered))).toEqual(nothing);
    expect(known.events(change({ vacant: '计入' }))).toMatchObject([
      { type: 'pool.changed', body: { vacant: '计入' } },
    ]);
    const dearer: LedgerCommand = { type: 'AddPoolPrice', pool: 'TD', price: price('0.6', '2026-07-01') };
    expect(known.events(dearer)[0]?.body).toMatchObject({
      prices: [
        { price: '0.5', to: '2026-06-30' },
        { price: '0.6', to: null },
      ],
    });
    expect(known.refusal({ ...dearer, price: price('-1', '2026-07-01') })).toEqual({ code: 'price-negative' });
    const amount = given(opened, standard, install(), define(), set);
    expect(amount.refusal(change(metered))).toEqual({ code: 'pool-in-use', pool: 'TD' });
    expect(amount.refusal(dearer)).toEqual({ code: 'pool-has-no-meters', pool: 'TD' });
    expect(amount.refusal(change({ pool: 'P9' }))).toEqual({ code: 'unknown-pool', pool: 'P9' });
  });

  it('is withdrawn while no share of it stands', () => {
    const share = monthly('2026-03', { binding: 'B1', subject: { pool: 'TD' } });
    const away: LedgerCommand = { type: 'WithdrawPool', pool: 'TD' };
    expect(given(opened, standard, install(), define(metered), share).refusal(away)).toMatchObject({
      code: 'pool-in-use',
    });
    expect(given(opened, standard, install(), define(metered)).events(away)).toHaveLength(1);
  });
});

describe('a standard', () => {
  const tiered = (over: object = {}): LedgerCommand => ({
    type: 'DefineStandard',
    standard: {
      standard: 'SF',
      name: '居民水费',
      item: '水费',
      method: '用量阶梯',
      dueDay: 28,
      rounding: '分',
      priority: 5,
      prices: [{ price: '0', from: '2020-01-01', to: null }],
      meterKind: '水表',
      tiers: [
        { above: '15.00', price: '4.15' },
        { above: '0', price: '2.750' },
      ],
      lateFee: { dailyRate: '0.50', graceDays: 15, capPercent: null },
      ...over,
    },
  });

  it('keeps tiers in order, and nothing that says nothing', () => {
    const [event] = given(opened).events(tiered({ cycle: '月' }));
    expect(event?.body).toEqual({
      standard: 'SF',
      name: '居民水费',
      item: '水费',
      method: '用量阶梯',
      dueDay: 28,
      rounding: '分',
      priority: 5,
      prices: [{ price: '0', from: '2020-01-01', to: null }],
      meterKind: '水表',
      tiers: [
        { above: '0', price: '2.75' },
        { above: '15', price: '4.15' },
      ],
      lateFee: { dailyRate: '0.5', graceDays: 15, capPercent: null },
    });
  });

  it.each([
    ['no kind of meter', { meterKind: undefined }, 'meter-kind-missing'],
    [
      'two tiers from one usage on',
      {
        tiers: [
          { above: '5', price: '1' },
          { above: '5.0', price: '2' },
        ],
      },
      'tiers-overlap',
    ],
    ['a tier below zero', { tiers: [{ above: '-1', price: '1' }] }, 'price-negative'],
    [
      'a least open amount below zero',
      { lateFee: { dailyRate: '0.5', graceDays: 0, capPercent: null, leastOpen: '-0.01' } },
      'rate-negative',
    ],
    ['a rate below zero', { lateFee: { dailyRate: '-0.5', graceDays: 0, capPercent: null } }, 'rate-negative'],
  ])('with %s is refused', (_, over, code) => {
    expect(given(opened).refusal(tiered(over))).toMatchObject({ code });
  });
});
