import type { Cycle, Day, Nature, Rounding } from '@propledger/contracts';

/** Yuan per m² and month in 1/10,000 yuan when `method` is 面积单价, else yuan per month likewise. */
export interface PricePlan {
  readonly price: number;
  readonly from: Day;
  /** '' is without end. */
  readonly to: Day;
}

export interface StandardPlan {
  readonly code: string;
  readonly name: string;
  readonly item: string;
  readonly method: '面积单价' | '固定金额';
  readonly dueDay: number;
  /** 计费周期: charged in advance for what is left of the quarter, half-year or year. */
  readonly cycle: Cycle;
  readonly rounding: Rounding;
  readonly priority: number;
  readonly prices: readonly PricePlan[];
  /** Resources of these natures are bound to it. */
  readonly natures: readonly Nature[];
}

/** A building, or a part of one, with equal floors. Areas are in 1/100 m²; room n of a floor has area n, then again from 0. */
export interface BlockPlan {
  readonly building: string;
  readonly nature: Nature;
  readonly entrances: number;
  readonly floors: number;
  readonly perFloor: number;
  readonly areas: readonly number[];
  readonly label: string;
  /** When its rooms were handed over, where that was within the sample's months. */
  readonly handedOverOn?: Day;
}

export interface ParkingPlan {
  readonly nature: Nature;
  readonly prefix: string;
  readonly count: number;
  /** How many of them somebody rents; the others stand empty. */
  readonly rented: number;
  readonly place: string;
}

export interface ProjectPlan {
  readonly code: string;
  readonly name: string;
  readonly region: string;
  readonly company: string;
  readonly developer: string;
  readonly blocks: readonly BlockPlan[];
  readonly parking: readonly ParkingPlan[];
  readonly standards: readonly StandardPlan[];
  /** How its customers pay, by weight. */
  readonly habits: Readonly<Record<Habit, number>>;
  /** Percent of rooms that the developer still holds. */
  readonly unsold: number;
  /** Percent of sold rooms where a tenant pays. */
  readonly let: number;
  /** Percent of customers that are firms. */
  readonly firms: number;
  readonly deposit: { readonly kind: string; readonly percent: number; readonly yuan: readonly number[] };
}

export type Habit = 'monthly' | 'quarterly' | 'ahead' | 'yearly' | 'late' | 'never';

const always = (price: number): PricePlan[] => [{ price, from: '2025-01-01', to: '' }];

// Cooling is charged from May to September; in other months there is no price in force.
const SUMMER: PricePlan[] = [{ price: 62500, from: '2026-05-01', to: '2026-09-30' }];

const areaFee = (
  code: string,
  name: string,
  item: string,
  prices: readonly PricePlan[],
  cycle: Cycle,
  ...natures: Nature[]
): StandardPlan => ({
  code,
  name,
  item,
  method: '面积单价',
  dueDay: 10,
  cycle,
  rounding: '分',
  priority: 10,
  prices,
  natures,
});

/** @param price a month. */
const fixedFee = (
  code: string,
  name: string,
  item: string,
  price: number,
  priority: number,
  cycle: Cycle,
  ...natures: Nature[]
): StandardPlan => ({
  code,
  name,
  item,
  method: '固定金额',
  dueDay: 15,
  cycle,
  rounding: '元',
  priority,
  prices: always(price),
  natures,
});

/** Homes that were handed over while the sample's months went by: they are charged from then on. */
const SECOND_PHASE: Day = '2026-07-01';

const high = (building: string, areas: readonly number[], handedOverOn?: Day): BlockPlan => ({
  building,
  nature: '高层',
  entrances: 1,
  floors: 18,
  perFloor: 4,
  areas,
  label: '号楼',
  ...(handedOverOn === undefined ? {} : { handedOverOn }),
});

