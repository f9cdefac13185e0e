import type { Standard } from '@propledger/contracts';
import type { LedgerCommand } from '../ledger/commands';
import { TWO } from '../../testing/approvals';
import { limits, newCharge, opened, undoing } from '../../testing/commands';
import { given } from '../../testing/given';

const standard = (over: Partial<Standard> = {}): Standard => ({
  standard: 'S1',
  name: '物业费 多层',
  item: '物业费',
  method: '面积单价',
  dueDay: 10,
  rounding: '分',
  priority: 1,
  prices: [{ price: '1.5', from: '2020-01-01', to: null }],
  ...over,
});
const define = (over: Partial<Standard> = {}): LedgerCommand => ({ type: 'DefineStandard', standard: standard(over) });
const change = (over: Partial<Standard> = {}): LedgerCommand => ({ type: 'ChangeStandard', standard: standard(over) });
const price = (value: string, from: string, to: string | null = null) => ({ price: value, from, to });
const addPrice = (added: ReturnType<typeof price>, code = 'S1'): LedgerCommand => ({
  type: 'AddPrice',
  standard: code,
  price: added,
});
const withdraw = (code = 'S1'): LedgerCommand => ({ type: 'WithdrawStandard', standard: code });
const bind = (binding: string, from: string, to: string | null, over = {}): LedgerCommand => ({
  type: 'MakeBinding',
  binding: { binding, resource: 'R1', standard: 'S1', from, to, ...over },
});
const end = (binding: string, lastDay: string): LedgerCommand => ({ type: 'EndBinding', binding, lastDay });
const unbind = (binding: string): LedgerCommand => ({ type: 'WithdrawBinding', binding });

const badPrices: [string, Standard['prices'], object][] = [
  ['no price', [], { code: 'standard-without-price', standard: 'S1' }],
  ['a negative price', [price('-0.01', '2026-01-31', '2026-01-01')], { code: 'price-negative' }],
  [
    'an end before its beginning',
    [price('1', '2026-01-31', '2026-01-01'), price('1', '2026-01-01')],
    { code: 'range-reversed' },
  ],
  [
    'two prices on one day',
    [price('2', '2026-01-31'), price('1', '2026-01-01', '2026-01-31')],
    { code: 'prices-overlap', standard: 'S1', from: '2026-01-31' },
  ],
];

