import fc from 'fast-check';
import type { ChargeDifference, LedgerCommand, NewCharge } from '../src/ledger/commands';
import { addDays } from '../src/day';
import { aimed } from './aim';
import { newCharge, opened } from './commands';

/*
 * Commands over few customers, resources, numbers and positions, so that random ones meet: receipts settle what was
 * raised, reversals find receipts, numbers are taken twice, periods close in between.
 */

/** Null once in `freq` + 1. */
const maybe = <T>(value: fc.Arbitrary<T>, freq: number): fc.Arbitrary<T | null> =>
  fc.option(value, { nil: null, freq });

const customer = fc.constantFrom('K1', 'K2');
const resource = fc.constantFrom('R1', 'R2');
const item = fc.constantFrom('物业费', '垃圾费');
const amount = fc.bigInt({ min: 1n, max: 300n });
const period = fc.constantFrom('2026-03', '2026-04', '2026-05');
const day = fc.integer({ min: -8, max: 95 }).map((days) => addDays('2026-03-01', days));
const posting = fc.constantFrom('own' as const, 'first-open' as const);
const position = fc.integer({ min: 4, max: 20 });
const receiptNo = fc.constantFrom('SJ1', 'SJ2', 'SJ3', 'SJ4');
const depositNo = fc.constantFrom('YJ1', 'YJ2');
const method = fc.constantFrom('现金', '微信');
const date = maybe(day, 3);
const few = fc.bigInt({ min: 0n, max: 60n });
const parts = fc.array(fc.record({ charge: position, amount: few }), { minLength: 1, maxLength: 2 });
const someParts = maybe(parts, 2);
const standard = fc.constantFrom('S1', 'S2');
const binding = fc.constantFrom('B1', 'B2', 'B3');
const vacancy = fc.constantFrom('V1', 'V2', 'V3');

const month = fc.constantFrom('2026-02', '2026-03', '2026-04');
const charge = fc
  .record({ customer, resource, item, month, amount, priority: fc.integer({ min: 1, max: 2 }), half: fc.boolean() })
  .map(({ month: of, half, ...rest }): NewCharge =>
    newCharge({ ...rest, from: `${of}-01`, to: half ? `${of}-14` : `${of}-28`, dueOn: `${of}-10` }),
  );
const charges = fc.array(charge, { minLength: 1, maxLength: 3 });
const subject = fc.constantFrom(undefined, undefined, { meter: 'E1' }, { pool: 'P1' });
const bound = fc
  .tuple(charge, maybe(binding, 4), subject, fc.constantFrom({}, { taxRate: '0.06' }, { forOthers: true as const }))
  .map(([of, to, about, item]): NewCharge => ({
    ...{ ...of, binding: to, ...item },
    ...(about === undefined ? {} : { subject: about }),
  }));
/** A half or whole month of a binding, computed anew; what stands is filled in later: see aim. */
const correction = fc
  .tuple(charge, binding, subject, fc.boolean())
  .map(([of, to, about, nothing]): ChargeDifference => {
    const { customer: owes, from } = of;
    const computed = { ...of, binding: to, ...(about === undefined ? {} : { subject: about }) };
    const days = { from, to: `${from.slice(0, 7)}-28` };
    return { binding: to, subject: about, days, customer: owes, standing: [], computed: nothing ? [] : [computed] };
  });
/** Of what is named later: see aim. */
const late = fc
  .record({ amount, position, before: fc.constantFrom('0.00', '0.50') })
  .map(({ before, ...of }): NewCharge => {
    const rule = { dailyRate: '0.5', graceDays: 0, capPercent: null };
    const basis = { method: '违约金' as const, late: { ...rule, amount: '0.00', segments: [], before } };
    return newCharge({ item: '违约金', amount: of.amount, subject: { charge: of.position }, basis });
  });
const tender = fc.record({ method, amount, reference: maybe(fc.constantFrom('T1', 'T2'), 1) });
const price = fc.record({
  price: fc.constantFrom('1.5', '2', '2.50'),
  from: fc.constantFrom('2026-01-01', '2026-03-01', '2026-04-01'),
  to: fc.constantFrom(null, '2026-03-31', '2026-12-31'),
});
const wholeStandard = fc.record({
  standard,
  name: fc.constant('物业费'),
  item,
  method: fc.constantFrom('固定金额' as const, '公摊' as const),
  dueDay: fc.constant(10),
  rounding: fc.constant('分' as const),
  priority: fc.constantFrom(1, 2),
  prices: fc.array(price, { minLength: 1, maxLength: 2 }),
  meterKind: fc.constantFrom(undefined, '电表'),
  bindingPrices: fc.constantFrom(undefined, true as const),
});
const reading = fc.integer({ min: 0, max: 30 }).map((value) => value.toString());
const key = fc
  .record({ resource, customer, item, month, half: fc.boolean() })
  .map(({ month: of, half, ...rest }) => ({ ...rest, from: `${of}-01`, to: half ? `${of}-14` : `${of}-28` }));