/** Invented projects of an invented group: a residential community, a mixed tower, a wholesale market. */
export const PROJECTS: readonly ProjectPlan[] = [
  {
    code: 'YX01',
    name: '云岫花园（示例）',
    region: '澄川区域',
    company: '澄州示例公司',
    developer: '澄州示例置业有限公司',
    blocks: [
      high('01', [8920, 11635, 11635, 8920]),
      high('02', [9460, 12780, 12780, 9460], SECOND_PHASE),
      high('03', [8920, 10240, 10240, 8920]),
      { building: '05', nature: '小高层', entrances: 2, floors: 11, perFloor: 2, areas: [12350, 9815], label: '号楼' },
      {
        building: '06',
        nature: '小高层',
        entrances: 2,
        floors: 11,
        perFloor: 2,
        areas: [13120, 10480],
        label: '号楼',
        handedOverOn: SECOND_PHASE,
      },
      { building: '07', nature: '多层', entrances: 3, floors: 6, perFloor: 2, areas: [7850, 9230], label: '号楼' },
      {
        building: '08',
        nature: '多层',
        entrances: 3,
        floors: 6,
        perFloor: 2,
        areas: [8115, 8760],
        label: '号楼',
        handedOverOn: SECOND_PHASE,
      },
      { building: '09', nature: '别墅', entrances: 1, floors: 1, perFloor: 12, areas: [23800, 26450], label: '号院' },
      {
        building: 'S1',
        nature: '商铺',
        entrances: 1,
        floors: 1,
        perFloor: 12,
        areas: [4560, 6230, 8875],
        label: '商业街',
      },
    ],
    parking: [
      { nature: '地上车位', prefix: 'DS', count: 30, rented: 22, place: '地面' },
      { nature: '地下车位', prefix: 'DX', count: 90, rented: 58, place: '地下一层' },
      { nature: '地下车库', prefix: 'CK', count: 10, rented: 10, place: '地下二层' },
    ],
    standards: [
      areaFee(
        'WY-GC',
        '高层物业费',
        '物业费',
        [
          { price: 18500, from: '2025-01-01', to: '2026-06-30' },
          { price: 19800, from: '2026-07-01', to: '' },
        ],
        '季',
        '高层',
      ),
      areaFee('WY-XG', '小高层物业费', '物业费', always(15500), '季', '小高层'),
      areaFee('WY-DC', '多层物业费', '物业费', always(10500), '季', '多层'),
      areaFee('WY-BS', '别墅物业费', '物业费', always(32000), '季', '别墅'),
      areaFee('WY-SP', '商铺物业费', '物业费', always(28000), '月', '商铺'),
      fixedFee('NH-DT', '电梯公摊能耗', '公摊能耗费', 180000, 20, '季', '小高层'),
      fixedFee('TC-DS', '地上停车费', '停车费', 800000, 30, '月', '地上车位'),
      fixedFee('TC-DX', '地下停车费', '停车费', 1200000, 30, '半年', '地下车位'),
      fixedFee('TC-CK', '地下车库管理费', '停车费', 600000, 30, '年', '地下车库'),
    ],
    habits: { monthly: 3, quarterly: 17, ahead: 19, yearly: 40, late: 15, never: 6 },
    unsold: 4,
    let: 8,
    firms: 1,
    deposit: { kind: '装修押金', percent: 12, yuan: [2000, 3000] },
  },
  {
    code: 'WL01',
    name: '望澜中心（示例）',
    region: '澄川区域',
    company: '澜城示例公司',
    developer: '澜城示例地产有限公司',
    blocks: [
      {
        building: 'A',
        nature: '办公楼',
        entrances: 1,
        floors: 20,
        perFloor: 5,
        areas: [14250, 18630, 22470, 18630, 14250],
        label: '座',
      },
      {
        building: 'B',
        nature: '酒店式公寓',
        entrances: 1,
        floors: 15,
        perFloor: 8,
        areas: [4285, 5160, 5160, 6340],
        label: '座',
        handedOverOn: '2026-05-01',
      },
      {
        building: 'C',
        nature: '商铺',
        entrances: 1,
        floors: 2,
        perFloor: 12,
        areas: [5520, 8840, 12650],
        label: '座裙楼',
      },
      { building: 'D', nature: '仓库', entrances: 1, floors: 1, perFloor: 6, areas: [7600], label: '座地库' },
    ],
    parking: [{ nature: '地下车位', prefix: 'DX', count: 50, rented: 34, place: '地下一层' }],
    standards: [
      areaFee('WY-BG', '办公物业费', '物业费', always(125000), '季', '办公楼'),
      areaFee('WY-GY', '公寓物业费', '物业费', always(68000), '季', '酒店式公寓'),
      areaFee('WY-SP', '商铺物业费', '物业费', always(150000), '月', '商铺'),
      areaFee('WY-CK', '仓库物业费', '物业费', always(50000), '季', '仓库'),
      areaFee('KT-BG', '办公空调能耗', '空调能耗费', SUMMER, '月', '办公楼'),
      fixedFee('TC-DX', '地下停车费', '停车费', 3000000, 30, '半年', '地下车位'),
    ],
    habits: { monthly: 5, quarterly: 20, ahead: 24, yearly: 35, late: 13, never: 3 },
    unsold: 6,
    let: 45,
    firms: 50,
    deposit: { kind: '租赁押金', percent: 30, yuan: [5000, 8000, 10000] },
  },
  {
    code: 'BT01',
    name: '北塘批发市场（示例）',
    region: '北塘区域',
    company: '北塘示例公司',
    developer: '北塘示例市场开发有限公司',
    blocks: [
      { building: '1馆', nature: '档口', entrances: 1, floors: 2, perFloor: 21, areas: [1250, 1680, 2140], label: '' },
      { building: '2馆', nature: '档口', entrances: 1, floors: 2, perFloor: 21, areas: [1250, 1680, 2140], label: '' },
      { building: '3馆', nature: '档口', entrances: 1, floors: 2, perFloor: 21, areas: [1460, 1460, 2320], label: '' },
      { building: '5馆', nature: '档口', entrances: 1, floors: 2, perFloor: 21, areas: [1460, 2320], label: '' },
      { building: '库区', nature: '仓库', entrances: 1, floors: 1, perFloor: 24, areas: [6400, 9200], label: '' },
      { building: '外街', nature: '商铺', entrances: 1, floors: 1, perFloor: 18, areas: [3850, 4420], label: '' },
    ],
    parking: [{ nature: '地上车位', prefix: 'DS', count: 20, rented: 12, place: '装卸区' }],
    standards: [
      areaFee('GL-DK', '档口管理费', '市场管理费', always(220000), '季', '档口'),
      areaFee('GL-CK', '仓库管理费', '市场管理费', always(90000), '季', '仓库'),
      areaFee('GL-SP', '商铺管理费', '市场管理费', always(165000), '季', '商铺'),
      fixedFee('TG-SP', '外街推广费', '推广费', 1200000, 20, '月', '商铺'),
      fixedFee('TC-DS', '货车停车费', '停车费', 2000000, 30, '月', '地上车位'),
    ],
    habits: { monthly: 4, quarterly: 18, ahead: 23, yearly: 35, late: 15, never: 5 },
    unsold: 5,
    let: 80,
    firms: 25,
    deposit: { kind: '档口押金', percent: 45, yuan: [1000, 2000] },
  },
];
