import type { AskReferences, Period, ReferencesAnswer } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';

/** What of these is neither in the archive nor staged by this import; faulty rows count as staged. */
export const answerReferences = async (tx: Tx, id: string, asked: AskReferences): Promise<ReferencesAnswer> => {
  const known = await tx.rows<{ project: string; first_period: Period | null }>(
    `select asked.project, coalesce(p.first_period, f.first_period) as first_period
       from (select distinct project from unnest($2::text[]) as a (project)) asked
       left join project p on p.project = asked.project
       left join lateral (
         select cells->>'启用账期' as first_period, true as staged from import_stage
          where import = $1 and sheet = 0 and import_stage.project = asked.project order by row limit 1) f on true
      where p.project is not null or f.staged`,
    [id, asked.projects],
  );
  const knownProjects = new Set(known.map(({ project }) => project));
  const unknownResources = await tx.rows<{ project: string; code: string }>(
    `select distinct a.project, a.code from unnest($2::text[], $3::text[]) as a (project, code)
      where not exists (select 1 from resource r where r.project = a.project and r.resource = a.code)
        and not exists (select 1 from import_stage s
                         where s.import = $1 and s.sheet > 0 and s.project = a.project and s.code = a.code)
      order by 1, 2`,
    [id, asked.resources.map(({ project }) => project), asked.resources.map(({ code }) => code)],
  );
  return {
    unknownProjects: [...new Set(asked.projects)].filter((project) => !knownProjects.has(project)),
    unknownResources,
    unknownCustomers: [],
    firstPeriods: Object.fromEntries(
      known.flatMap(({ project, first_period }) => (first_period === null ? [] : [[project, first_period]])),
    ),
  };
};