describe('a standard', () => {
  it('is defined with its prices in order and in their shortest form', () => {
    const prices = [price('2.00', '2026-02-01'), price('1.50', '2020-01-01', '2026-01-31')];
    expect(given(opened).when(define({ prices }))).toEqual({
      accepted: true,
      events: [
        {
          type: 'standard.defined',
          effectiveDate: '2020-01-01',
          accountingPeriod: null,
          reversesPosition: null,
          body: standard({ prices: [price('1.5', '2020-01-01', '2026-01-31'), price('2', '2026-02-01')] }),
        },
      ],
    });
  });

  it('defined again with the same content needs no event, with other content is refused', () => {
    const history = given(opened, define());
    expect(history.events(define({ prices: [price('1.50', '2020-01-01')] }))).toEqual([]);
    for (const over of [{ priority: 2 }, { item: '垃圾费' }, { prices: [] }])
      expect(history.refusal(define(over))).toEqual({ code: 'standard-exists', standard: 'S1' });
  });

  it.each(badPrices)('is refused with %s', (_, prices, rejection) => {
    expect(given(opened).refusal(define({ prices }))).toEqual(rejection);
    expect(given(opened, define()).refusal(change({ prices }))).toEqual(rejection);
  });

  it('may be free of charge', () => {
    expect(given(opened).when(define({ prices: [price('0', '2026-01-01')] })).accepted).toBe(true);
  });

  it('says of its options only what is no default, in the shortest form', () => {
    const options = {
      roundingMode: '进位',
      areaKind: '套内面积',
      surcharge: '5',
      minimum: '10',
      maximum: '20',
    } as const;
    const typed = { ...options, surcharge: '5.00', minimum: '10.0', maximum: '20.50' };
    expect(given(opened).events(define(typed))).toMatchObject([{ body: { ...options, maximum: '20.5' } }]);
    const none = { roundingMode: '四舍五入', areaKind: '计费面积', surcharge: '0.00', minimum: '0' } as const;
    expect(given(opened).events(define(none))).toMatchObject([{ body: standard() }]);
    expect(given(opened, define()).events(define(none))).toEqual([]);
  });

  it.each([
    [
      { minimum: '10', maximum: '9.99' },
      { code: 'maximum-below-minimum', standard: 'S1' },
    ],
    [{ surcharge: '-1' }, { code: 'price-negative' }],
    [
      { method: '固定金额', areaKind: '套内面积' },
      { code: 'not-for-method', standard: 'S1', member: 'areaKind' },
    ],
    [
      { method: '公摊', minimum: '1' },
      { code: 'not-for-method', standard: 'S1', member: 'minimum' },
    ],
  ] as const)('is refused with options that do not fit, %#', (over, rejection) => {
    expect(given(opened).refusal(define(over))).toEqual(rejection);
    expect(given(opened, define()).refusal(change(over))).toEqual(rejection);
  });

  it('changes as a whole, and not when nothing changes', () => {
    const history = given(opened, define());
    expect(history.events(change({ priority: 7 }))).toMatchObject([
      { type: 'standard.changed', body: { priority: 7 } },
    ]);
    expect(history.events(change())).toEqual([]);
    expect(history.refusal(change({ standard: 'S9', prices: [] }))).toEqual({
      code: 'unknown-standard',
      standard: 'S9',
    });
    expect(
      given(opened, define(), change({ priority: 7 }))
        .book()
        .standards.get('S1'),
    ).toEqual({
      code: 'S1',
      standard: standard({ priority: 7 }),
      position: 3,
      withdrawn: false,
    });
  });

  it('takes a new price, which ends the one that was open', () => {
    const history = given(opened, define());
    expect(history.events(addPrice(price('1.80', '2026-07-01')))).toMatchObject([
      {
        type: 'standard.changed',
        effectiveDate: '2026-07-01',
        body: { prices: [price('1.5', '2020-01-01', '2026-06-30'), price('1.8', '2026-07-01')] },
      },
    ]);
    expect(history.refusal(addPrice(price('1', '2026-07-01', '2026-12-31')))).toMatchObject({ code: 'prices-overlap' });
    expect(history.refusal(addPrice(price('1', '2020-01-01')))).toMatchObject({ code: 'prices-overlap' });
    expect(history.refusal(addPrice(price('-1', '2026-07-01')))).toEqual({ code: 'price-negative' });
    expect(history.refusal(addPrice(price('-1', '2026-07-01'), 'S9'))).toEqual({
      code: 'unknown-standard',
      standard: 'S9',
    });
    expect(history.when(addPrice(price('1', '2019-01-01', '2019-12-31'))).accepted).toBe(true);
  });

  it('is withdrawn while nothing is bound to it, and may be defined anew', () => {
    const bound = given(opened, define(), bind('B1', '2026-01-01', null));
    expect(bound.refusal(withdraw())).toEqual({ code: 'standard-in-use', standard: 'S1', binding: 'B1' });
    expect(bound.refusal(withdraw('S9'))).toEqual({ code: 'unknown-standard', standard: 'S9' });
    const free = given(opened, define(), bind('B1', '2026-01-01', null), unbind('B1'), withdraw());
    for (const command of [withdraw(), change(), addPrice(price('2', '2026-07-01'))])
      expect(free.refusal(command)).toEqual({ code: 'unknown-standard', standard: 'S1' });
    expect(free.refusal(bind('B2', '2026-01-01', null))).toEqual({ code: 'unknown-standard', standard: 'S1' });
    expect(free.events(define({ priority: 9 }))).toMatchObject([{ type: 'standard.defined' }]);
  });
});

