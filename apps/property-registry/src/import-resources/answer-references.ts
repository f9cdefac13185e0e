import type { AskReferences, Period, ReferencesAnswer } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { RESOURCE_KEY } from './staged-sheets';

/** What of these is neither in the archive nor staged by this import; faulty rows count as staged. */
export const answerReferences = async (tx: Tx, id: string, asked: AskReferences): Promise<ReferencesAnswer> => {
  const named = await tx.rows<{
    project: string;
    archived: Period | null;
    staged: boolean;
    first_period: Period | null;
  }>(
    `select a.project, p.first_period as archived, f.staged, f.first_period
       from (select distinct project from unnest($2::text[]) as a (project)) a
       left join project p on p.project = a.project
       left join lateral (
         select true as staged, cells->>'启用账期' as first_period from import_stage
          where import = $1 and defines = 'project ' || a.project limit 1) f on true`,
    [id, asked.projects],
  );
  const known = named.filter(({ archived, staged }) => archived !== null || staged);
  const knownProjects = new Set(known.map(({ project }) => project));
  const unknownResources = await tx.rows<{ project: string; code: string }>(
    `select distinct a.project, a.code from unnest($2::text[], $3::text[]) as a (project, code)
      where (select 1 from resource r where r.project = a.project and r.resource = a.code) is null
        and (select 1 from import_stage s where s.import = $1 and s.defines = ${RESOURCE_KEY('a.project', 'a.code')} limit 1) is null
      order by 1, 2`,
    [id, asked.resources.map(({ project }) => project), asked.resources.map(({ code }) => code)],
  );
  return {
    unknownProjects: [...new Set(asked.projects)].filter((project) => !knownProjects.has(project)),
    unknownResources,
    unknownCustomers: [],
    firstPeriods: Object.fromEntries(
      known.flatMap(({ project, archived, first_period }) => {
        const period = archived ?? first_period;
        return period === null ? [] : [[project, period]];
      }),
    ),
  };
};
