import { encodeAfter } from '@propledger/contracts';
import { Problem, problemResponse, type ProblemCatalogue, type ProblemKind } from '@propledger/service-kit';
import { applyDecorators } from '@nestjs/common';
import type { LedgerAnswer } from './ledger-store/answer';
import type { LedgerOutcome } from './ledger-store/ledger';
import type { Refusal } from './ledger-store/task';

const kind = (status: number, zh: string, en: string): ProblemKind => ({ status, zh, en });

/** A new refusal does not compile until it has a status and its texts here. */
const REFUSALS: Readonly<Record<Exclude<Refusal['code'], 'idempotency-key-reused'>, ProblemKind>> = {
  'unknown-project': kind(404, '没有这个项目', 'There is no such project'),
  'unknown-resource': kind(422, '没有这个资源', 'There is no such resource'),
  'unknown-customer': kind(422, '没有这个客户', 'There is no such customer'),
  'unknown-item': kind(422, '没有收费标准或租约用这个收费项目', 'No standard and no lease has this charge item'),
  'book-not-open': kind(409, '项目账簿尚未启用', 'The project’s book is not open'),
  'book-already-open': kind(409, '项目账簿已按另一启用账期启用', 'The book was opened with another first period'),
  'before-first-period': kind(422, '早于启用账期', 'Before the first accounting period'),
  'period-closed': kind(409, '账期已关账', 'The period is closed'),
  'date-after-period': kind(
    422,
    '日期晚于账期, 请用该账期最后一天或更早的日期',
    'The date is after the period: use its last day, or one before',
  ),
  'opening-closed': kind(
    409,
    '已有账期关账, 不能再录入期初数据',
    'Nothing can be brought in after a period was closed',
  ),
  'period-not-next': kind(409, '须按顺序关账', 'Periods close in order'),
  'trial-balance-not-zero': kind(409, '试算不平衡', 'The trial balance is not zero'),
  'period-not-last-closed': kind(409, '只能反关账最后一个已关账期', 'Only the last closed period can be reopened'),
  'approval-required': kind(409, '须由他人复核', 'A second person must approve this'),
  'approver-is-requester': kind(409, '申请人不能复核自己的申请', 'Nobody approves what he asked for'),
  'approval-decided': kind(409, '已复核或已拒绝', 'It was approved or rejected already'),
  'limit-negative': kind(422, '限额不能小于零', 'A limit is not negative'),
  'amount-not-positive': kind(422, '金额须大于零', 'The amount must be above zero'),
  'range-reversed': kind(422, '结束日期早于开始日期', 'The end is before the beginning'),
  'standard-exists': kind(409, '收费标准编码已存在', 'A standard with this code exists'),
  'unknown-standard': kind(422, '没有这个收费标准', 'There is no such standard'),
  'standard-in-use': kind(409, '收费标准仍有绑定', 'The standard still has bindings'),
  'standard-without-price': kind(422, '收费标准没有单价', 'The standard has no price'),
  'price-negative': kind(422, '单价不能小于零', 'A price is not negative'),
  'prices-overlap': kind(422, '同一收费标准的单价日期重叠', 'Two prices of the standard share a day'),
  'meter-kind-missing': kind(422, '收费标准没有仪表种类', 'The standard names no kind of meter'),
  'tiers-overlap': kind(422, '两档阶梯的起始用量相同', 'Two tiers begin at one usage'),
  'rate-negative': kind(422, '日率、天数、上限和损耗不能小于零', 'Rates, days and losses are not negative'),
  'not-for-method': kind(422, '此计费方式不用这一项', 'The method has no use for this'),
  'maximum-below-minimum': kind(422, '最高收费低于最低收费', 'The maximum is below the minimum'),
  'formula-missing': kind(422, '没有公式', 'There is no formula'),
  'formula-too-long': kind(422, '公式太长', 'The formula is too long'),
  'formula-unexpected': kind(422, '公式此处不能这样写', 'This cannot stand here in a formula'),
  'formula-unknown-name': kind(422, '公式中没有这个名称', 'A formula knows nothing of this name'),
  'formula-wrong-arity': kind(422, '函数的参数个数不对', 'The function takes another number of values'),
  'formula-number-too-long': kind(422, '公式中的数太长', 'A number of the formula has too many digits'),
  'formula-too-deep': kind(422, '公式嵌套过深', 'The formula is nested too deeply'),
  'formula-too-many-parts': kind(422, '公式过于复杂', 'The formula has too many parts'),
  'formula-wrong-kind': kind(
    422,
    '此处须为数而非比较, 或相反',
    'A number, not a comparison, belongs here, or the reverse',
  ),
  'formula-unit': kind(422, '取整单位须为大于零的数', 'The unit of a rounding is a number above zero'),
  'formula-division-by-zero': kind(422, '公式除以零', 'The formula divides by zero'),
  'formula-overflow': kind(422, '公式的数过大', 'The formula comes to too much'),
  'cycle-out-of-range': kind(422, '周期月数须为 2 至 60', 'A cycle has 2 to 60 months'),
  'cycle-twice': kind(422, '计费周期与周期月数只能填一个', 'A cycle is named or given in months, not both'),
  'cycle-from-unfit': kind(
    422,
    '按月或按户周年的周期没有起算月',
    'A month, or a cycle of handovers, has no month to be counted from',
  ),
  'cycle-from-missing': kind(422, '此周期须有起算月', 'The cycle needs a month to be counted from'),
  'year-rounding-unfit': kind(
    422,
    '年度取整只用于自一月起算、整除一年的周期',
    'A rounded year has cycles from January that divide it',
  ),
  'due-days-out-of-range': kind(422, '应收天数须为 0 至 366', 'Due days are 0 to 366'),
  'persons-missing': kind(422, '收费绑定须有人数', 'The binding needs a number of persons'),
  'meter-exists': kind(409, '仪表编码已存在', 'A meter with this code exists'),
  'unknown-meter': kind(422, '没有这个仪表', 'There is no such meter'),
  'meter-in-use': kind(409, '仪表已有读数或换表记录', 'The meter has readings or replacements'),
  'factor-not-positive': kind(422, '倍率、量程和最大用量须大于零', 'Multiplier, range and maximum are above zero'),
  'reading-negative': kind(422, '读数不能小于零', 'A reading is not negative'),
  'reading-backwards': kind(422, '小于上次读数, 且没有量程', 'Below the reading before, and the meter has no range'),
  'reading-out-of-order': kind(422, '不晚于上次抄表、换表或启用日期', 'Not after the reading before'),
  'unknown-reading': kind(422, '该账期没有读数', 'There is no reading for the period'),
  'second-reading': kind(409, '该仪表在此账期已有读数', 'The meter has a reading for this period'),
  'reading-implausible': kind(409, '用量异常, 请核对后确认', 'The use is implausible: look at it, and confirm it'),
  'nothing-to-average': kind(
    422,
    '此前没有实抄读数, 无从平均, 请填用量',
    'There is no reading before to take an average of: state a use',
  ),
  'parent-unfit': kind(
    422,
    '上级仪表须为同种类的另一仪表, 且不在其下',
    'A meter above is another of the same kind, and not below it',
  ),
  'record-not-latest': kind(
    409,
    '只能撤销最近一次抄表或换表',
    'Only the latest reading or replacement can be withdrawn',
  ),
  'reading-in-use': kind(409, '读数已生成应收', 'A charge of the reading stands'),
  'item-bears-no-tax': kind(422, '代收与押金不计税', 'What is collected for others, or a deposit, bears no tax'),
  'unknown-item-terms': kind(404, '收费项目自该日没有规定', 'Nothing is set for this item from that day on'),
  'unknown-developer': kind(404, '自该日没有指定开发商', 'No developer is named from that day on'),
  'deposit-not-charged': kind(
    422,
    '押金不出应收: 请收取押金',
    'The item is a deposit, which is received and never charged',
  ),
  'pool-exists': kind(409, '公摊编码已存在', 'A pool with this code exists'),
  'unknown-pool': kind(422, '没有这个公摊池', 'There is no such pool'),
  'scope-incomplete': kind(422, '范围须写明楼栋或单元', 'The scope needs a building or an entrance'),
  'not-a-pool-standard': kind(422, '收费标准的计费方式不是公摊', 'The standard is not one of 公摊'),
  'pool-has-meters': kind(409, '公摊池的金额由仪表算出', 'The pool has its amount from its meters'),
  'pool-has-no-meters': kind(409, '公摊池没有总表, 不用单价', 'The pool has no meters, and no price'),
  'pool-without-price': kind(422, '按仪表的公摊池须有单价', 'A pool with meters needs a price'),
  'weights-missing': kind(422, '须写明各资源或各楼层的系数', 'The weights of resources or floors are missing'),
  'weight-twice': kind(422, '同一资源或楼层有两个系数', 'A resource or floor has two weights'),
  'developer-missing': kind(422, '空置由开发商承担时须写明客户', 'Name the customer who is charged for what is vacant'),
  'pool-in-use': kind(409, '公摊池已有金额或应收', 'The pool has an amount, or a charge of it stands'),
  'pool-amount-exists': kind(409, '该账期已有另一公摊金额', 'The pool has another amount for the period'),
  'unknown-pool-amount': kind(404, '该账期没有公摊金额', 'The pool has no amount for the period'),
  'standard-of-group': kind(
    409,
    '集团标准, 不允许项目覆盖: 请在集团更改, 或用另一编码',
    'A standard of the group that projects may not override: change it there, or use another code',
  ),
  'vacancy-exists': kind(409, '空置申报已存在', 'The vacancy exists'),
  'unknown-vacancy': kind(422, '没有这个空置申报', 'There is no such vacancy'),
  'vacancies-overlap': kind(409, '同一资源的空置日期重叠', 'Two vacancies of the resource share a day'),
  'vacancy-percent-out-of-range': kind(422, '空置比例须为 0 至 100', 'A rate of vacancy is 0 to 100 per cent'),
  'vacancy-rates-overlap': kind(422, '同一日起有两个空置比例', 'Two rates of vacancy from one day on'),
  'price-of-standard-only': kind(422, '收费标准不允许绑定单价', 'The standard does not allow prices of bindings'),
  'payers-overlap': kind(422, '同一绑定的付费对象日期重叠', 'Two payers of the binding share a day'),
  'binding-exists': kind(409, '收费绑定已存在', 'The binding exists'),
  'unknown-binding': kind(422, '没有这个收费绑定', 'There is no such binding'),
  'bindings-overlap': kind(
    409,
    '同一资源对同一标准的绑定日期重叠',
    'Two bindings of the resource to the standard share a day',
  ),
  'binding-in-use': kind(409, '收费绑定已有应收', 'The binding has charges'),
  'inputs-changed': kind(409, '计费依据已变动', 'What the charges were computed from has changed'),
  'copies-moved': kind(409, '计费依据已变动', 'What the charges were computed from has changed'),
  'charge-overlaps': kind(409, '这些天已有应收', 'A charge of the binding covers these days'),
  'unknown-charge': kind(422, '没有这笔应收', 'There is no such charge'),
  'discount-rule-exists': kind(409, '优惠规则编码已存在', 'A discount rule with this code exists'),
  'unknown-discount-rule': kind(422, '没有这个优惠规则', 'There is no such discount rule'),
  'discount-rule-unfit': kind(
    422,
    '优惠规则须有收费项目, 且折扣、减额、赠送月数只取其一; 赠送须有预交月数',
    'A discount rule has items, and one of per cent, amount and gift months; gift months need prepaid ones',
  ),
  'discount-rule-not-met': kind(
    422,
    '收据不在优惠期内, 或资源、客户分组不符, 或首月已出账',
    'The receipt is not of the rule’s days, resource or group, or the first month is charged already',
  ),
  'prepaid-too-little': kind(422, '预交金额不足', 'Too little is prepaid'),
  'receipt-has-discount': kind(
    409,
    '收据已享预交优惠, 须先撤销优惠',
    'A discount for prepaying was granted on the receipt: withdraw it first',
  ),
  'unknown-grant': kind(404, '没有这个预交优惠', 'There is no such discount for prepaying'),
  'bears-no-late-fee': kind(422, '违约金本身不计违约金', 'A late fee bears none itself'),
  'nothing-open': kind(422, '客户没有未收的应收', 'The customer has nothing open'),
  'unknown-freeze': kind(404, '没有这个冻结', 'There is no such freeze'),
  'freeze-ended': kind(409, '冻结已有截止日期', 'The freeze has an end already'),
  'exceeds-open': kind(422, '超过未收金额', 'More than is open'),
  'agency-bears-no-tax': kind(422, '代收款项不计税', 'What is collected for others bears no tax'),
  'tax-rate-out-of-range': kind(422, '税率须为 0 至 1 之间的小数', 'A tax rate is a fraction from zero to below one'),
  'exceeds-written-off': kind(422, '超过已核销未收回的金额', 'More than is written off and not recovered yet'),
  'write-off-is-recovered': kind(409, '核销的坏账已有收回', 'The write-off is recovered in part or whole'),
  'exceeds-settled': kind(422, '超过已结清金额', 'More than is settled'),
  'charge-is-settled': kind(409, '应收已有收款、冲抵、核销或减免', 'The charge is settled in part or whole'),
  'receipt-number-taken': kind(409, '收据号已被使用', 'The receipt number is taken'),
  'transaction-taken': kind(409, '渠道流水号已被使用', 'The channel transaction was booked before'),
  'tenders-do-not-add-up': kind(422, '各收款方式的金额之和不等于单据金额', 'The tenders do not add up to the amount'),
  'unknown-receipt': kind(404, '没有这张收据', 'There is no such receipt'),
  'exceeds-receipt': kind(422, '超过收据余额', 'More than is left of the receipt'),
  'receipt-is-refunded': kind(409, '收据已有退款', 'The receipt is refunded in part or whole'),
  'receipt-is-moved': kind(409, '收据已改归其他客户', 'The receipt belongs to another customer now'),
  'same-customer': kind(422, '已是这个客户', 'It is this customer’s already'),
  'unknown-deposit': kind(404, '没有这笔押金', 'There is no such deposit'),
  'exceeds-deposit': kind(422, '超过押金余额', 'More than is held of the deposit'),
  'deposit-is-refunded': kind(409, '押金已有退款、冲抵或没收', 'The deposit is refunded or used, in part or whole'),
  'prepayment-is-spent': kind(409, '预交款已被冲抵', 'The prepayment is spent'),
  'prepayment-is-refunded': kind(409, '预交款已退', 'The prepayment was paid back'),
  'exceeds-prepayment': kind(422, '超过预交款余额', 'More than is prepaid'),
  'prepayment-is-tied': kind(422, '预交款只能冲抵所归属资源的应收', 'The prepayment is tied to another resource'),
  'unknown-entry': kind(404, '没有这笔账', 'There is no such entry'),
  'already-reversed': kind(409, '已红冲', 'It is reversed already'),
  'date-before-entry': kind(422, '早于原单据日期', 'Before the date of the original'),
  'import-in-progress': kind(409, '项目正在导入资料', 'An import of the project is in progress'),
  'run-in-progress': kind(409, '出账尚未完成', 'A bill run has not ended'),
};