describe('a binding', () => {
  it('is made once: the same content again needs no event', () => {
    const history = given(opened, define(), bind('B1', '2026-01-01', null));
    expect(history.log[2]).toMatchObject({
      type: 'binding.made',
      effectiveDate: '2026-01-01',
      body: { binding: 'B1', resource: 'R1', standard: 'S1', from: '2026-01-01', to: null },
    });
    expect(history.events(bind('B1', '2026-01-01', null))).toEqual([]);
  });

  it.each([
    [bind('B1', '2026-02-01', '2026-01-01', { standard: 'S9' }), { code: 'binding-exists', binding: 'B1' }],
    [bind('B2', '2026-02-01', '2026-01-01', { standard: 'S9' }), { code: 'range-reversed' }],
    [bind('B2', '2026-01-31', null, { standard: 'S9' }), { code: 'unknown-standard', standard: 'S9' }],
    [bind('B2', '2026-01-31', null), { code: 'bindings-overlap', binding: 'B1' }],
  ])('is refused %#', (command, rejection) => {
    expect(given(opened, define(), bind('B1', '2026-01-01', '2026-01-31')).refusal(command)).toEqual(rejection);
  });

  it('may share days with one of another resource or standard, or one that was withdrawn', () => {
    const history = given(opened, define(), define({ standard: 'S2' }), bind('B1', '2026-01-01', null));
    expect(history.when(bind('B2', '2026-01-01', null, { resource: 'R2' })).accepted).toBe(true);
    expect(history.when(bind('B2', '2026-01-01', null, { standard: 'S2' })).accepted).toBe(true);
    const withdrawn = given(opened, define(), bind('B1', '2026-01-01', null), unbind('B1'));
    expect(withdrawn.when(bind('B2', '2026-01-01', null)).accepted).toBe(true);
    expect(withdrawn.refusal(bind('B1', '2026-01-01', null))).toEqual({ code: 'binding-exists', binding: 'B1' });
  });

  it('ends on a last day', () => {
    const history = given(opened, define(), bind('B1', '2026-01-01', '2026-01-31'), bind('B2', '2026-03-01', null));
    expect(history.events(end('B1', '2026-02-28'))).toMatchObject([
      { type: 'binding.changed', effectiveDate: '2026-02-28', body: { binding: 'B1', to: '2026-02-28' } },
    ]);
    expect(history.events(end('B1', '2026-01-31'))).toEqual([]);
    expect(history.refusal(end('B1', '2025-12-31'))).toEqual({ code: 'range-reversed' });
    expect(history.refusal(end('B1', '2026-03-01'))).toEqual({ code: 'bindings-overlap', binding: 'B2' });
    expect(history.refusal(end('B9', '2026-03-01'))).toEqual({ code: 'unknown-binding', binding: 'B9' });
  });

  it('is withdrawn while no charge of it stands', () => {
    const charged: LedgerCommand = {
      type: 'RaiseCharges',
      origin: 'run',
      period: '2026-03',
      effectiveOn: '2026-03-01',
      computedFrom: { standards: new Map(), bindings: new Map() },
      charges: [newCharge({ binding: 'B1' })],
    };
    const commands = [opened, define(), bind('B1', '2026-01-01', null), charged] as const;
    expect(given(...commands).refusal(unbind('B1'))).toEqual({ code: 'binding-in-use', binding: 'B1', charge: 4 });
    const withdrawn = given(...commands, undoing(4), unbind('B1'));
    expect(withdrawn.log.at(-1)).toMatchObject({ type: 'binding.withdrawn', body: { binding: 'B1' } });
    for (const command of [unbind('B1'), end('B1', '2026-03-01')])
      expect(withdrawn.refusal(command)).toEqual({ code: 'unknown-binding', binding: 'B1' });
  });
});

describe('a standard of the group in a project’s book', () => {
  const byGroup = (over: Partial<Standard>): LedgerCommand => ({
    type: 'ChangeStandard',
    standard: standard({ ...over, ofGroup: true }),
    ofGroup: true,
  });

  it('changes with the group’s alone, unless that lets it be changed', () => {
    const history = given(opened, define({ ofGroup: true }));
    expect(history.refusal(change({ dueDay: 20 }))).toEqual({ code: 'standard-of-group', standard: 'S1' });
    expect(history.refusal(addPrice(price('2', '2026-03-01')))).toEqual({ code: 'standard-of-group', standard: 'S1' });
    expect(history.events(byGroup({ dueDay: 20 }))).toMatchObject([
      { type: 'standard.changed', body: { dueDay: 20, ofGroup: true } },
    ]);
  });

  it('is the project’s own once it has changed it, from a day on with the prices before', () => {
    const own = given(opened, define({ ofGroup: true, overridable: true }), addPrice(price('2', '2026-03-01')));
    expect(own.log[2]?.body).toEqual(
      standard({ prices: [price('1.5', '2020-01-01', '2026-02-28'), price('2', '2026-03-01')] }),
    );
    expect(own.events(byGroup({ dueDay: 20 }))).toEqual([]);
    expect(own.when(change({ dueDay: 5 })).accepted).toBe(true);
  });

  it('stays the group’s where a project changes nothing of it', () => {
    const history = given(opened, define({ ofGroup: true, overridable: true }));
    expect(history.events(change({ ofGroup: true, overridable: true }))).toEqual([]);
  });
});

