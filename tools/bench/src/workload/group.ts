import type {
  Binding,
  ChargeMethod,
  CustomerKind,
  Meter,
  MeterRead,
  Nature,
  Occupancy,
  Period,
  Pool,
  Project,
  Resource,
  Standard,
} from '@propledger/contracts';
import { previousPeriod, type Fen } from '@propledger/ledger-core';
import { Dice } from './dice';
import { PERIOD, SINCE } from './days';
import { mixedCharging } from './mixed-charging';
import { each, shares } from './shares';

/** How large a group is. The same scale is the same group, to the byte. */
export interface Scale {
  readonly seed: string;
  readonly projects: number;
  /** Of all projects together, as the next. */
  readonly resources: number;
  /** A month: one for each binding. */
  readonly charges: number;
  /** Months with charges and receipts before `PERIOD`; 0: the books hold standards and bindings alone. */
  readonly months: number;
  /** Charged by methods of every kind; absent: by area and by fixed amounts. Without months before. */
  readonly mixed?: true;
}

/** What propledger is planned for at first. */
export const GROUP: Scale = { seed: 'group', projects: 41, resources: 120_000, charges: 250_000, months: 0 };

/** A project with everything that its charges are computed from. */
export interface ProjectData {
  readonly project: Project;
  readonly resources: readonly Resource[];
  readonly customers: readonly { readonly customer: string; readonly kind: CustomerKind }[];
  readonly occupancies: readonly Occupancy[];
  readonly standards: readonly Standard[];
  readonly bindings: readonly Binding[];
  readonly meters: readonly Meter[];
  readonly readings: readonly MeterRead[];
  readonly pools: readonly Pool[];
  readonly poolAmounts: readonly { readonly pool: string; readonly period: Period; readonly amount: Fen }[];
  /** What four of a hundred customers had paid in advance when the book was opened. */
  readonly prepayments: readonly { readonly customer: string; readonly amount: Fen }[];
}

/** What a project's charges are computed from, of its resources. */
export type Charging = Pick<ProjectData, 'standards' | 'bindings' | 'meters' | 'readings' | 'pools' | 'poolAmounts'>;

/** The projects one after the other, since all at once would take half a gigabyte. Codes are P01, P02 … */
export function* projectsOf(scale: Scale): Generator<ProjectData> {
  const codes = projectCodes(scale);
  const dice = new Dice(scale.seed);
  const weights = codes.map(() => 60 + dice.below(80));
  const resources = shares(scale.resources, weights);
  const bindings = shares(scale.charges, resources);
  for (const [nth, code] of codes.entries()) yield projectOf(scale, code, resources[nth] ?? 0, bindings[nth] ?? 0);
}

export const projectCodes = ({ projects }: Scale): string[] =>
  Array.from({ length: projects }, (_, nth) => `P${String(nth + 1).padStart(2, '0')}`);

/** The first month of the books. */
export const firstPeriodOf = ({ months }: Scale): Period => {
  let period = PERIOD;
  for (let nth = 0; nth < months; nth++) period = previousPeriod(period);
  return period;
};

const ROOM_NATURES: readonly Nature[] = ['多层', '小高层', '高层', '商铺'];

const projectOf = (scale: Scale, code: string, resources: number, bindings: number): ProjectData => {
  const dice = new Dice(`${scale.seed} ${code}`);
  const parking = Math.floor(resources / 6);
  const rooms = Array.from({ length: resources - parking }, (_, nth) => roomOf(dice, nth));
  const places = Array.from({ length: parking }, (_, nth) => placeOf(nth, rooms[(nth * 5) % rooms.length]));
  const all = [...rooms, ...places];
  const customers = rooms.map((_, nth) => ({
    customer: customerCode(nth),
    kind: dice.percent(95) ? ('个人' as const) : ('单位' as const),
  }));
  return {
    project: {
      project: code,
      name: `${code} 花园`,
      region: ['华东', '华北', '华南'][dice.below(3)] ?? '华东',
      company: '示例物业公司',
      firstPeriod: firstPeriodOf(scale),
    },
    resources: all,
    customers,
    occupancies: [
      ...rooms.map(({ resource }, nth) => occupancyOf(resource, customerCode(nth), true)),
      ...places.map(({ resource }, nth) => occupancyOf(resource, customerCode((nth * 5) % rooms.length), true)),
      // Tenants whose landlords pay.
      ...rooms.flatMap(({ resource }, nth) =>
        nth > 0 && dice.percent(8) ? [occupancyOf(resource, customerCode(nth - 1), false)] : [],
      ),
    ],
    ...(scale.mixed ? mixedCharging(dice, all, bindings) : plainCharging(dice, all, bindings)),
    prepayments: customers.flatMap(({ customer }) =>
      dice.percent(4) ? [{ customer, amount: BigInt(100_00 * (1 + dice.below(20))) }] : [],
    ),
  };
};

