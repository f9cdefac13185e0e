import type { AskReferences, ReferencesAnswer } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { CUSTOMER_KEY } from './staged-sheets';

/** Which of these customers are neither in the archive nor staged by this import; faulty rows count as staged. */
export const answerReferences = async (tx: Tx, id: string, asked: AskReferences): Promise<ReferencesAnswer> => ({
  unknownProjects: [],
  unknownResources: [],
  unknownCustomers: await tx.rows<{ project: string; code: string }>(
    `select distinct a.project, a.code from unnest($2::text[], $3::text[]) as a (project, code)
      where (select 1 from customer c where c.project = a.project and c.customer = a.code) is null
        and (select 1 from import_stage s where s.import = $1 and s.defines = ${CUSTOMER_KEY('a.project', 'a.code')} limit 1) is null
      order by 1, 2`,
    [id, asked.customers.map(({ project }) => project), asked.customers.map(({ code }) => code)],
  ),
  firstPeriods: {},
});
