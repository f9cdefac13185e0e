import type {
  ChargeBasis,
  ChargeRaised,
  Decimal,
  DifferenceBasis,
  LateBasis,
  Loss,
  Money,
  ShareBasis,
  UsageBasis,
} from '@propledger/contracts';
import { shareAmount } from '../apportionment/share-pool';
import { lateAmount } from '../late-fee/late-fee';
import { exactUsage, withLoss } from '../meter/usage';
import {
  dividedBy,
  parseDecimal,
  parseFraction,
  plus,
  roundHalfUp,
  times,
  whole,
  ZERO,
  type Fraction,
} from '../decimal';
import { formatMoney, parseMoney, type Fen } from '../money';
import { asAgreed } from '../tariff/agreed';
import { recompute } from '../tariff/recompute';
import { withVacantDays } from '../tariff/vacancy';
import { ofRent, ofTurnover } from './explain-lease';
import { ofAgreed, ofTerms } from './explain-terms';
import { equals, percentOf, rounded, span, yuan, type Line } from './words';

/** How an amount came about, in words that whoever pays it can follow, and what it comes to when it is computed again. */
export interface Explanation {
  /** Null: nobody computed it. */
  readonly amount: Money | null;
  readonly zh: readonly string[];
  readonly en: readonly string[];
}

/**
 * Explains a charge from its basis alone: every number that stands in it was agreed, read or measured, or follows from others
 * that stand there.
 *
 * @throws RangeError when the basis is malformed
 */
export const explain = (basis: ChargeBasis): Explanation => {
  const amount = recompute(basis);
  const lines =
    amount === null ? [given(basis)] : [...linesOf(basis), basis.difference ? differs(amount) : comesTo(amount)];
  return {
    amount: amount === null ? null : formatMoney(amount),
    zh: lines.map(({ zh }) => zh),
    en: lines.map(({ en }) => en),
  };
};

/** What of an amount is tax, and whose it is; null: there is nothing to say. */
export const explainTax = ({
  net,
  tax,
  taxRate,
  forOthers,
}: Pick<ChargeRaised, 'net' | 'tax' | 'taxRate' | 'forOthers'>): Line | null => {
  if (forOthers) return { zh: '代收款项, 不计收入', en: 'Collected for others: no income' };
  if (taxRate === '0') return null;
  const rate = percentOf(taxRate);
  return {
    zh: `其中不含税 ${net} 元, 税额 ${tax} 元 (税率 ${rate}, 不含税 = 含税 ÷ (1 + 税率), 四舍五入到分)`,
    en: `Of it ${net} yuan net and ${tax} yuan tax (at ${rate}: net = all ÷ (1 + rate), rounded half up to 0.01)`,
  };
};

const linesOf = (basis: ChargeBasis): Line[] => {
  const { usage, share, late, difference } = basis;
  if (difference) return ofDifference(difference);
  if (share) return ofShare(share);
  if (late) return ofLateFee(late);
  if (usage) return ofUsage(usage, basis);
  const { turnover, rent, rounding = '分', exactBefore } = basis;
  if (turnover) return ofTurnover(turnover, rounding);
  return rent ? ofRent(rent, rounding, exactBefore === undefined ? ZERO : parseFraction(exactBefore)) : ofTerms(basis);
};

const given = ({ method }: ChargeBasis): Line =>
  method === '历史欠费'
    ? {
        zh: '由原系统转入的欠费, 金额即转入金额',
        en: 'Brought in from an older system: the amount is what was brought in',
      }
    : { zh: '人工录入的金额', en: 'The amount was entered by hand' };

const comesTo = (amount: Fen): Line => ({
  zh: `应收 ${formatMoney(amount)} 元`,
  en: `To be paid: ${formatMoney(amount)} yuan`,
});

const differs = (amount: Fen): Line =>
  amount < 0n
    ? { zh: `红冲 ${formatMoney(-amount)} 元`, en: `To be taken back: ${formatMoney(-amount)} yuan` }
    : { zh: `补差 ${formatMoney(amount)} 元`, en: `To be paid in addition: ${formatMoney(amount)} yuan` };

/** Both computations; the charges that stood keep their own. */
const ofDifference = ({ standing, before, computed, after }: DifferenceBasis): Line[] => [
  computed.length === 0
    ? { zh: '更正后不应计费', en: 'As corrected nothing is to be charged' }
    : { zh: '更正后应为:', en: 'As corrected it should have been:' },
  ...computed.flatMap(({ basis }) => linesOf(basis)),
  ...(computed.length === 0 ? [] : [{ zh: `应收共 ${after} 元`, en: `In all to be paid: ${after} yuan` }]),
  ...standing.map(({ charge, amount }): Line => ({
    zh: `已计应收 ${charge.toString()}: ${amount} 元`,
    en: `Charge ${charge.toString()} stands with ${amount} yuan`,
  })),
  { zh: `减去已计 ${before} 元`, en: `less the ${before} yuan that stand` },
];

