import type { Day, Decimal, Period, RecordedEvent } from './event';
import type { Role } from './access';

/** 资源性质 of what 物业资源 lists, and 车位类型 of what 车位 lists. One code space. */
export const ROOM_NATURES = ['多层', '小高层', '高层', '别墅', '办公楼', '酒店式公寓', '商铺', '仓库', '档口'] as const;
export const PARKING_NATURES = ['地上车位', '地下车位', '地下车库'] as const;
/** @extensible */
export type Nature = (typeof ROOM_NATURES)[number] | (typeof PARKING_NATURES)[number];

/** 项目. `region` and `company` are the group's own names for them; `firstPeriod` is 启用账期. */
export interface Project {
  readonly project: string;
  readonly name: string;
  readonly region: string;
  readonly company: string;
  readonly firstPeriod: Period;
}

/**
 * 物业资源 or 车位. Areas are m² with at most two decimals. `billableArea` is what 面积单价 multiplies (计费面积, by default
 * 建筑面积; for parking 面积); null: it has none. `building` is null for parking.
 */
export interface Resource {
  readonly resource: string;
  readonly kind: 'room' | 'parking';
  readonly name: string;
  readonly nature: Nature;
  readonly building: string | null;
  /** 单元: a staircase. */
  readonly entrance: string | null;
  readonly floor: string | null;
  readonly room: string | null;
  readonly grossArea: Decimal | null;
  readonly insideArea: Decimal | null;
  readonly billableArea: Decimal | null;
  readonly handedOverOn: Day | null;
  /** Parking: 位置, and 所属房间, the code of the room it goes with. */
  readonly location: string | null;
  readonly parentRoom: string | null;
}

/** A grant's reach: the whole group, a region's projects, or one project. */
export type Scope = { readonly group: true } | { readonly region: string } | { readonly project: string };

/** Project book: position 1 is project.registered. Group book: operators and their grants. */
export type RegistryEvent =
  | RecordedEvent<'project.registered', Project>
  | RecordedEvent<'project.changed', Project>
  | RecordedEvent<'project.withdrawn', { readonly project: string }>
  /** In force since ever (its effectiveDate is 1900-01-01), before its handover, too: history starts with it. */
  | RecordedEvent<'resource.registered', Resource>
  /** The whole resource as it is from effectiveDate on. */
  | RecordedEvent<'resource.changed', Resource>
  | RecordedEvent<'resource.withdrawn', { readonly resource: string }>
  | RecordedEvent<'operator.registered', { readonly operator: string }>
  | RecordedEvent<'operator.disabled', { readonly operator: string }>
  | RecordedEvent<'operator.enabled', { readonly operator: string }>
  | RecordedEvent<'operator.granted', { readonly operator: string; readonly role: Role; readonly scope: Scope }>
  | RecordedEvent<'operator.grant-revoked', { readonly operator: string; readonly role: Role; readonly scope: Scope }>;
