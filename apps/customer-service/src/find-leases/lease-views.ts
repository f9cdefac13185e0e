import { ApiProperty } from '@nestjs/swagger';
import {
  ROUNDINGS,
  type CustomersEvent,
  type LeaseChange,
  type LeaseTerms,
  type Rounding,
} from '@propledger/contracts';
import { lastDayOf, latestTerms, termsOf, type LeaseHistory } from '@propledger/ledger-core';
import {
  LeaseDepositTerms,
  LeasedResourceTerms,
  LeaseItemTerms,
  LeasePartyTerms,
  LeasePaymentTerms,
  LeaseTurnoverTerms,
} from '../archive/lease-terms';

export class LeaseTermsView {
  @ApiProperty({ type: [LeasePartyTerms] })
  parties!: LeaseTerms['parties'];
  @ApiProperty({ type: [LeasedResourceTerms] })
  resources!: LeaseTerms['resources'];
  @ApiProperty({ type: [LeaseItemTerms] })
  items!: LeaseTerms['items'];
  @ApiProperty({ type: LeasePaymentTerms })
  payment!: LeaseTerms['payment'];
  @ApiProperty({ enum: ROUNDINGS })
  rounding!: Rounding;
  @ApiProperty({ type: [LeaseDepositTerms] })
  deposits!: LeaseTerms['deposits'];
  @ApiProperty({ type: LeaseTurnoverTerms, nullable: true })
  turnover!: LeaseTerms['turnover'];
}

export class LeaseView {
  @ApiProperty({ example: 'HT-2026-001' })
  lease!: string;
  @ApiProperty({ example: '2026-01-01', description: '第一天' })
  from!: string;
  @ApiProperty({
    example: '2028-12-31',
    description: '最后一天, 含续租与退租 the last day, renewals and an early end counted',
  })
  to!: string;
  @ApiProperty({ type: 'integer', description: '版本: 1 为原合同, 每次变更加一 1 as signed, one more for each change' })
  version!: number;
  @ApiProperty({
    type: LeaseTermsView,
    nullable: true,
    description: '条款; 问某日而该日不在租期内为 null not in force on the day that was asked for',
  })
  terms!: LeaseTermsView | null;
}

export class LeasePage {
  @ApiProperty({ type: [LeaseView] })
  items!: LeaseView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** @param on the day whose terms are shown; null: what was agreed last */
export const viewOf = (history: LeaseHistory, on: string | null): LeaseView => {
  const { lease, from } = history.lease;
  const spell = on === null ? null : termsOf(history).find((days) => days.from <= on && on <= days.to);
  const terms = on === null ? latestTerms(history) : spell?.terms;
  return {
    lease,
    from,
    to: lastDayOf(history),
    version: spell?.version ?? history.changes.length + 1,
    terms: terms ? shown(terms) : null,
  };
};

const shown = ({ parties, resources, items, payment, rounding, deposits, turnover }: LeaseTerms): LeaseTermsView => ({
  parties,
  resources,
  items,
  payment,
  rounding,
  deposits,
  turnover,
});

const TYPES = ['lease.signed', 'lease.changed', 'lease.renewed', 'lease.ended'] as const;
/** What a change is about, as the trade names it. */
const SUBJECTS = {
  parties: '主体',
  to: '租期',
  resources: '资产',
  items: '租金与费项',
  endedItems: '租金与费项',
  payment: '付款',
  deposits: '押金',
  turnover: '营业额租金',
} as const satisfies Record<Exclude<keyof LeaseChange, 'effectiveOn'>, string>;

export class LeaseVersionView {
  @ApiProperty({ type: 'integer' })
  version!: number;
  @ApiProperty({ type: 'integer', description: '账簿位置 of the event' })
  position!: number;
  @ApiProperty({ enum: TYPES })
  type!: (typeof TYPES)[number];
  @ApiProperty({ example: '2026-06-01', description: '生效日' })
  effectiveOn!: string;
  @ApiProperty({
    type: [String],
    example: ['租金与费项'],
    description: '变更了什么; 原合同为空 what it changed; nothing as signed',
  })
  changed!: string[];
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: '变更内容; 原合同为 null' })
  change!: LeaseChange | null;
  @ApiProperty({ description: '录入人' })
  recordedBy!: string;
  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: '申请人, 经复核时 who asked for it, where a second person approved it',
  })
  requestedBy!: string | null;
}

export class LeaseVersionList {
  @ApiProperty({ type: [LeaseVersionView] })
  items!: LeaseVersionView[];
}

/** An event that made a version of a lease. */
export type VersionEvent = Pick<
  Extract<CustomersEvent, { type: (typeof TYPES)[number] }>,
  'type' | 'body' | 'actor' | 'recordedAt'
> & { readonly position: string };

export const versionsOf = (events: readonly VersionEvent[]): LeaseVersionView[] =>
  events.map(({ type, body, actor, recordedAt, position }, index) => {
    const changed = 'change' in body ? body : null;
    const effectiveOn = changed?.change.effectiveOn ?? ('from' in body ? body.from : '');
    return {
      version: index + 1,
      position: Number(position),
      type,
      effectiveOn,
      changed: changed ? subjectsOf(changed.change) : [],
      change: changed?.change ?? null,
      recordedBy: actor,
      recordedAt,
      requestedBy: changed?.approval?.requestedBy ?? null,
    };
  });

const subjectsOf = (change: LeaseChange): string[] => [
  ...new Set(Object.entries(SUBJECTS).flatMap(([member, name]) => (member in change ? [name] : []))),
];