/** Billing's own problems. */
export const PROBLEMS: ProblemCatalogue = {
  ...REFUSALS,
  'run-not-at-this-point': kind(
    409,
    '出账不在可这样处理的状态',
    'The bill run is not at a point where this can be asked for',
  ),
  'run-is-settled': kind(409, '本次出账的应收已有收款、冲抵、核销或减免', 'Charges of the run are settled'),
  'correction-too-large': kind(
    422,
    '差额过多, 请按账期或标准分次更正',
    'Too many differences: correct period by period, or standard by standard',
  ),
  'import-held': kind(409, '项目正被另一导入占用', 'Another import holds one of these projects'),
  'import-over': kind(409, '这个导入已结束', 'This import is over already'),
};

/** Documents the refusals of a command, and the two that every command may meet. */
export const Refuses = (...codes: readonly Refusal['code'][]): MethodDecorator => {
  const byStatus = new Map<number, string[]>([
    [409, ['book-held']],
    [422, ['idempotency-key-reused']],
    [404, ['not-found']],
  ]);
  for (const code of codes) {
    const status = PROBLEMS[code]?.status ?? 409;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(...[...byStatus].map(([status, names]) => problemResponse(status, names.join(', '))));
};

/** An accepted command: what it recorded, and the token that makes later answers see it. */
export interface Done {
  readonly answer: LedgerAnswer;
  readonly after: string;
}

/** @throws Problem when nothing was recorded. */
export const doneOf = (project: string, outcome: LedgerOutcome): Done => {
  switch (outcome.kind) {
    case 'accepted':
      return {
        answer: outcome.answer as LedgerAnswer,
        after: encodeAfter({ ledger: { [project]: outcome.lastPosition } }),
      };
    case 'key-reused':
      throw new Problem('idempotency-key-reused');
    case 'held':
      throw new Problem('book-held', { retryAfterSeconds: 5 });
    case 'refused':
      throw problemOf(outcome.rejection);
  }
};

/** A refusal as a problem: what it names goes into the detail, as codes and amounts. */
export const problemOf = ({ code, ...named }: Refusal): Problem => {
  const detail = Object.entries(named)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
  return new Problem(code, detail === '' ? {} : { detail });
};
