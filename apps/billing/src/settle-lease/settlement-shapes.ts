import { ApiProperty } from '@nestjs/swagger';
import { formatMoney, lastDayOf, latestTerms, sum, type Fen, type Posting } from '@propledger/ledger-core';
import { DayField, TextField } from '@propledger/service-kit';
import { MoneyShown, PostingField } from '../shapes';
import type { Settlement, SettlementLine } from './read-settlement';

export class SettlementLineView {
  @ApiProperty({ example: '2026-12' })
  period!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty({ type: [Number], description: '已计应收的编号 charges that stand' })
  charges!: number[];
  @MoneyShown('已计 charged')
  standing!: string;
  @MoneyShown('应计 as it is agreed by now')
  computed!: string;
  @MoneyShown('差额: 负为红冲, 正为补差 below zero: a credit')
  difference!: string;
}

export class AgreedDeposit {
  @ApiProperty()
  item!: string;
  @MoneyShown()
  amount!: string;
}

export class HeldDepositView {
  @ApiProperty()
  receiptNo!: string;
  @ApiProperty()
  kind!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty()
  resource!: string;
  @MoneyShown('在押')
  held!: string;
}

export class NotChargedView {
  @ApiProperty({ example: '2026-10' })
  from!: string;
  @ApiProperty({ example: '2026-11' })
  to!: string;
  @MoneyShown()
  amount!: string;
}

export class LeaseSettlementView {
  @ApiProperty()
  lease!: string;
  @ApiProperty({ example: '2026-11-30', description: '最后一天 the last day' })
  lastDay!: string;
  @ApiProperty({
    type: [SettlementLineView],
    description: '已计而与现约定不符的 charged otherwise than it is agreed by now',
  })
  lines!: SettlementLineView[];
  @MoneyShown('应红冲 to be credited')
  toCredit!: string;
  @MoneyShown('应补差 to be charged in addition')
  toCharge!: string;
  @ApiProperty({
    type: NotChargedView,
    nullable: true,
    description: '至最后一天尚未出账的租金, 至多 120 个月 rent to the last day that no run has charged',
  })
  notCharged!: NotChargedView | null;
  @MoneyShown('已计未收 open of what was charged')
  open!: string;
  @MoneyShown('各方的预交款 prepayments of its parties, for its resources or any')
  prepaid!: string;
  @ApiProperty({ type: [AgreedDeposit], description: '押金条款' })
  depositsAgreed!: AgreedDeposit[];
  @ApiProperty({ type: [HeldDepositView], description: '在押: 退还、冲抵或没收 to be refunded, applied or forfeited' })
  depositsHeld!: HeldDepositView[];
  @MoneyShown('结清: 正为客户还应付, 负为应退客户 to be paid; below zero: to be given back')
  balance!: string;
}

export class SettleLeaseBody {
  @DayField({ description: '入账日期' })
  date!: string;
  @TextField({ max: 500, description: '原因' })
  reason!: string;
  @PostingField()
  posting?: Posting;
}

export const viewOf = (settlement: Settlement): LeaseSettlementView => {
  const { history, lines, notCharged, open, prepaid, deposits } = settlement;
  const [toCredit, toCharge] = [-1n, 1n].map((sign) =>
    sum(lines.map(({ difference }) => sign * differenceOf(difference)).filter((amount) => amount > 0n)),
  ) as [Fen, Fen];
  const held = sum(deposits.map((deposit) => deposit.held));
  return {
    lease: history.lease.lease,
    lastDay: lastDayOf(history),
    lines: lines.map(lineOf),
    toCredit: formatMoney(toCredit),
    toCharge: formatMoney(toCharge),
    notCharged: notCharged && { ...notCharged, amount: formatMoney(notCharged.amount) },
    open: formatMoney(open),
    prepaid: formatMoney(prepaid),
    depositsAgreed: latestTerms(history).deposits.map(({ item, amount }) => ({ item, amount })),
    depositsHeld: deposits.map((deposit) => ({ ...deposit, held: formatMoney(deposit.held) })),
    balance: formatMoney(open + toCharge + (notCharged?.amount ?? 0n) - toCredit - prepaid - held),
  };
};

const lineOf = ({ period, item, resource, difference }: SettlementLine): SettlementLineView => ({
  period,
  item,
  resource,
  customer: difference.customer,
  charges: difference.standing.map(({ charge }) => charge),
  standing: formatMoney(amountOf(difference.standing)),
  computed: formatMoney(amountOf(difference.computed)),
  difference: formatMoney(differenceOf(difference)),
});

const amountOf = (parts: readonly { readonly amount: Fen }[]): Fen => sum(parts.map(({ amount }) => amount));
const differenceOf = ({ standing, computed }: SettlementLine['difference']): Fen =>
  amountOf(computed) - amountOf(standing);
