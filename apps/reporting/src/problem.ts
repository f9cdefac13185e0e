import type { ProblemCatalogue } from '@propledger/service-kit';

/** What reporting refuses with, beside what every service may answer. */
export const REPORTING_PROBLEMS = {
  'project-not-found': { status: 404, zh: '没有这个项目', en: 'There is no such project' },
  'nothing-known-then': { status: 404, zh: '那时还没有任何记录', en: 'Nothing was known at that time' },
  'report-not-made': { status: 409, zh: '报表尚未生成', en: 'The report is not made' },
  'cut-not-found': { status: 404, zh: '没有这个切片', en: 'There is no such cut' },
  'no-log': { status: 404, zh: '这里不签封账簿', en: 'Books are not sealed here' },
  'not-sealed-yet': { status: 404, zh: '尚未签封, 请稍后再试', en: 'Not sealed yet; try again in a few seconds' },
  'receipt-not-found': { status: 404, zh: '没有这张收据', en: 'There is no such receipt' },
  'checkpoint-not-found': { status: 404, zh: '没有这个检查点', en: 'There is no such checkpoint' },
  'replay-in-progress': { status: 409, zh: '另有重放在进行', en: 'Another replay is in progress' },
  'replay-not-ready': { status: 409, zh: '这次重放现在不能这样用', en: 'The replay is not in a state for this' },
} as const satisfies ProblemCatalogue;
