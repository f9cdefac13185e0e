import type { Nature, Project, Resource } from '@propledger/contracts';
import { shortest } from './resource-rules';

/** The registry's sheets in the order in which their rows are taken. */
export const SHEET_NO = { 项目: 0, 物业资源: 1, 车位: 2 } as const;
export type RegistrySheet = keyof typeof SHEET_NO;
export const REGISTRY_SHEETS = Object.keys(SHEET_NO) as RegistrySheet[];

/** A row's readable cells by header. */
export type Cells = Readonly<Record<string, string>>;

/** A row of 项目. Where a required cell could not be read the row is faulty, and this is only compared with. */
export const projectOfCells = (cells: Cells): Project => ({
  project: cells['项目编码'] ?? '',
  name: cells['项目名称'] ?? '',
  region: cells['区域'] ?? '',
  company: cells['城市公司'] ?? '',
  firstPeriod: cells['启用账期'] ?? '',
});

/** A row of 物业资源 or 车位. 计费面积 is 建筑面积 where it is blank; of parking, 面积 is both. */
export const resourceOfCells = (sheet: number, cells: Cells): Resource =>
  sheet === SHEET_NO['车位'] ? parkingOf(cells) : roomOf(cells);

const roomOf = (cells: Cells): Resource => {
  const text = (header: string): string | null => cells[header] ?? null;
  return {
    resource: cells['资源编码'] ?? '',
    kind: 'room',
    name: cells['资源名称'] ?? '',
    nature: (cells['资源性质'] ?? '') as Nature,
    building: text('楼栋'),
    entrance: text('单元'),
    floor: text('楼层'),
    room: text('房号'),
    grossArea: shortest(text('建筑面积')),
    insideArea: shortest(text('套内面积')),
    billableArea: shortest(text('计费面积') ?? text('建筑面积')),
    handedOverOn: text('交付日期'),
    location: null,
    parentRoom: null,
  };
};

const parkingOf = (cells: Cells): Resource => ({
  resource: cells['资源编码'] ?? '',
  kind: 'parking',
  name: cells['资源编码'] ?? '',
  nature: (cells['车位类型'] ?? '') as Nature,
  building: null,
  entrance: null,
  floor: null,
  room: null,
  grossArea: shortest(cells['面积'] ?? null),
  insideArea: null,
  billableArea: shortest(cells['面积'] ?? null),
  handedOverOn: null,
  location: cells['位置'] ?? null,
  parentRoom: cells['所属房间'] ?? null,
});

const FIELDS_OF_HEADERS: Readonly<Record<string, readonly string[]>> = {
  项目名称: ['name'],
  区域: ['region'],
  城市公司: ['company'],
  启用账期: ['firstPeriod'],
  资源名称: ['name'],
  资源性质: ['nature'],
  车位类型: ['nature'],
  楼栋: ['building'],
  单元: ['entrance'],
  楼层: ['floor'],
  房号: ['room'],
  建筑面积: ['grossArea', 'billableArea'],
  套内面积: ['insideArea'],
  计费面积: ['billableArea'],
  面积: ['grossArea', 'billableArea'],
  交付日期: ['handedOverOn'],
  位置: ['location'],
  所属房间: ['parentRoom'],
};

/** The fields that unreadable columns leave open: they take no part when a row is compared with the archive. */
export const fieldsOfColumns = (columns: readonly string[]): Set<string> =>
  new Set(columns.flatMap((column) => FIELDS_OF_HEADERS[column] ?? []));
