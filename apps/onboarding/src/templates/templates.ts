import { SHEETS, type Sheet, type SheetName } from '@propledger/contracts';
import { SHEET_GUIDES } from '@propledger/workbook';

/** A workbook to download, fill in and upload. */
export interface Template {
  readonly name: string;
  /** What it is for, Chinese first. */
  readonly purpose: string;
  readonly sheets: readonly Sheet[];
}

const named = (...names: readonly SheetName[]): readonly Sheet[] => SHEETS.filter(({ name }) => names.includes(name));

/** For what is done together. Any sheet alone has a template, too, by its own name. */
const FOR_A_TASK: readonly Template[] = [
  { name: 'all', purpose: '全部工作表 every sheet', sheets: SHEETS },
  {
    name: 'opening',
    purpose: '初始化资料: 项目启用时的档案、标准与期初余额 what a project starts with',
    sheets: named(
      ...(['项目', '物业资源', '车位', '客户档案', '入住关系', '收费标准', '收费绑定'] as const),
      ...(['历史欠费', '押金台账', '预交款'] as const),
    ),
  },
  { name: 'standards', purpose: '收费标准与阶梯价格 standards and tiers', sheets: named('收费标准', '阶梯价格') },
  { name: 'items', purpose: '收费项目与开发商 charge items and the developer', sheets: named('收费项目', '开发商') },
  { name: 'bindings', purpose: '收费绑定 what is charged by which standard', sheets: named('收费绑定') },
  { name: 'vacancies', purpose: '空置申报 what is vacant from when to when', sheets: named('空置申报') },
  { name: 'meters', purpose: '仪表与换表 meters and replacements', sheets: named('仪表', '换表') },
  {
    name: 'readings',
    purpose: '每月抄表与估抄 the readings of a month, and estimates',
    sheets: named('抄表', '估抄'),
  },
  {
    name: 'pools',
    purpose: '公摊池与每月公摊金额 pools and what is to be shared',
    sheets: named('公摊池', '公摊金额', '公摊系数'),
  },
  {
    name: 'price-changes',
    purpose: '调价: 许多房间的新单价 new prices, of all rooms that have the standard',
    sheets: named('调价'),
  },
  { name: 'one-off-charges', purpose: '临时费用 one-off charges', sheets: named('临时费用') },
  {
    name: 'leases',
    purpose: '租赁合同及其各方、资源、费项、递增、免租、押金 leases with all that belongs to them',
    sheets: named('租赁合同', '合同各方', '合同资源', '合同费项', '租金递增', '免租期', '合同押金'),
  },
  {
    name: 'parking',
    purpose: '车位、月租、车辆与收费绑定 parking spaces, who has them by the month, cars, and what is charged',
    sheets: named('车位', '车位月租', '车辆', '收费绑定'),
  },
  { name: 'receipts', purpose: '手工收据补录 receipts written by hand', sheets: named('实收补录') },
];

export const TEMPLATES: readonly Template[] = [
  ...FOR_A_TASK,
  ...SHEETS.map((sheet): Template => {
    const { zh, en } = SHEET_GUIDES[sheet.name];
    return { name: sheet.name, purpose: `${zh} ${en}`, sheets: [sheet] };
  }),
];
