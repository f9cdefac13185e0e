import type { SheetName } from '@propledger/contracts';

/** What a sheet is for, and what a kind alone does not say of its columns: words for a column, and an example of a row. */
export interface SheetGuide {
  readonly zh: string;
  readonly en: string;
  readonly columns?: Readonly<Record<string, readonly [zh: string, en: string]>>;
  readonly example?: Readonly<Record<string, string>>;
}

const LEASE = { 项目编码: 'YT01', 合同编号: 'HT-2026-001' };
const NO_TURNOVER = { 营业额收费项目: '', 营业额提成: '', 营业额起点: '', 保底费项: '' };
const ROOM = { 项目编码: 'YT01', 资源编码: 'YT01-1-101' };

/** Sheets without an entry here do not compile; columns without one are told by their kind. */
export const SHEET_GUIDES: Readonly<Record<SheetName, SheetGuide>> = {
  项目: {
    zh: '新开的项目, 一行一个',
    en: 'Projects to open, one a row.',
    columns: { 启用账期: ['系统中第一个账期, 此前的欠费填入 历史欠费', 'the first period that is kept here'] },
    example: { 项目编码: 'YT01', 项目名称: '示例花园', 区域: '山东', 城市公司: '烟台公司' },
  },
  物业资源: {
    zh: '房屋、商铺、办公等收费对象, 一行一个',
    en: 'Rooms, shops, offices: what is charged for, one a row.',
    columns: { 计费面积: ['按面积计费所用, 空白时取建筑面积', 'what prices per area multiply; blank: 建筑面积'] },
    example: { ...ROOM, 资源名称: '1号楼101', 楼栋: '1', 单元: '1', 楼层: '1', 房号: '101' },
  },
  车位: {
    zh: '车位, 一行一个',
    en: 'Parking spaces, one a row.',
    columns: { 所属房间: ['房间的资源编码', 'the code of the room that it goes with'] },
    example: { 项目编码: 'YT01', 资源编码: 'YT01-C-001', 位置: 'B1 东区', 所属房间: 'YT01-1-101', 面积: '12' },
  },
  客户档案: {
    zh: '业主、租户等付费人, 一行一个',
    en: 'Owners, tenants and others who pay, one a row.',
    example: {
      项目编码: 'YT01',
      客户编码: 'YT01-K00001',
      客户名称: '张三',
      证件类型: '身份证',
      证件号码: '370602199001010000',
      手机: '13800000000',
      联系地址: '示例路 1 号',
    },
  },
  入住关系: {
    zh: '谁从何时到何时拥有、租用哪个资源, 谁付费',
    en: 'Who owns or rents what from when to when, and who pays.',
    columns: { 结束日期: ['最后一天; 空白为至今', 'the last day; blank: still so'] },
    example: { ...ROOM, 客户编码: 'YT01-K00001', 结束日期: '' },
  },
  收费标准: {
    zh: '收费标准及其单价历史: 同一标准编码可有多行, 只有单价与日期不同',
    en: 'Standards with their price history: rows of one code differ in price and dates alone.',
    columns: {
      单价: [
        '面积单价: 元/m²/月; 固定金额、每户: 元/月; 每人: 元/人/月; 用量单价: 元/单位',
        'per m² and month; per month; per person and month; per unit used',
      ],
      应收日: ['每月几号应收', 'the day of the month on which it is due'],
      优先级: ['小的先冲抵', 'the smaller is settled first'],
      失效日期: ['该单价的最后一天; 空白为长期', 'the last day of the price; blank: no end'],
      计费周期: ['空白为月', 'blank: 月'],
      仪表种类: ['与仪表的仪表种类相同, 如 冷水', 'as in 仪表'],
      违约金日率: ['千分之几, 如 0.5 为万分之五', 'per mille a day: 0.5 is 0.05 %'],
      违约金上限: ['本金的百分之几', 'per cent of the charge'],
      违约金起算: [
        '过了宽限期, 自应收日次日或宽限期后计; 空白为宽限期后',
        'from the due date or from after the grace; blank: 宽限期后',
      ],
      违约金推迟月数: [
        '应收日所在月后第几个月起计, 代替宽限天数',
        'late so many months after the due date’s month, instead of 宽限天数',
      ],
      违约金推迟日: ['推迟到该月几号; 空白为 1', 'the day of that month; blank: 1'],
      违约金起征欠费: ['未收不足此数的日子不计', 'days with less open do not count'],
      取整方式: ['空白为四舍五入', 'blank: half up'],
      面积口径: ['面积单价乘哪个面积; 空白为计费面积', 'which area is multiplied; blank: 计费面积'],
      附加费: ['元/月, 用量为元/次', 'yuan a month, or a reading, more'],
      最低收费: ['元/月, 用量为元/次; 不足月按比例', 'a month, or a reading, comes to at least this'],
      公式: ['自定义公式时: 一个整月多少元, 如 单价*计费面积+5', 'what a month comes to, in yuan, for 自定义公式'],
      周期月数: ['2 至 60, 代替计费周期', 'months of a cycle, instead of 计费周期'],
      起算月: ['周期自哪个月起算; 空白为一月', 'a month in which a cycle begins; blank: January'],
      按户周年: ['是: 自交付日期起算', '是: months and cycles begin with the handover'],
      后付: ['是: 周期结束后收; 空白为预付', '是: charged when a cycle is over'],
      应收天数: [
        '费用开始 (后付为结束) 后几天应收, 代替应收日',
        'days after the first day, in arrears the last, instead of 应收日',
      ],
      不足月: ['起止不满一月时如何计; 空白为按天', 'a month in which the binding begins or ends; blank: by its days'],
      年度取整: ['全年金额取整到此, 末期调整', 'the year is rounded to this, its last cycle adjusted'],
      允许绑定单价: ['是: 收费绑定可写自己的单价', '是: bindings may have prices of their own'],
      最高收费: ['元/月, 用量为元/次; 不足月按比例', 'a month, or a reading, comes to at most this'],
      损耗率: ['用量时: 多计用量的百分之几', 'per cent of usage charged with it'],
      损耗量: ['用量时: 每次抄表多计几个单位', 'units charged with each reading'],
      空置比例: ['申报空置的日子按百分之几收, 如 70; 空白为全收', 'per cent that vacant days are charged; blank: all'],
      空置付费对象: ['空置的日子由谁付; 空白同其他日', 'who pays on vacant days; blank: as on others'],
    },
    example: {
      项目编码: 'YT01',
      标准编码: 'WYF',
      标准名称: '住宅物业费',
      收费项目: '物业费',
      应收日: '10',
      优先级: '10',
      失效日期: '',
      仪表种类: '',
      损耗率: '',
      损耗量: '',
      违约金日率: '0.5',
      宽限天数: '30',
      违约金上限: '100',
      违约金起算: '',
      违约金推迟月数: '',
      违约金推迟日: '',
      违约金起征欠费: '',
      公式: '',
      计费周期: '',
      周期月数: '6',
      起算月: '',
      按户周年: '',
      应收天数: '',
      空置比例: '70',
      空置付费对象: '',
    },
  },
  收费绑定: {
    zh: '哪个资源按哪个标准收费, 从何时到何时',
    en: 'Which resource is charged by which standard, from when to when.',
    columns: {
      结束日期: ['最后一天; 空白为长期', 'the last day; blank: no end'],
      人数: ['每人计费时必填', 'where the standard counts persons'],
      单价: ['代替收费标准的单价, 须其允许绑定单价', 'instead of the standard’s, where 允许绑定单价 is 是'],
      付费对象: ['空白用收费项目的', 'blank: whom the item says'],
    },
    example: { ...ROOM, 标准编码: 'WYF', 结束日期: '', 人数: '', 单价: '', 付费对象: '' },
  },
  历史欠费: {
    zh: '启用账期之前未收的应收',
    en: 'What was not paid before the first period.',
    example: {
      ...ROOM,
      客户编码: 'YT01-K00001',
      收费项目: '物业费',
      费用开始日期: '2026-02-01',
      费用结束日期: '2026-02-28',
      应收日期: '2026-02-10',
    },
  },
  押金台账: {
    zh: '启用前收取、尚未退还的押金',
    en: 'Deposits held from before the first period.',
    example: { ...ROOM, 客户编码: 'YT01-K00001', 押金类型: '装修押金', 收取日期: '2026-02-10', 收据号: 'YJ000001' },
  },
  预交款: {
    zh: '启用前的预交款余额',
    en: 'Prepayments from before the first period.',
    columns: { 资源编码: ['只用于此资源; 空白为不限', 'for this resource alone; blank: for any'] },
    example: { ...ROOM, 客户编码: 'YT01-K00001' },
  },
  实收补录: {
    zh: '手工开出的收据, 按收款日期补录',
    en: 'Receipts written by hand, entered with their own dates.',
    columns: {
      资源编码: ['只冲抵此资源的欠费; 空白为不限', 'settles this resource alone; blank: any'],
      收费项目: ['只冲抵此项目的欠费; 空白为不限', 'settles this item alone; blank: any'],
    },
    example: { ...ROOM, 收据号: 'SJ000001', 客户编码: 'YT01-K00001', 收费项目: '', 收款方式: '微信', 备注: '' },
  },
  阶梯价格: {
    zh: '用量阶梯的各档单价, 一行一档',
    en: 'The tiers of standards by usage, one a row.',
    columns: {
      起始用量: ['超过此用量的部分按本行单价; 第一档为 0', 'usage above this has the price of the row; first: 0'],
    },
    example: { 项目编码: 'YT01', 标准编码: 'SF', 起始用量: '0' },
  },
  仪表: {
    zh: '水、电、气表, 一行一块',
    en: 'Meters, one a row.',
    columns: {
      资源编码: ['空白为公用表', 'blank: it is shared'],
      倍率: ['用量 = 读数差 × 倍率', 'usage is the difference of readings times this'],
      量程: ['翻转表的量程; 空白为不翻转', 'where its dial starts again; blank: never'],
      上级仪表: ['本表用量已计入的总表', 'the meter through which its usage has gone already'],
      损耗率: ['代替收费标准的损耗率, 百分之几', 'per cent, instead of its standard’s'],
      损耗量: ['代替收费标准的损耗量, 每次抄表几个单位', 'units a reading, instead of its standard’s'],
      月最大用量: ['按三十天折算; 超过的须复核后计费', 'in thirty days; more is looked at before it is charged'],
    },
    example: { ...ROOM, 仪表编码: 'S-1-101', 仪表种类: '冷水', 量程: '10000', 上级仪表: '' },
  },
  公摊池: {
    zh: '公摊池: 范围内按同一标准收费的资源分摊',
    en: 'Pools: shared by what is bound to their standard, within a scope.',
    columns: {
      范围: [
        '仪表: 总表直属下级仪表的资源; 资源: 公摊系数中列出的',
        '仪表: with a meter below 总表; 资源: listed in 公摊系数',
      ],
      方式: [
        '面积为计费面积; 楼层、系数、比例见公摊系数, 比例合计须为 100',
        'by areas, equally, by usage; coefficients and per cents stand in 公摊系数',
      ],
      总表: ['按总表减直属下级仪表的用量分摊, 不填公摊金额', 'its usage less that right below is shared, at 单价'],
      单价: ['总表时: 元/单位', 'with 总表: yuan a unit'],
      单价生效日期: ['空白为一直', 'blank: since ever'],
      空置: ['没有付费人的资源; 空白为不计', 'resources that nobody pays for; blank: they take no part'],
      客户编码: ['空置为开发商时: 由谁承担', 'who is charged for what is vacant'],
      按天: ['是: 各付费人按天数计权', '是: everyone weighs by his days'],
    },
    example: {
      ...{ 项目编码: 'YT01', 公摊编码: 'GT-1', 标准编码: 'GTDF', 楼栋: '1', 单元: '1' },
      ...{ 范围: '单元', 方式: '面积', 总表: '', 单价: '', 单价生效日期: '', 空置: '', 客户编码: '', 按天: '' },
    },
  },
  抄表: {
    zh: '每月读数, 一块表一个账期一行',
    en: 'Readings, one a meter and period.',
    columns: {
      账期: ['这次读数计入的账期, 如 2026-03', 'the month that is charged by it, like 2026-03'],
      用量复核: [
        '是: 超过平时三倍的也待复核; 否: 已核对; 空白: 只看月最大用量',
        '是: three times the usual waits for review, too; 否: looked at; blank: the maximum alone',
      ],
    },
    example: { 项目编码: 'YT01', 仪表编码: 'S-1-101', 抄表日期: '2026-03-25', 本期读数: '128.5' },
  },
  估抄: {
    zh: '未能抄表的表: 按用量或平均估抄, 照常计费, 下次实抄时结清',
    en: 'Meters that nobody could read: estimated, charged, and settled by the next reading.',
    columns: {
      用量: ['上次抄表以来的用量; 空白: 按平均', 'what was used since the reading before; blank: the average'],
      平均期数: ['按此前几次实抄的日均用量; 空白为 3', 'of so many readings before; blank: 3'],
    },
    example: { 项目编码: 'YT01', 仪表编码: 'S-1-101', 估抄日期: '2026-04-25', 用量: '' },
  },
  公摊系数: {
    zh: '公摊池的参与资源、各资源或各楼层的系数, 一行一个资源或楼层',
    en: 'Who takes part in a pool, and coefficients or per cents of resources or floors, one a row.',
    columns: {
      楼层: ['方式为楼层时, 代替资源编码, 与物业资源的楼层写法相同', 'instead of 资源编码 for pools by floor'],
      系数: [
        '比例时为百分之几; 范围为资源而不按系数时空白',
        'per cents for 比例; blank where it is not shared by them',
      ],
    },
    example: { ...ROOM, 公摊编码: 'GT-2', 楼层: '', 系数: '1' },
  },
  换表: {
    zh: '换表: 旧表的最后读数, 新表的起始读数',
    en: 'Replacements: the last reading of the old meter, the first of the new one.',
    example: { 项目编码: 'YT01', 仪表编码: 'S-1-101', 换表日期: '2026-03-12', 旧表读数: '131', 新表读数: '0' },
  },
  公摊金额: {
    zh: '每个公摊池每个账期要分摊的金额',
    en: 'What is to be shared of a pool in a period.',
    example: { 项目编码: 'YT01', 公摊编码: 'GT-1', 账期: '2026-03', 金额: '1234.50' },
  },
  调价: {
    zh: '收费标准的新单价: 此前未定失效日期的单价止于前一日, 绑定此标准的资源都按新单价收费',
    en: 'New prices of standards: an open-ended earlier price ends the day before; all that is bound to the standard has the new one.',
    columns: { 生效日期: ['新单价的第一天', 'the first day of the new price'] },
    example: { 项目编码: 'YT01', 标准编码: 'WYF', 单价: '2.8', 生效日期: '2026-07-01' },
  },
  临时费用: {
    zh: '一次性应收, 一行一笔; 同一客户、资源、收费项目、日期只有一笔',
    en: 'One-off charges, one a row; one of a customer, resource, item and day.',
    columns: {
      日期: ['费用发生日, 也是入账日期', 'the day of the charge and of its entry'],
      应收日期: ['应在何日前付清', 'the day on which it is due'],
    },
    example: {
      ...ROOM,
      客户编码: 'YT01-K00001',
      收费项目: '装修垃圾清运费',
      日期: '2026-03-05',
      应收日期: '2026-03-05',
      备注: '',
    },
  },
  租赁合同: {
    zh: '租赁合同, 一行一份; 各方、资源、费项等填在其后的工作表, 以合同编号对应',
    en: 'Leases, one a row; parties, resources, items and the rest stand in the sheets after it, by 合同编号.',
    columns: {
      结束日期: ['最后一天', 'the last day'],
      付款月数: ['一次付几个月, 预付', 'so many months at once, in advance'],
      应收日: ['首月几号应收', 'the day of the first of them on which they are due'],
      取整: ['空白为分', 'blank: 分'],
      营业额收费项目: ['有营业额租金时填写, 与提成、保底费项同填', 'for turnover rent, with 营业额提成 and 保底费项'],
      营业额提成: ['百分之几', 'per cent of the turnover'],
      营业额起点: ['超过部分提成; 空白为与保底取高', 'of what is above it; blank: what is above the minimum'],
      保底费项: ['作为保底的收费项目', 'the item that is the minimum rent'],
    },
    example: { ...LEASE, 结束日期: '2028-02-29', 付款月数: '3', 应收日: '5', ...NO_TURNOVER },
  },
  合同各方: {
    zh: '承租方、共同承租方、担保方; 每份合同有且只有一个付款方',
    en: 'The parties of leases; one of each pays.',
    example: { ...LEASE, 客户编码: 'YT01-K00001' },
  },
  合同资源: {
    zh: '租赁的资源',
    en: 'What is let.',
    columns: { 租赁面积: ['按面积计价时必填', 'needed where a price is by area'] },
    example: { ...LEASE, 资源编码: 'YT01-1-101' },
  },
  合同费项: {
    zh: '租金与其他费项, 一行一个',
    en: 'Rent and other items, one a row.',
    columns: {
      资源编码: ['只对此资源; 空白为合同全部资源', 'for this resource alone; blank: for all of the lease'],
      计价: ['每月: 全部资源合计', '每月: of all its resources together'],
      起价日: ['空白为合同第一天', 'blank: the first day'],
      小数位: ['递增后单价的小数位; 空白为 2', 'decimals of a price that a step makes; blank: 2'],
      优先级: ['小的先冲抵; 空白为 10', 'the smaller is settled first; blank: 10'],
    },
    example: { ...LEASE, 收费项目: '租金', 资源编码: '', 单价: '3000', 起价日: '', 小数位: '2', 优先级: '10' },
  },
  租金递增: {
    zh: '费项的递增, 一行一次或每几个月一次',
    en: 'Steps of an item: on a day, or every so many months.',
    columns: {
      资源编码: ['与合同费项相同', 'as in 合同费项'],
      递增日: ['与每几个月二选一', 'or 每几个月'],
      每几个月: ['自起价日起', 'from the item’s first day'],
      递增值: ['百分之几, 元, 或调至多少元; 降价用调至', 'per cent, yuan, or the new price: 调至 for a lower one'],
    },
    example: { ...LEASE, 收费项目: '租金', 资源编码: '', 递增日: '', 每几个月: '12', 递增值: '5' },
  },
  免租期: {
    zh: '不收费的日子',
    en: 'Days for which nothing is charged.',
    columns: { 资源编码: ['与合同费项相同', 'as in 合同费项'], 免租结束: ['最后一天', 'the last day'] },
    example: { ...LEASE, 收费项目: '租金', 资源编码: '', 免租结束: '2026-03-31' },
  },
  合同押金: {
    zh: '合同约定的押金; 收到的押金按收款录入',
    en: 'Deposits as agreed; what is received is entered as receipts are.',
    example: { ...LEASE, 押金名目: '租赁押金', 金额: '9000.00' },
  },
  收费项目: {
    zh: '收费项目: 类别、税率、冲抵次序与付费对象; 一个项目自某日起一行, 没有列出的为不计税的收入',
    en: 'Charge items: class, tax, order of settlement and who pays; one row an item and day. What is not listed is income without tax.',
    columns: {
      类别: ['代收不计收入; 押金不出应收', '代收: no income; 押金: never charged'],
      税率: ['百分之几, 如 6; 空白为 0', 'per cent; blank: 0'],
      单价不含税: ['是: 税额在单价之外另加; 空白为含税', '是: the tax comes on top; blank: it is in the price'],
      优先级: ['小的先冲抵; 空白用收费标准的', 'the smaller is settled first; blank: that of the standard'],
      付费对象: [
        '空白为付费人; 业主、租户按当日入住关系, 没有租户则业主',
        'blank: 付费人; owner or tenant of the day, without a tenant the owner',
      ],
      未售由开发商付: [
        '是: 没有人付费的日子与交付日期之前由项目的开发商付',
        '是: days without anybody to pay, and before the handover, are the developer’s',
      ],
      生效日期: ['至该项目的下一行为止', 'until the next row of the item'],
      车位随房: ['是: 车位由其所属房间的付费对象付', '是: a space is paid by who pays its room'],
    },
    example: { 项目编码: 'YT01', 收费项目: '物业费', 税率: '6', 优先级: '', 付费对象: '业主', 生效日期: '2026-01-01' },
  },
  开发商: {
    zh: '项目的开发商: 收费项目规定未售由开发商付时由其付费',
    en: 'The developer of a project: pays what is not sold yet, where the charge item says so.',
    columns: { 开始日期: ['至下一行为止', 'until the next row'] },
    example: { 项目编码: 'YT01', 客户编码: 'YT01-K00001', 开始日期: '2026-01-01' },
  },
  车位月租: {
    zh: '按月出租的车位: 谁从何时到何时租用, 其间的费用由其付',
    en: 'Parking spaces that are let by the month: who has which from when to when; he pays on these days.',
    columns: {
      结束日期: ['最后一天; 空白为未定', 'the last day; blank: not known yet'],
      月租价: [
        '元/月, 代替收费标准的单价 (固定金额, 且允许绑定单价); 空白按收费标准',
        'yuan a month, instead of the price of a standard by 固定金额 with 允许绑定单价; blank: the standard’s',
      ],
    },
    example: { 项目编码: 'YT01', 资源编码: 'YT01-C-001', 客户编码: 'YT01-K00001', 结束日期: '', 月租价: '280' },
  },
  空置申报: {
    zh: '哪个资源从何时到何时空置: 按收费标准的空置比例收, 公摊按公摊池的空置规则',
    en: 'Which resource is vacant from when to when: charged by 空置比例 of its standards, shared as its pools say.',
    columns: { 结束日期: ['最后一天; 空白为至今', 'the last day; blank: still so'] },
    example: { ...ROOM, 开始日期: '2026-03-05', 结束日期: '' },
  },
  车辆: {
    zh: '车辆: 车牌号与其车位、客户, 一行一辆; 一个车位可有几辆',
    en: 'Cars: plate, space and customer, one a row; a space may have several.',
    columns: {
      资源编码: ['车位; 没有固定车位的填房间', 'the space; the room of who has none of his own'],
      车牌号: ['空格与点可有可无', 'with or without blanks and dots'],
      结束日期: ['最后一天; 空白为未定', 'the last day; blank: not known yet'],
    },
    example: {
      ...{ 项目编码: 'YT01', 资源编码: 'YT01-C-001', 客户编码: 'YT01-K00001' },
      ...{ 车牌号: '鲁F12345', 结束日期: '' },
    },
  },
};
