import type { ProblemCatalogue, ProblemKind } from '@propledger/service-kit';

const kind = (status: number, zh: string, en: string): ProblemKind => ({ status, zh, en });

/** Onboarding's own problems. */
export const ONBOARDING_PROBLEMS = {
  'file-empty': kind(400, '没有上传文件', 'No file was uploaded'),
  'file-incomplete': kind(400, '文件没有传完', 'The file did not arrive whole'),
  'no-error-workbook': kind(
    404,
    '没有错误工作簿: 导入没有错误单元格, 或已超过 7 天',
    'There is no workbook to correct: no cell was at fault, or more than 7 days have passed',
  ),
  'import-not-posted': kind(409, '只能撤销已入账的导入', 'Only a posted import can be undone'),
  'import-built-upon': kind(
    409,
    '导入之后已有新业务, 不能撤销',
    'Something was built on the import, so it cannot be undone',
  ),
} as const satisfies ProblemCatalogue;