describe('a vacancy', () => {
  const declare = (id: string, from: string, to: string | null, resource = 'R1'): LedgerCommand => ({
    type: 'DeclareVacancy',
    vacancy: { vacancy: id, resource, from, to },
  });
  const days = (id: string, from: string, to: string | null): LedgerCommand => ({
    type: 'ChangeVacancy',
    vacancy: id,
    from,
    to,
  });
  const never = (id: string): LedgerCommand => ({ type: 'WithdrawVacancy', vacancy: id });

  it('is declared, once', () => {
    const history = given(opened, declare('V1', '2026-03-05', null));
    expect(history.log[1]).toMatchObject({
      type: 'vacancy.declared',
      effectiveDate: '2026-03-05',
      body: { vacancy: 'V1', resource: 'R1', from: '2026-03-05', to: null },
    });
    expect(history.events(declare('V1', '2026-03-05', null))).toEqual([]);
    expect(history.refusal(declare('V1', '2026-03-06', null))).toEqual({ code: 'vacancy-exists', vacancy: 'V1' });
    expect(history.refusal(declare('V2', '2026-03-06', '2026-03-05'))).toEqual({ code: 'range-reversed' });
    expect(history.refusal(declare('V2', '2026-01-01', '2026-03-05'))).toEqual({
      code: 'vacancies-overlap',
      vacancy: 'V1',
    });
    expect(history.when(declare('V2', '2026-01-01', '2026-03-04')).accepted).toBe(true);
    expect(history.when(declare('V2', '2026-01-01', null, 'R2')).accepted).toBe(true);
  });

  it('ends, is corrected, or was never so', () => {
    const history = given(opened, declare('V1', '2026-03-05', null), declare('V2', '2026-01-01', '2026-01-31'));
    expect(history.events(days('V1', '2026-03-05', '2026-03-15'))).toMatchObject([
      { type: 'vacancy.ended', effectiveDate: '2026-03-15', body: { vacancy: 'V1', resource: 'R1', to: '2026-03-15' } },
    ]);
    expect(history.events(days('V1', '2026-03-01', null))).toMatchObject([{ type: 'vacancy.changed' }]);
    expect(history.events(days('V2', '2026-01-01', '2026-02-10'))).toMatchObject([{ type: 'vacancy.changed' }]);
    expect(history.events(days('V1', '2026-03-05', null))).toEqual([]);
    expect(history.refusal(days('V1', '2026-01-31', null))).toEqual({ code: 'vacancies-overlap', vacancy: 'V2' });
    expect(history.refusal(days('V1', '2026-03-05', '2026-03-04'))).toEqual({ code: 'range-reversed' });
    const gone = given(opened, declare('V1', '2026-03-05', null), never('V1'));
    expect(gone.log.at(-1)).toMatchObject({ type: 'vacancy.withdrawn', body: { vacancy: 'V1' } });
    expect(gone.when(declare('V2', '2026-03-05', null)).accepted).toBe(true);
    for (const command of [never('V1'), days('V1', '2026-03-05', null)])
      expect(gone.refusal(command)).toEqual({ code: 'unknown-vacancy', vacancy: 'V1' });
  });

  it('takes two people where the project says so: more vacant days, not fewer', () => {
    const one = given(opened, declare('V1', '2026-03-05', null), limits({ vacancies: true }));
    expect(one.log[2]).toMatchObject({ body: { limits: { vacancies: true } } });
    const asked = { code: 'approval-required', kind: 'vacancy', amount: null, limit: null };
    expect(one.refusal(declare('V2', '2026-03-01', '2026-03-04'))).toEqual(asked);
    expect(one.refusal(days('V1', '2026-03-01', null))).toEqual(asked);
    expect(one.when(days('V1', '2026-03-05', '2026-03-15')).accepted).toBe(true);
    expect(one.when(never('V1')).accepted).toBe(true);
    expect(one.when(declare('V2', '2026-03-01', '2026-03-04'), TWO)).toMatchObject({
      accepted: true,
      events: [{ body: { vacancy: 'V2', approval: TWO } }],
    });
  });
});

describe('rates of vacancy', () => {
  const rates = (...vacancyRates: { from: string; percent: string; payer?: '业主' }[]) => define({ vacancyRates });

  it('stand in the standard by their day', () => {
    const [first, second] = [
      { from: '2026-01-01', percent: '70.0' },
      { from: '2026-04-01', percent: '50', payer: '业主' as const },
    ];
    expect(given(opened, rates(second, first)).log[1]).toMatchObject({
      body: { vacancyRates: [{ from: '2026-01-01', percent: '70' }, second] },
    });
  });

  it.each<[LedgerCommand, object]>([
    [
      rates({ from: '2026-01-01', percent: '100.01' }),
      { code: 'vacancy-percent-out-of-range', standard: 'S1', percent: '100.01' },
    ],
    [
      rates({ from: '2026-01-01', percent: '-1' }),
      { code: 'vacancy-percent-out-of-range', standard: 'S1', percent: '-1' },
    ],
    [
      rates({ from: '2026-01-01', percent: '70' }, { from: '2026-01-01', percent: '50' }),
      { code: 'vacancy-rates-overlap', standard: 'S1', from: '2026-01-01' },
    ],
    [
      define({ method: '公摊', vacancyRates: [{ from: '2026-01-01', percent: '70' }] }),
      { code: 'not-for-method', standard: 'S1', member: 'vacancyRates' },
    ],
  ])('are refused %#', (command, rejection) => {
    expect(given(opened).refusal(command)).toEqual(rejection);
  });
});

