import type { ProblemCatalogue } from '@propledger/service-kit';

/** What reporting refuses with, beside what every service may answer. */
export const REPORTING_PROBLEMS = {
  'project-not-found': { status: 404, zh: '没有这个项目', en: 'There is no such project' },
  'cut-not-found': { status: 404, zh: '没有这个切片', en: 'There is no such cut' },
} as const satisfies ProblemCatalogue;
