import type { ProblemCatalogue } from '@propledger/service-kit';

/** What reporting refuses with, beside what every service may answer. */
export const REPORTING_PROBLEMS = {
  'project-not-found': { status: 404, zh: '没有这个项目', en: 'There is no such project' },
  'nothing-known-then': { status: 404, zh: '那时还没有任何记录', en: 'Nothing was known at that time' },
  'cut-not-found': { status: 404, zh: '没有这个切片', en: 'There is no such cut' },
} as const satisfies ProblemCatalogue;
