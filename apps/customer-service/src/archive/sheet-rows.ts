import type { CustomerKind, Relation } from '@propledger/contracts';
import type { Customer, NewOccupancy, NewVehicle } from './facts';
import { plateOf } from './plates';

/** The sheets of customer-service in the order in which their rows are taken. Those of leases after 租赁合同 say more of its rows. */
export const SHEET_NO = {
  客户档案: 0,
  入住关系: 1,
  租赁合同: 2,
  合同各方: 3,
  合同资源: 4,
  合同费项: 5,
  租金递增: 6,
  免租期: 7,
  合同押金: 8,
  车位月租: 9,
  车辆: 10,
} as const;
/** Those whose rows are facts of their own. */
export const TAKEN: readonly number[] = [
  SHEET_NO['客户档案'],
  SHEET_NO['入住关系'],
  SHEET_NO['租赁合同'],
  SHEET_NO['车位月租'],
  SHEET_NO['车辆'],
];
/** Those whose rows name a resource, or a customer, that there must be. */
export const NAMING_RESOURCES: readonly number[] = [
  SHEET_NO['入住关系'],
  SHEET_NO['合同资源'],
  SHEET_NO['车位月租'],
  SHEET_NO['车辆'],
];
export const NAMING_CUSTOMERS: readonly number[] = [
  SHEET_NO['入住关系'],
  SHEET_NO['合同各方'],
  SHEET_NO['车位月租'],
  SHEET_NO['车辆'],
];
export type CustomersSheet = keyof typeof SHEET_NO;
export const CUSTOMERS_SHEETS = Object.keys(SHEET_NO) as CustomersSheet[];

/** A row's readable cells by header. */
export type Cells = Readonly<Record<string, string>>;

/** A row of 客户档案. Where a required cell could not be read the row is faulty, and this is only compared with. */
export const customerOfCells = (cells: Cells): Customer => ({
  customer: cells['客户编码'] ?? '',
  kind: (cells['客户类型'] ?? '') as CustomerKind,
  name: cells['客户名称'] ?? '',
  idType: cells['证件类型'] ?? null,
  idNumber: cells['证件号码'] ?? null,
  phone: cells['手机'] ?? null,
  address: cells['联系地址'] ?? null,
  groups: [],
});

/** A row of 入住关系 in which nothing is faulty. */
export const occupancyOfCells = (cells: Cells): NewOccupancy => ({
  resource: cells['资源编码'] ?? '',
  customer: cells['客户编码'] ?? '',
  relation: (cells['关系'] ?? '') as Relation,
  from: cells['开始日期'] ?? '',
  to: cells['结束日期'] ?? null,
  payer: cells['付费人'] === '是',
});

/** A row of 车位月租 in which nothing is faulty. */
export const letOfCells = (cells: Cells): NewOccupancy => {
  const { 月租价: price } = cells;
  const held = occupancyOfCells({ ...cells, 关系: '月租', 付费人: '是' });
  return price === undefined ? held : { ...held, price };
};

/** A row of 车辆 in which nothing is faulty. */
export const vehicleOfCells = (cells: Cells): NewVehicle => ({
  plate: plateOf(cells['车牌号'] ?? '') ?? '',
  resource: cells['资源编码'] ?? '',
  customer: cells['客户编码'] ?? '',
  from: cells['开始日期'] ?? '',
  to: cells['结束日期'] ?? null,
});

const FIELD_OF_HEADER: Readonly<Record<string, keyof Customer>> = {
  客户名称: 'name',
  客户类型: 'kind',
  证件类型: 'idType',
  证件号码: 'idNumber',
  手机: 'phone',
  联系地址: 'address',
};

/** Whether a row says the same of a customer as the archive; cells that could not be read take no part. */
export const sameCustomer = (row: Customer, archived: Customer, faulty: readonly string[]): boolean =>
  Object.entries(FIELD_OF_HEADER).every(([header, field]) => faulty.includes(header) || row[field] === archived[field]);