const reasonDigest = fc.constant('digest');
const discountRule = fc.record({
  rule: fc.constantFrom('Y1', 'Y2'),
  name: fc.constant('预交优惠'),
  items: fc.constant(['物业费']),
  from: fc.constant('2026-01-01'),
  to: fc.constant(null),
  prepaidMonths: fc.constantFrom(undefined, 1, 1, 3),
  amountOff: fc.constantFrom('0.10', '1.00'),
});
const is = <T extends string>(type: T) => fc.constant(type);

const money: fc.WeightedArbitrary<LedgerCommand>[] = [
  {
    weight: 5,
    arbitrary: fc.record({
      type: is('RaiseCharges'),
      origin: is('run'),
      period,
      effectiveOn: day,
      computedFrom: fc.constant({ standards: new Map<string, number>(), bindings: new Map<string, number>() }),
      charges: fc.array(bound, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: is('RaiseCharges'), origin: is('opening'), charges }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('RaiseCharges'),
      origin: is('late-fee'),
      asOf: day,
      standards: fc.constant(new Map<string, number>()),
      charges: fc.array(late, { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('RaiseCharges'),
      origin: is('manual'),
      date: day,
      posting,
      charges,
      taxRate: fc.constantFrom('0', '0.06', '0.13', '1'),
      forOthers: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: is('CorrectCharges'),
      differences: fc.array(correction, { minLength: 1, maxLength: 2 }),
      cause: fc.constant({ fact: 'price' as const, of: 'S1', reasonDigest: 'digest' }),
      date: day,
      posting,
      computedFrom: fc.constant({ standards: [], bindings: [] }),
      shared: fc.constant([]),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: is('CollectPayment'),
      receiptNo,
      date: day,
      customer,
      resource: maybe(resource, 5),
      item: maybe(item, 1),
      amount: fc.constant(null),
      tenders: fc.array(tender, { minLength: 1, maxLength: 2 }),
      posting,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: is('ReleaseAllocation'), receiptNo, parts: someParts, date: day, posting }),
  },
  { weight: 3, arbitrary: fc.record({ type: is('RefundReceipt'), receiptNo, amount, date: day, method, posting }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('MoveReceipt'),
      receiptNo,
      customer,
      resource: maybe(resource, 3),
      item: maybe(item, 1),
      date: day,
      posting,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('ApplyDeposit'), receiptNo: depositNo, parts, date: day, posting }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('ForfeitDeposit'),
      receiptNo: depositNo,
      amount: few,
      date: day,
      reasonDigest: fc.constant('digest'),
      posting,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: is('TransferCharges'), resource, customer, to: customer, date: day, posting }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: is('AllocatePrepayment'),
      customer,
      tie: maybe(resource, 5),
      parts,
      date: day,
      posting,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('ReleasePrepayment'),
      application: position,
      parts: someParts,
      date: day,
      posting,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('RefundPrepayment'),
      customer,
      tie: maybe(resource, 5),
      amount: few,
      date: day,
      method,
      posting,
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: is('ReverseReceipt'), receiptNo, date, posting }) },
  { weight: 4, arbitrary: fc.record({ type: is('ApplyPrepayments'), customer, period, date: day }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: is('BringInPrepayment'), customer, tie: maybe(resource, 5), amount }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('WriteOff'),
      charge: fc.oneof(position, key),
      amount: fc.bigInt({ min: 0n, max: 100n }),
      date: day,
      reasonDigest: fc.constant('digest'),
      posting,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('RecoverWriteOff'),
      writeOff: position,
      amount: fc.bigInt({ min: 0n, max: 60n }),
      date: day,
      method,
      posting,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('ReduceCharge'),
      kind: fc.constantFrom('waiver' as const, 'discount' as const),
      charge: position,
      amount: fc.bigInt({ min: 0n, max: 100n }),
      date: day,
      reasonDigest: fc.constant('digest'),
      posting,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('DefineDiscountRule'), rule: discountRule }) },
  { weight: 1, arbitrary: fc.record({ type: is('ChangeDiscountRule'), rule: discountRule }) },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawDiscountRule'), rule: fc.constantFrom('Y1', 'Y2') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: is('GrantDiscount'),
      rule: fc.constantFrom('Y1', 'Y2'),
      ruleAt: position,
      receiptNo,
      resource,
      groups: fc.constant([]),
      from: period,
      worth: few,
      date: day,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('WithdrawDiscountGrant'), grant: position, date: day, posting }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: is('GiveDiscounts'),
      discounts: fc.array(
        fc.record({
          charge: position,
          rule: fc.constantFrom('Y1', 'Y2'),
          grant: maybe(position, 1),
          amount: few,
          basis: fc.constant({ of: '1.00', percentOff: '10', days: 1, allDays: 1, before: '0.00' }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      date: day,
      period: maybe(period, 1),
      posting,
      computedFrom: fc.constant([]),
      reasonDigest,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('FreezeLateFees'),
      of: fc.oneof(fc.record({ customer }), fc.record({ charges: fc.array(position, { minLength: 1, maxLength: 2 }) })),
      from: day,
      reasonDigest,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('ResumeLateFees'), freeze: position, lastDay: day, reasonDigest }) },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawFreezeRecord'), record: position, reasonDigest }) },
  { weight: 3, arbitrary: fc.record({ type: is('ReverseEntry'), position, date, posting }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('ReceiveDeposit'),
      origin: is('opening'),
      receiptNo: depositNo,
      resource,
      customer,
      kind: fc.constant('装修押金'),
      date: day,
      amount,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('ReceiveDeposit'),
      origin: is('receipt'),
      receiptNo: depositNo,
      resource,
      customer,
      kind: fc.constant('装修押金'),
      date: day,
      amount,
      method,
      posting,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: is('RefundDeposit'), receiptNo: depositNo, amount, date: day, method, posting }),
  },
];