const customerCode = (nth: number): string => `K${String(nth + 1).padStart(6, '0')}`;

const ROOMS_A_FLOOR = 4;
const ROOMS_A_BUILDING = 27 * ROOMS_A_FLOOR * 2;

const roomOf = (dice: Dice, nth: number): Resource => {
  const building = String(Math.floor(nth / ROOMS_A_BUILDING) + 1);
  const entrance = String((Math.floor(nth / ROOMS_A_FLOOR) % 2) + 1);
  const floor = String((Math.floor(nth / (2 * ROOMS_A_FLOOR)) % 27) + 1);
  const room = floor + String((nth % ROOMS_A_FLOOR) + 1).padStart(2, '0');
  const area = `${60 + dice.below(120)}.${String(dice.below(100)).padStart(2, '0')}`;
  return {
    resource: `${building}-${entrance}-${room}`,
    kind: 'room',
    name: `${building}幢${entrance}单元${room}`,
    nature: dice.oneOf(ROOM_NATURES),
    building,
    entrance,
    floor,
    room,
    grossArea: area,
    insideArea: null,
    billableArea: area,
    handedOverOn: SINCE,
    location: null,
    parentRoom: null,
  };
};

const placeOf = (nth: number, room: Resource | undefined): Resource => ({
  resource: `B1-${String(nth + 1).padStart(4, '0')}`,
  kind: 'parking',
  name: `地下${nth + 1}号车位`,
  nature: '地下车位',
  building: null,
  entrance: null,
  floor: null,
  room: null,
  grossArea: '13.25',
  insideArea: null,
  billableArea: '13.25',
  handedOverOn: SINCE,
  location: '地下一层',
  parentRoom: room?.resource ?? null,
});

const occupancyOf = (resource: string, customer: string, payer: boolean): Occupancy => ({
  occupancy: `${resource}/${customer}`,
  resource,
  customer,
  relation: payer ? '业主' : '租户',
  from: SINCE,
  to: null,
  payer,
});

const standard = (
  code: string,
  item: string,
  method: ChargeMethod,
  price: string,
  kind: Resource['kind'],
  priority: number,
): { readonly standard: Standard; readonly kind: Resource['kind'] } => ({
  standard: {
    standard: code,
    name: item,
    item,
    method,
    dueDay: 10,
    rounding: '分',
    priority,
    prices: [
      { price: '0.35', from: '2010-01-01', to: '2023-12-31' },
      { price, from: '2024-01-01', to: null },
    ],
  },
  kind,
});

/** In the order in which a resource is bound to them. */
const STANDARDS = [
  standard('WY', '物业费', '面积单价', '1.85', 'room', 1),
  standard('DT', '电梯费', '面积单价', '0.28', 'room', 2),
  standard('LJ', '垃圾清运费', '固定金额', '12.5', 'room', 3),
  standard('GT', '公摊水电费', '面积单价', '0.17', 'room', 4),
  standard('CW', '车位管理费', '固定金额', '80', 'parking', 1),
  standard('CL', '车库照明费', '面积单价', '0.65', 'parking', 2),
  standard('CX', '车库消防费', '固定金额', '5', 'parking', 3),
  standard('CJ', '车库清洁费', '固定金额', '8', 'parking', 4),
];

const plainCharging = (dice: Dice, resources: readonly Resource[], wanted: number): Charging => ({
  standards: STANDARDS.map(({ standard }) => standard),
  bindings: each(resources, wanted).flatMap(([{ resource, kind }, count]) => {
    const standards = STANDARDS.filter((one) => one.kind === kind);
    if (count > standards.length) throw new RangeError('at most four charges a resource');
    return standards.slice(0, count).map(({ standard: { standard: code } }) => ({
      binding: dice.uuid(),
      resource,
      standard: code,
      from: SINCE,
      to: null,
    }));
  }),
  ...{ meters: [], readings: [], pools: [], poolAmounts: [] },
});