const ofUsage = (usage: UsageBasis, basis: ChargeBasis): Line[] => {
  const { steps, quantity, loss, parts, ownPrice, vacant } = usage;
  const exact = exactUsage(parts);
  const all = asAgreed(exact, basis);
  const agreed = ofAgreed(exact, basis);
  return [
    ...ofEstimate(usage),
    ...steps.map(ofStep),
    { zh: `用量 ${quantity}`, en: `Usage ${quantity}` },
    ...(loss === undefined ? [] : [ofLoss(quantity, loss)]),
    ...(ownPrice === undefined ? [] : [{ zh: '按本户约定单价:', en: 'By the price agreed for this one:' }]),
    ...parts.map((part): Line => {
      const result = equals(exactUsage([part]));
      return {
        zh: `${part.quantity} × ${part.price} 元 ${result} 元`,
        en: `${part.quantity} × ${part.price} yuan ${result} yuan`,
      };
    }),
    ...(agreed === null
      ? []
      : [{ zh: `共 ${yuan(exact)} 元${agreed.zh}`, en: `In all ${yuan(exact)} yuan${agreed.en}` }]),
    ...ofVacantDays(all, vacant),
    rounded(vacant === undefined ? all : withVacantDays(all, vacant), basis.rounding, basis.roundingMode),
  ];
};

/** What is charged of a reading whose days were vacant in part. */
const ofVacantDays = (amount: Fraction, vacant: UsageBasis['vacant']): Line[] => {
  if (vacant === undefined) return [];
  const ofDays = vacant.ofDays.toString();
  const result = equals(withVacantDays(amount, vacant));
  const zh = vacant.parts.map(({ days, percent }) => `空置 ${days.toString()} 天按 ${percent}%`).join(', ');
  const en = vacant.parts.map(({ days, percent }) => `vacant for ${days.toString()}, charged ${percent} %`).join('; ');
  return [
    {
      zh: `用量按天平摊, ${ofDays} 天中${zh} ${result} 元`,
      en: `The usage lies on each day alike: of ${ofDays} days ${en} ${result} yuan`,
    },
  ];
};

/** That a reading was nobody's, or follows one that was. */
const ofEstimate = ({ estimated, settles }: UsageBasis): Line[] => {
  if (settles)
    return [
      {
        zh: '上次读数为估抄, 本次实抄结清估抄与实际之差',
        en: 'The reading before was an estimate: this one, which was taken, settles what it was out by',
      },
    ];
  if (estimated === undefined) return [];
  const { by, readings = 0, above } = estimated;
  const how: Line =
    by === '平均'
      ? {
          zh: `本次未能抄表, 按此前 ${readings.toString()} 次抄表的日均用量估抄`,
          en: `Nobody could take a reading: estimated by the daily use of ${readings.toString()} readings before`,
        }
      : { zh: '本次未能抄表, 按指定的用量估抄', en: 'Nobody could take a reading: estimated by a use that was stated' };
  if (above === undefined) return [how];
  return [
    how,
    {
      zh: `估抄读数 ${above} 高于此后实抄, 只计到实抄读数`,
      en: `The estimate of ${above} was above what was read later: it counts up to that alone`,
    },
  ];
};

const ofLoss = (quantity: Decimal, loss: Loss): Line => {
  const { percent, quantity: more } = loss;
  const percentage = percent === undefined ? '' : ` + ${quantity} × ${percent}%`;
  const units = more === undefined ? '' : ` + ${more}`;
  const all = withLoss(quantity, loss);
  return {
    zh: `加损耗: ${quantity}${percentage}${units} = ${all}`,
    en: `With the loss: ${quantity}${percentage}${units} = ${all}`,
  };
};

const ofStep = ({ from, to, added, multiplier }: UsageBasis['steps'][number], at: number): Line => {
  const times = multiplier === '1' ? '' : ` × ${multiplier}`;
  const past = added === null ? '' : ` + ${added}`;
  const zh = at === 0 ? '读数' : '换表后读数';
  const en = at === 0 ? 'Reading' : 'Reading of the new meter';
  return {
    zh: `${zh} ${from} 至 ${to}: (${to} − ${from}${past})${times}${added === null ? '' : ' (已过量程)'}`,
    en: `${en} from ${from} to ${to}: (${to} − ${from}${past})${times}${added === null ? '' : ' (the dial has passed its end)'}`,
  };
};