describe('what a binding has of its own', () => {
  const own =
    (standardOf = 'S1') =>
    (value: string | null, from: string, to: string | null = null) =>
      ({ type: 'SetBindingPrice', binding: 'B1', standard: standardOf, price: value, from, to }) as const;
  const set = own();
  const payer = (who: '业主' | '租户' | null, from: string, to: string | null = null) =>
    ({ type: 'SetBindingPayer', binding: 'B1', payer: who, from, to }) as const;
  const allowing = [opened, define({ bindingPrices: true }), bind('B1', '2026-01-01', null)];
  const after = (...commands: LedgerCommand[]) =>
    given(...allowing, ...commands)
      .book()
      .bindings.get('B1')?.binding;

  it('is a price only where its standard allows one', () => {
    const plain = given(opened, define(), bind('B1', '2026-01-01', null));
    expect(plain.refusal(set('2', '2026-03-01'))).toEqual({ code: 'price-of-standard-only', standard: 'S1' });
    const made = bind('B2', '2026-01-01', null, { resource: 'R2', prices: [price('2', '2026-01-01')] });
    expect(given(opened, define()).refusal(made)).toEqual({ code: 'price-of-standard-only', standard: 'S1' });
    expect(given(opened).refusal(define({ method: '公摊', bindingPrices: true }))).toMatchObject({
      code: 'not-for-method',
    });
  });

  it('holds for its days: what it covers of others is cut away, and null takes it back', () => {
    expect(after(set('2.50', '2026-03-01'), set('3', '2026-05-01', '2026-05-31'))?.prices).toEqual([
      price('2.5', '2026-03-01', '2026-04-30'),
      price('3', '2026-05-01', '2026-05-31'),
      price('2.5', '2026-06-01'),
    ]);
    expect(after(set('2', '2026-03-01'), set(null, '2026-04-01'))?.prices).toEqual([
      price('2', '2026-03-01', '2026-03-31'),
    ]);
    expect(after(set('2', '2026-03-01'), set(null, '2026-01-01'))).toEqual(after());
    expect(after(payer('租户', '2026-03-01'), payer('业主', '2026-04-01'))?.payers).toEqual([
      { payer: '租户', from: '2026-03-01', to: '2026-03-31' },
      { payer: '业主', from: '2026-04-01', to: null },
    ]);
  });

  it('stays when the days of the binding change, and the same again needs no event', () => {
    const twice = given(...allowing, set('2.50', '2026-03-01'), end('B1', '2026-12-31'));
    expect(twice.book().bindings.get('B1')?.binding).toMatchObject({
      to: '2026-12-31',
      prices: [price('2.5', '2026-03-01')],
    });
    expect(twice.events(set('2.5', '2026-03-01'))).toEqual([]);
  });

  it('is refused: no such binding, a negative price, months the wrong way round, two on one day', () => {
    const book = given(...allowing);
    expect(book.refusal({ ...set('2', '2026-03-01'), binding: 'B9' })).toEqual({
      code: 'unknown-binding',
      binding: 'B9',
    });
    expect(book.refusal(own('S2')('2', '2026-03-01'))).toMatchObject({ code: 'unknown-binding' });
    expect(book.refusal(set('-1', '2026-03-01'))).toEqual({ code: 'price-negative' });
    expect(book.refusal(set('1', '2026-03-01', '2026-02-28'))).toEqual({ code: 'range-reversed' });
    expect(book.refusal(payer('业主', '2026-03-01', '2026-02-28'))).toEqual({ code: 'range-reversed' });
    const twoPrices = [price('1', '2026-01-01'), price('2', '2026-02-01')];
    const twoPayers = [
      { payer: '业主', from: '2026-01-01', to: null },
      { payer: '租户', from: '2026-01-01', to: null },
    ];
    const made = (over: object) => book.refusal(bind('B2', '2026-01-01', null, { resource: 'R2', ...over }));
    expect(made({ prices: twoPrices })).toEqual({ code: 'prices-overlap', standard: 'S1', from: '2026-02-01' });
    expect(made({ payers: twoPayers })).toEqual({ code: 'payers-overlap' });
  });
});
