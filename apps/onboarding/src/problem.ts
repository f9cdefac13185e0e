import type { ProblemCatalogue, ProblemKind } from '@propledger/service-kit';

const kind = (status: number, zh: string, en: string): ProblemKind => ({ status, zh, en });

/** Onboarding's own problems. */
export const ONBOARDING_PROBLEMS = {
  'file-empty': kind(400, '没有上传文件', 'No file was uploaded'),
  'file-incomplete': kind(400, '文件没有传完', 'The file did not arrive whole'),
  'import-not-posted': kind(409, '只能撤销已入账的导入', 'Only a posted import can be undone'),
  'import-built-upon': kind(
    409,
    '导入之后已有新业务, 不能撤销',
    'Something was built on the import, so it cannot be undone',
  ),
} as const satisfies ProblemCatalogue;