const ofShare = (share: ShareBasis): Line[] => {
  const { amount, weight, total, extra, byDays, use, vacant } = share;
  const part = parseDecimal(weight);
  const all = parseDecimal(total);
  const exact = dividedBy(
    { numerator: parseMoney(amount) * part.numerator * all.denominator, denominator: part.denominator },
    all.numerator,
  );
  const floor = formatMoney(shareAmount(share) - (extra ? 1n : 0n));
  return [
    ...(use === undefined
      ? []
      : [
          {
            zh: `公摊用量 (总表减分表) ${use.quantity} × ${use.price} 元, 到分: ${amount} 元`,
            en: `The shared usage (the meters above less those below) ${use.quantity} × ${use.price} yuan, to the fen: ${amount} yuan`,
          },
        ]),
    ...(byDays === undefined
      ? []
      : [
          {
            zh: `按天计权: ${byDays.each} × ${byDays.days.toString()} 天 = ${weight}`,
            en: `By days: ${byDays.each} × ${byDays.days.toString()} days = ${weight}`,
          },
        ]),
    ...(vacant ? [{ zh: '空置, 由开发商承担', en: 'Vacant: charged to the developer' }] : []),
    {
      zh: `公摊总额 ${amount} 元 × 本户 ${weight} ÷ 合计 ${total} ${equals(exact)} 元`,
      en: `The pool of ${amount} yuan × this share's ${weight} ÷ ${total} in all ${equals(exact)} yuan`,
    },
    { zh: `取到分: ${floor} 元`, en: `to the fen below: ${floor} yuan` },
    extra
      ? {
          zh: '余下的分给余数最大的各户, 本户得 0.01 元',
          en: 'and one of the fen that were left, for the largest remainders: 0.01 yuan',
        }
      : { zh: '余下的分给余数更大的各户', en: 'the fen that were left went to larger remainders' },
  ];
};

/** When the days begin that count. */
const startOf = ({ graceDays, delay, countedFrom }: LateBasis): Line => {
  const late =
    delay === undefined
      ? { zh: `应收日后宽限 ${graceDays.toString()} 天`, en: `${graceDays.toString()} days of grace` }
      : {
          zh: `推迟到应收月后第 ${delay.months.toString()} 个月的 ${delay.day.toString()} 日`,
          en: `day ${delay.day.toString()}, ${delay.months.toString()} months on from the due date's`,
        };
  if (countedFrom === '应收日')
    return {
      zh: `${late.zh}, 过后仍未清, 自应收日次日起`,
      en: `open after ${late.en}, from the day after the due date`,
    };
  return delay === undefined
    ? { zh: `${late.zh}, 此后`, en: `after ${late.en}` }
    : { zh: `${late.zh}起`, en: `from ${late.en}` };
};

const ofLateFee = (late: LateBasis): Line[] => {
  const { dailyRate, capPercent, amount, segments, before, leastOpen, frozen = [] } = late;
  const fen = (open: Money, days: number): Fraction =>
    dividedBy(times(whole(parseMoney(open) * BigInt(days)), parseDecimal(dailyRate)), 1_000n);
  const exact = segments.map(({ open, days }) => fen(open, days)).reduce(plus, ZERO);
  const total = lateAmount({ ...late, before: '0.00' });
  const isCapped = roundHalfUp(exact, 1n) !== total;
  return [
    {
      zh: `应收 ${amount} 元逾期未清, ${startOf(late).zh}每日按当日未收金额的 ${dailyRate}‰ 计`,
      en: `${amount} yuan were not paid in time: ${startOf(late).en} each day counts ${dailyRate} ‰ of what is open at its end`,
    },
    ...(leastOpen === undefined
      ? []
      : [
          {
            zh: `未收不足 ${leastOpen} 元的日子不计`,
            en: `days on which less than ${leastOpen} yuan is open do not count`,
          },
        ]),
    ...segments.map(({ from, to, days, open }): Line => {
      const result = equals(fen(open, days));
      return {
        zh: `${span(from, to)}: ${open} 元 × ${dailyRate}‰ × ${days.toString()} 天 ${result} 元`,
        en: `${span(from, to)}: ${open} yuan × ${dailyRate} ‰ × ${days.toString()} days ${result} yuan`,
      };
    }),
    ...frozen.map(({ from, to, open }): Line => ({
      zh: `${span(from, to)}: 争议冻结, 未收 ${open} 元不计违约金`,
      en: `${span(from, to)}: frozen for a dispute, the ${open} yuan that were open bear no late fee`,
    })),
    rounded(exact),
    ...(isCapped
      ? [
          {
            zh: `不超过应收的 ${capPercent ?? ''}%: ${formatMoney(total)} 元`,
            en: `never above ${capPercent ?? ''} % of the charge: ${formatMoney(total)} yuan`,
          },
        ]
      : []),
    ...(before === '0.00'
      ? []
      : [{ zh: `减去已计的违约金 ${before} 元`, en: `less the late fees raised already, ${before} yuan` }]),
  ];
};
