import type { Column, ColumnKind } from '@propledger/contracts';
import { CODE_CHARS, TEXT_CHARS } from '../cells/read-cell';
import type { FormColumn, FormRule, Format } from '../form/form';

/** What a column takes, in Chinese and in English; an example; how it is shown; what may be typed. All of it follows from its kind. */
interface KindForm {
  readonly zh: string;
  readonly en: string;
  readonly example: string;
  readonly format: Format;
  readonly width: number;
  readonly rule: FormRule;
}

const decimal = (
  [zh, en]: readonly [string, string],
  decimals: number,
  example: string,
  is: 'at-least' | 'above' = 'at-least',
): KindForm => {
  const bound = is === 'above' ? '大于零' : '不小于零';
  const boundEn = is === 'above' ? 'above zero' : 'zero or more';
  const [told, toldEn] = [
    `${zh}; ${bound}, 最多 ${decimals} 位小数`,
    `${en}; ${boundEn}, at most ${decimals} decimals`,
  ];
  return {
    zh: told,
    en: toldEn,
    example,
    format: decimals === 2 ? 'money' : 'decimal',
    width: 12,
    rule: { is, number: 0, message: `${told} ${toldEn}` },
  };
};

const list = (values: readonly string[]): KindForm => {
  const zh = `从下拉列表选择: ${values.join('、')}`;
  const en = 'one of the drop-down list';
  const rule: FormRule = { is: 'one-of', values, message: `须从下拉列表选择 choose from the list` };
  return { zh, en, example: values[0] ?? '', format: 'text', width: 12, rule };
};

const texts = (zh: string, en: string, max: number, example: string, width: number): KindForm => {
  const told = [`${zh}, 最多 ${max} 个字符`, `${en}, at most ${max} characters`] as const;
  const rule: FormRule = { is: 'length', max, message: told.join(' ') };
  return { zh: told[0], en: told[1], example, format: 'text', width, rule };
};

const kindForm = (kind: ColumnKind): KindForm => {
  switch (kind.is) {
    case 'code':
      return texts('编码 (文本, 前面的 0 保留)', 'a code (text: leading zeros stay)', CODE_CHARS, 'A001', 16);
    case 'text':
      return texts('文本', 'text', TEXT_CHARS, '文本', 18);
    case 'choice':
      return list(kind.of);
    case 'yes-no':
      return list(['是', '否']);
    case 'day': {
      const [zh, en] = ['日期, 如 2026-03-01', 'a day, like 2026-03-01'];
      return { zh, en, example: '2026-03-01', format: 'day', width: 12, rule: { is: 'day', message: `${zh} ${en}` } };
    }
    case 'period':
      return texts('账期 (年-月), 如 2026-03', 'a month, like 2026-03', 10, '2026-03', 10);
    case 'amount':
      return decimal(['金额, 元', 'yuan'], 2, '100.00', 'above');
    case 'area':
      return decimal(['面积, m²', 'square metres'], 2, '88.50');
    case 'price':
      return decimal(['单价, 元', 'yuan a unit'], 4, '2.5');
    case 'reading':
      return decimal(['读数或用量', 'what a meter shows, or counted'], 2, '120');
    case 'factor':
      return decimal(['数', 'a number'], 4, '1', 'above');
    case 'rate':
      return decimal(['比率', 'a rate'], 4, '0.5');
    case 'integer': {
      const zh = `整数, ${kind.min} 到 ${kind.max}`;
      const en = `a whole number from ${kind.min} to ${kind.max}`;
      const rule: FormRule = { is: 'whole', min: kind.min, max: kind.max, message: `${zh} ${en}` };
      return { zh, en, example: String(kind.min), format: 'integer', width: 10, rule };
    }
  }
};

const CHINESE_WIDTH = 2.2;

/** How a column of an import sheet looks in a form, and what may be typed into it. */
export const formColumnOf = ({ header, kind }: Column): FormColumn => {
  const { format, width, rule } = kindForm(kind);
  return { width: Math.max(width, Math.ceil(header.length * CHINESE_WIDTH) + 3), format, rule };
};

/** The header as a form shows it: `*` where every row needs the cell. */
export const headerOf = ({ header, required }: Column): string => (required ? `${header}*` : header);

/** What a column takes. */
export interface ColumnGuide {
  readonly zh: string;
  readonly en: string;
  readonly example: string;
}

/** What a column of this kind takes, and where it is needed or passed over. */
export const guideOf = ({ kind, required, neededWhere, ignoredWhere }: Column): ColumnGuide => {
  const { zh, en, example } = kindForm(kind);
  const where = (at: typeof neededWhere): string => (at ? `${at.column} = ${at.is.join('、')}` : '');
  const more = [
    neededWhere && !required ? [`${where(neededWhere)} 时必填`, `needed where ${where(neededWhere)}`] : [],
    ignoredWhere ? [`${where(ignoredWhere)} 时不用填`, `not used where ${where(ignoredWhere)}`] : [],
  ];
  return {
    zh: [zh, ...more.flatMap(([text]) => text ?? [])].join('; '),
    en: [en, ...more.flatMap(([, text]) => text ?? [])].join('; '),
    example,
  };
};
