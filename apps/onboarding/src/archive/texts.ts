import type { CellError } from '@propledger/contracts';
import type { Warning } from '@propledger/workbook';
import type { Reason, ReasonCode } from './import-record';

/** What is wrong with a cell, in words. */
export const FAULT_TEXTS: Readonly<Record<CellError, string>> = {
  required: '必填项为空 this cell must not be blank',
  missing_column: '缺少必填列 a required column is missing',
  duplicate: '重复, 或与已有数据不一致 there twice, or in already with other content',
  invalid_choice: '不在可选范围内 not one of the choices',
  invalid_number: '不是数字 not a number',
  invalid_date: '不是日期 not a date',
  negative: '不能小于零 must not be below zero',
  not_positive: '须大于零 must be above zero',
  too_many_decimals: '小数位数过多 too many decimals',
  unknown_reference: '所指的编码不存在 there is nothing with this code',
  range_reversed: '结束日期早于开始日期 the end is before the beginning',
  overlap: '日期与另一行或已有数据重叠 shares days with another row or with what is in already',
  conflict: '与同一标准的其他行不一致 differs from the other rows of the same standard',
  out_of_range: '超出允许范围 beyond what is allowed here',
  closed_period: '账期已关账或尚未启用 in a period that is closed or not yet open',
  reading_backwards: '小于上期读数, 且没有量程 below the reading before, and the meter has no 量程',
  reading_out_of_order: '不晚于上次抄表 (或换表、启用) 日期 not after the reading (or replacement, or start) before',
  second_reading: '该仪表在此账期已有读数 the meter has a reading for this period',
  invalid_formula: '公式有误 not a formula, or with a name that it does not know',
  incomplete:
    '缺少属于它的行, 如合同各方、合同资源、合同费项 rows that belong to it are missing, as its parties, resources or items',
  needs_approval: '本项目的空置申报须两人, 不能由工作簿带入 takes two people in this project: not by workbook',
  invalid_plate: '不是车牌号 no plate of a car',
};

/** What to do about it. */
export const REMEDIES: Readonly<Record<CellError, string>> = {
  required: '请填写 fill it in',
  missing_column: '请在第 2 行加上此列, 或下载新模板 add the column to row 2, or take a new template',
  duplicate: '请删去重复的行, 或改为与已有数据一致 delete the row, or make it say what is in already',
  invalid_choice: '请从下拉列表选择 choose from the list',
  invalid_number: '请改为数字, 不带单位 give a number, without a unit',
  invalid_date: '请改为日期, 如 2026-03-01 give a day, like 2026-03-01',
  negative: '请改为零或正数 give zero or more',
  not_positive: '请改为正数, 或删去此行 give more than zero, or delete the row',
  too_many_decimals: '请四舍五入后填写 round it',
  unknown_reference: '请核对编码, 或先在相应工作表中加上 correct the code, or add what it names in its own sheet',
  range_reversed: '请改正开始或结束日期 correct the beginning or the end',
  overlap: '请改日期, 使同一天只有一行 change the days so that no two rows share one',
  conflict: '请改为与同一编码的其他行一致 make it say what the other rows of this code say',
  out_of_range: '请改为允许的值 give a value that is allowed',
  closed_period: '请改为未关的账期, 或先反关账 choose a period that is open, or have it reopened',
  reading_backwards:
    '请核对读数; 翻转的表须有量程, 换过的表先填换表 correct it; a dial that starts again needs 量程, a replaced meter 换表',
  reading_out_of_order: '请核对日期 correct the day',
  second_reading: '请删去此行; 已有读数须先撤回 delete the row; a reading that is in must be withdrawn first',
  invalid_formula:
    '请改正公式; 试算会指出第几个字符有误 correct it; to try the standard out tells the character that is wrong',
  incomplete: '请在其他工作表补上这些行 add these rows in the other sheets',
  needs_approval: '请删去此行, 逐个申报并复核 delete the row, and declare it by itself, to be approved',
  invalid_plate: '请改为完整的车牌号, 如 鲁F12345 give the whole plate, like 鲁F12345',
};

/** What was passed over or may not be what was meant, in words. */
export const WARNING_TEXTS: Readonly<Record<Warning['code'], string>> = {
  unknown_sheet: '工作表不认识, 已忽略 unknown sheet, ignored',
  unknown_column: '列不认识, 已忽略 unknown column, ignored',
  ignored_value: '此计费方式不用这一项, 已忽略 this method has no use for it, ignored',
  digits_lost: '数字超过 15 位, 可能已失真, 请设为文本 more than 15 digits: some may be lost, use text',
  date_in_text: '文本列中的日期, 可能是自动转换的 a date in a text column, perhaps converted by the spreadsheet',
};

const REASON_TEXTS: Readonly<Record<ReasonCode, string>> = {
  'not-a-workbook': '不是 .xlsx 工作簿 not an .xlsx workbook',
  'old-format': '旧格式工作簿 (.xls, .xlsb), 请另存为 .xlsx an old format: save it as .xlsx',
  encrypted: '工作簿有打开密码 the workbook has a password to open',
  macros: '工作簿含宏 the workbook has macros',
  damaged: '文件已损坏 the file is damaged',
  'file-too-large': '文件太大 the file is too large',
  'inflates-too-far': '解压后过大 it inflates too far',
  'too-many-parts': '内部文件过多 it has too many parts',
  'too-many-rows': '工作表行数过多 a sheet has too many rows',
  'too-many-columns': '工作表列数过多 a sheet has too many columns',
  'too-much-text': '单元格或文本总量过大 a cell, or the text as a whole, is too long',
  formula: '单元格含公式, 请粘贴为数值 a cell holds a formula: paste values instead',
  entities: '文件含外部实体声明 the file declares a document type or entities',
  'sheet-twice': '有两个同名工作表 two sheets have the same name',
  faults: '有单元格填写有误 some cells are wrong',
  forbidden: '没有其中某些项目的维护权限 no right to set up some of its projects',
  held: '项目正被另一导入占用 another import kept one of its projects',
  restarted: '服务在入账前重启, 请重新上传 the service restarted before the decision: upload again',
  unavailable: '所需的服务长时间不可用 a service that this needs was not available',
  unexpected: '系统内部错误 internal error',
};

/** A reason in words, with the place of what it is about. */
export const reasonText = ({ code, sheet, cell, limit, projects }: Reason): string => {
  const place = [sheet, cell].filter((part) => part !== undefined).join('!');
  const more = [place, projects?.join(', ') ?? '', limit === undefined ? '' : `≤ ${limit}`].filter(
    (part) => part !== '',
  );
  return more.length === 0 ? REASON_TEXTS[code] : `${REASON_TEXTS[code]} (${more.join('; ')})`;
};