const setup: fc.WeightedArbitrary<LedgerCommand>[] = [
  { weight: 1, arbitrary: fc.record({ type: is('DefineStandard'), standard: wholeStandard }) },
  { weight: 1, arbitrary: fc.record({ type: is('ChangeStandard'), standard: wholeStandard }) },
  { weight: 1, arbitrary: fc.record({ type: is('AddPrice'), standard, price }) },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawStandard'), standard }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('SetItemTerms'),
      terms: fc.record({
        ...{ item, from: fc.constantFrom('2026-03-01', '2026-04-01') },
        class: fc.constantFrom('收入' as const, '代收' as const, '押金' as const),
        taxRate: fc.constantFrom('0', '0.0600', '1'),
        priceWithoutTax: fc.constantFrom(undefined, true as const),
        priority: fc.constantFrom(undefined, 3),
        payer: fc.constantFrom(undefined, '付费人' as const, '租户' as const),
        unsoldToDeveloper: fc.constantFrom(undefined, true as const),
        spacesWithRooms: fc.constantFrom(undefined, true as const),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawItemTerms'), item, from: fc.constant('2026-03-01') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('NameDeveloper'),
      developer: fc.record({ customer: maybe(customer, 3), from: fc.constantFrom('2026-03-01', '2026-04-01') }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawDeveloper'), from: fc.constant('2026-03-01') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('DeclareVacancy'),
      vacancy: fc.record({ vacancy, resource, from: day, to: maybe(day, 3) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('ChangeVacancy'), vacancy, from: day, to: maybe(day, 3) }) },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawVacancy'), vacancy }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('MakeBinding'),
      binding: fc.record({ binding, resource, standard, from: day, to: maybe(day, 5) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('EndBinding'), binding, lastDay: day }) },
  { weight: 1, arbitrary: fc.record({ type: is('ChangeBindingDays'), binding, from: day, to: maybe(day, 3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('SetBindingPrice'),
      ...{ binding, standard, from: day, to: maybe(day, 3), price: fc.constantFrom(null, '1.50', '3') },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('SetBindingPayer'),
      ...{ binding, from: day, to: maybe(day, 3) },
      payer: fc.constantFrom(null, '业主' as const, '租户' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawBinding'), binding }) },
  { weight: 3, arbitrary: fc.record({ type: is('CorrectReading'), meter: fc.constant('E1'), period, reading }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('InstallMeter'),
      meter: fc.record({
        meter: fc.constant('E1'),
        kind: fc.constant('电表'),
        resource: maybe(resource, 4),
        multiplier: fc.constantFrom('1', '2.50'),
        from: fc.constant('2026-02-20'),
        reading,
        range: fc.constantFrom(null, '100'),
        maximum: fc.constantFrom(undefined, '20'),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('ChangeMeter'),
      meter: fc.constant('E1'),
      maximum: fc.constantFrom(undefined, null, '10.0'),
      loss: fc.constantFrom(undefined, { from: '2026-03-01', percent: '2.50' }, { from: '2026-04-01' }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('EstimateReading'),
      meter: fc.constant('E1'),
      period,
      on: day,
      by: fc.constantFrom({ readings: 2 }, { use: '7' }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('ConfirmReading'), meter: fc.constant('E1'), period }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: is('ReadMeter'),
      reading: fc.record({ meter: fc.constant('E1'), period, on: day, reading }),
      whenImplausible: fc.constantFrom('refuse', 'hold', 'hold-above-maximum', 'take'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('ReplaceMeter'),
      replacement: fc.record({
        meter: fc.constant('E1'),
        on: day,
        oldReading: reading,
        newReading: reading,
        newMultiplier: fc.constantFrom('1', '10'),
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('WithdrawMeterRecord'), meter: fc.constant('E1'), record: position }) },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawMeter'), meter: fc.constant('E1') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('DefinePool'),
      pool: fc.record({
        pool: fc.constant('P1'),
        standard,
        scope: fc.constantFrom('项目' as const, '楼栋' as const),
        building: fc.constantFrom(null, '01'),
        entrance: fc.constant(null),
        sharing: fc.constantFrom('面积' as const, '用量' as const),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('ChangePool'),
      pool: fc.record({
        pool: fc.constant('P1'),
        standard,
        scope: fc.constantFrom('项目' as const, '仪表' as const, '资源' as const),
        building: fc.constant(null),
        entrance: fc.constant(null),
        sharing: fc.constantFrom('户数' as const, '系数' as const),
        meters: fc.constantFrom(undefined, ['E1']),
        prices: fc.constantFrom(undefined, [{ price: '0.50', from: '2026-01-01', to: null }]),
        members: fc.constantFrom(undefined, [{ resource: 'R1', weight: '1.0' }]),
        vacant: fc.constantFrom(undefined, '计入' as const, '开发商' as const),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('AddPoolPrice'), pool: fc.constant('P1'), price }) },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawPool'), pool: fc.constant('P1') }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: is('SetPoolAmount'), pool: fc.constant('P1'), period, amount: few }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('WithdrawPoolAmount'), pool: fc.constant('P1'), period }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('ClosePeriod'),
      period,
      trialBalance: fc.constant([]),
      trialBalanceHash: fc.constant('0'.repeat(64)),
    }),
  },
];

const limit = maybe(fc.bigInt({ min: -1n, max: 80n }), 3);
const approvals: fc.WeightedArbitrary<LedgerCommand>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      type: is('SetLimits'),
      limits: fc.record({
        ...{ 'write-off': limit, waiver: limit, refund: limit, correction: limit },
        vacancies: fc.boolean(),
      }),
      date: day,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: is('ReopenPeriod'), period, reasonDigest: fc.constantFrom('digest', 'alone') }),
  },
];

const anyCommand: fc.Arbitrary<LedgerCommand> = fc.oneof(...money, ...setup, ...approvals);

/** An open book with a standard S1 and a binding B1 to it until the end of 2026-04. */
export const start: readonly LedgerCommand[] = [
  opened,
  {
    type: 'DefineStandard',
    standard: {
      standard: 'S1',
      name: '物业费',
      item: '物业费',
      method: '固定金额',
      dueDay: 10,
      rounding: '分',
      priority: 1,
      prices: [{ price: '1.5', from: '2026-01-01', to: null }],
      bindingPrices: true,
    },
  },
  {
    type: 'MakeBinding',
    binding: { binding: 'B1', resource: 'R1', standard: 'S1', from: '2026-01-01', to: '2026-04-30' },
  },
];

/** That, and then any commands one after the other; refused ones leave nothing. */
export const anyHistory = (maxLength: number): fc.Arbitrary<LedgerCommand[]> =>
  fc.array(anyCommand, { minLength: 5, maxLength, size: 'max' }).map((commands) => aimed([...start, ...commands]));
