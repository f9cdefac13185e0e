import type { ChargeBasis } from '@propledger/contracts';
import { explain } from './explain';

const term = { from: '2026-03-11', to: '2026-03-31', days: 21, daysOfMonth: 31, price: '0.85', area: '88.5' };

describe('an explanation', () => {
  it('of part of a month by area', () => {
    const basis: ChargeBasis = {
      method: '面积单价',
      rounding: '分',
      terms: [term],
      before: '0.00',
      exactBefore: '0/1',
    };
    expect(explain(basis)).toEqual({
      amount: '50.96',
      zh: [
        '2026-03-11 – 2026-03-31 21/31 月: 0.85 元 × 88.5 ㎡ × 21 ÷ 31 ≈ 50.958871 元',
        '≈ 50.958871 元四舍五入到分: 50.96 元',
        '应收 50.96 元',
      ],
      en: [
        '2026-03-11 – 2026-03-31, 21 of 31 days: 0.85 yuan × 88.5 m² × 21 ÷ 31 ≈ 50.958871 yuan',
        '≈ 50.958871 yuan, rounded half up to 0.01: 50.96 yuan',
        'To be paid: 50.96 yuan',
      ],
    });
  });

  it('of a whole month, and of a later part of one', () => {
    const month = { from: '2026-01-01', to: '2026-01-31', days: 31, daysOfMonth: 31, price: '60', area: null };
    expect(explain({ method: '固定金额', rounding: '元', terms: [month] }).zh).toEqual([
      '2026-01-01 – 2026-01-31 整月: 60 元 = 60.00 元',
      '60.00 元四舍五入到元: 60.00 元',
      '应收 60.00 元',
    ]);
    const later: ChargeBasis = { method: '面积单价', rounding: '分', terms: [term], exactBefore: '24266/10' };
    expect(explain(later).zh.slice(1)).toEqual([
      '同期此前各段共 24.266 元, 取整为 24.27 元; 连同本段:',
      '≈ 75.224871 元四舍五入到分: 75.22 元',
      '减去此前的 24.27 元',
      '应收 50.95 元',
    ]);
  });

  it('of usage with a replacement, the end of the dial and tiers', () => {
    const basis: ChargeBasis = {
      method: '用量阶梯',
      rounding: '分',
      usage: {
        reading: 7,
        steps: [
          { from: '9990', to: '5', added: '10000', multiplier: '1' },
          { from: '0', to: '0.5', added: null, multiplier: '20' },
        ],
        quantity: '25',
        parts: [
          { quantity: '15', price: '2.75' },
          { quantity: '10', price: '4.1525' },
        ],
      },
    };
    expect(explain(basis)).toEqual({
      amount: '82.78',
      zh: [
        '读数 9990 至 5: (5 − 9990 + 10000) (已过量程)',
        '换表后读数 0 至 0.5: (0.5 − 0) × 20',
        '用量 25',
        '15 × 2.75 元 = 41.25 元',
        '10 × 4.1525 元 = 41.525 元',
        '82.775 元四舍五入到分: 82.78 元',
        '应收 82.78 元',
      ],
      en: [
        'Reading from 9990 to 5: (5 − 9990 + 10000) (the dial has passed its end)',
        'Reading of the new meter from 0 to 0.5: (0.5 − 0) × 20',
        'Usage 25',
        '15 × 2.75 yuan = 41.25 yuan',
        '10 × 4.1525 yuan = 41.525 yuan',
        '82.775 yuan, rounded half up to 0.01: 82.78 yuan',
        'To be paid: 82.78 yuan',
      ],
    });
  });

  it('of a share, with and without one of the fen that were left', () => {
    const share = { shared: 9, amount: '100.00', weight: '60', total: '248.5', extra: true };
    expect(explain({ method: '公摊', share }).zh).toEqual([
      '公摊总额 100.00 元 × 本户 60 ÷ 合计 248.5 ≈ 24.144869 元',
      '取到分: 24.14 元',
      '余下的分给余数最大的各户, 本户得 0.01 元',
      '应收 24.15 元',
    ]);
    expect(explain({ method: '公摊', share: { ...share, extra: false } }).en.slice(1)).toEqual([
      'to the fen below: 24.14 yuan',
      'the fen that were left went to larger remainders',
      'To be paid: 24.14 yuan',
    ]);
  });

  it('of a late fee: the days, the cap, and what was raised already', () => {
    const late = {
      ...{ dailyRate: '0.5', graceDays: 15, capPercent: '1', amount: '1000.00', before: '3.00' },
      segments: [
        { from: '2026-06-26', to: '2026-07-09', days: 14, open: '1000.00' },
        { from: '2026-07-10', to: '2026-07-30', days: 21, open: '600.00' },
      ],
    };
    expect(explain({ method: '违约金', late })).toEqual({
      amount: '7.00',
      zh: [
        '应收 1000.00 元逾期未清, 应收日后宽限 15 天, 此后每日按当日未收金额的 0.5‰ 计',
        '2026-06-26 – 2026-07-09: 1000.00 元 × 0.5‰ × 14 天 = 7.00 元',
        '2026-07-10 – 2026-07-30: 600.00 元 × 0.5‰ × 21 天 = 6.30 元',
        '13.30 元四舍五入到分: 13.30 元',
        '不超过应收的 1%: 10.00 元',
        '减去已计的违约金 3.00 元',
        '应收 7.00 元',
      ],
      en: expect.arrayContaining(['never above 1 % of the charge: 10.00 yuan']) as unknown,
    });
    expect(explain({ method: '违约金', late: { ...late, capPercent: null } }).zh).not.toContain(
      '不超过应收的 1%: 10.00 元',
    );
  });

  it.each([
    [
      { countedFrom: '应收日' } as const,
      '应收日后宽限 15 天, 过后仍未清, 自应收日次日起每日',
      'open after 15 days of grace, from the day after the due date each day',
    ],
    [
      { graceDays: 0, delay: { months: 2, day: 10 } },
      '推迟到应收月后第 2 个月的 10 日起每日',
      "from day 10, 2 months on from the due date's each day",
    ],
    [{}, '应收日后宽限 15 天, 此后每日', 'after 15 days of grace each day'],
  ])('of a late fee with %j says from when days count', (start, zh, en) => {
    const segments = [{ from: '2026-06-26', to: '2026-06-30', days: 5, open: '1000.00' }];
    const late = {
      dailyRate: '0.5',
      graceDays: 15,
      capPercent: null,
      amount: '1000.00',
      before: '0.00',
      segments,
      ...start,
    };
    const told = explain({ method: '违约金', late: { ...late, leastOpen: '50.00' } });
    expect(told.zh[0]).toContain(zh);
    expect(told.en[0]).toContain(en);
    expect(told.zh[1]).toBe('未收不足 50.00 元的日子不计');
  });

  it('of a late fee names the days that were frozen', () => {
    const late = {
      ...{ dailyRate: '0.5', graceDays: 15, capPercent: null, amount: '1000.00', before: '0.00' },
      segments: [{ from: '2026-06-26', to: '2026-06-30', days: 5, open: '1000.00' }],
      frozen: [{ from: '2026-07-01', to: '2026-07-09', days: 9, open: '1000.00' }],
    };
    const { amount, zh, en } = explain({ method: '违约金', late });
    expect(amount).toBe('2.50');
    expect(zh[2]).toBe('2026-07-01 – 2026-07-09: 争议冻结, 未收 1000.00 元不计违约金');
    expect(en[2]).toBe(
      '2026-07-01 – 2026-07-09: frozen for a dispute, the 1000.00 yuan that were open bear no late fee',
    );
  });

  it('of usage says what was estimated, settled and lost', () => {
    const step = { from: '100', to: '160', added: null, multiplier: '1' };
    const usage = { reading: 7, steps: [step], quantity: '60', parts: [{ quantity: '64.5', price: '2' }] };
    const loss = { percent: '5', quantity: '1.5' };
    const of = (more: object) => explain({ method: '用量单价', rounding: '分', usage: { ...usage, loss, ...more } });
    expect(of({ estimated: { by: '平均', readings: 3, above: '200' } })).toEqual({
      amount: '129.00',
      zh: [
        '本次未能抄表, 按此前 3 次抄表的日均用量估抄',
        '估抄读数 200 高于此后实抄, 只计到实抄读数',
        '读数 100 至 160: (160 − 100)',
        '用量 60',
        '加损耗: 60 + 60 × 5% + 1.5 = 64.5',
        '64.5 × 2 元 = 129.00 元',
        '129.00 元四舍五入到分: 129.00 元',
        '应收 129.00 元',
      ],
      en: expect.arrayContaining([
        'The estimate of 200 was above what was read later: it counts up to that alone',
        'With the loss: 60 + 60 × 5% + 1.5 = 64.5',
      ]) as unknown,
    });
    expect(of({ estimated: { by: '指定' } }).en[0]).toBe(
      'Nobody could take a reading: estimated by a use that was stated',
    );
    expect(of({ settles: true }).zh[0]).toBe('上次读数为估抄, 本次实抄结清估抄与实际之差');
  });

  it('of what nobody computed says so', () => {
    expect(explain({ method: '历史欠费' })).toMatchObject({ amount: null, zh: ['由原系统转入的欠费, 金额即转入金额'] });
    expect(explain({ method: '手工' })).toMatchObject({ amount: null, en: ['The amount was entered by hand'] });
  });
});
