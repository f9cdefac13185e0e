import { GROUP_BOOK, type Project, type RegistryEvent, type Role } from '@propledger/contracts';
import { readEvents, type Submission, type Tx } from '@propledger/event-log';
import type { RegistryCommand } from './facts';
import { scopeOf } from './grants';
import { keyOf, RegistryState } from './registry-state';
import { versionOf, versionsOf } from './resource-versions';
import { projectOfCells, resourceOfCells, SHEET_NO } from './sheet-rows';

type Asked = Submission<RegistryCommand>;

/** What a batch needs, with one query a table however many commands it has. */
export const loadState = async (tx: Tx, batch: readonly Asked[]): Promise<RegistryState> => {
  const state = new RegistryState();
  await loadProjects(tx, state, batch);
  await loadResources(tx, state, batch);
  await loadOperators(tx, state, batch);
  for (const asked of batch) {
    if (asked.command.type === 'TakeStaged') await loadStaged(tx, state, asked, asked.command);
    if (asked.command.type === 'WithdrawImported') await loadImported(tx, state, asked, asked.command);
  }
  return state;
};

const loadProjects = async (tx: Tx, state: RegistryState, batch: readonly Asked[]): Promise<void> => {
  const codes = new Set<string>();
  for (const { book, command } of batch) {
    if (book !== GROUP_BOOK) codes.add(book);
    if (command.type === 'GrantRole' && 'project' in command.grant.scope) codes.add(command.grant.scope.project);
  }
  if (codes.size === 0) return;
  const rows = await tx.rows<Project>(
    `select project, name, region, company, first_period as "firstPeriod" from project where project = any($1)`,
    [[...codes]],
  );
  for (const row of rows) state.projects.set(row.project, row);
};

const loadResources = async (tx: Tx, state: RegistryState, batch: readonly Asked[]): Promise<void> => {
  const asked = new Map<string, { project: string; code: string }>();
  const ask = (project: string, code: string | null | undefined): void => {
    if (typeof code === 'string') asked.set(keyOf(project, code), { project, code });
  };
  for (const { command } of batch) {
    if (command.type === 'RegisterResource') {
      ask(command.project, command.resource.resource);
      ask(command.project, command.resource.parentRoom);
    }
    if (command.type === 'ChangeResource') {
      ask(command.project, command.resource);
      ask(command.project, command.change.parentRoom);
    }
  }
  if (asked.size === 0) return;
  const keys = [...asked.values()];
  const rows = await versionsOf(
    tx,
    keys.map(({ project }) => project),
    keys.map(({ code }) => code),
  );
  for (const row of rows) {
    const key = keyOf(row.project, row.resource);
    state.versions.set(key, [...(state.versions.get(key) ?? []), versionOf(row)]);
  }
};

const loadOperators = async (tx: Tx, state: RegistryState, batch: readonly Asked[]): Promise<void> => {
  const codes = batch.flatMap(({ command }) => ('operator' in command ? [command.operator] : []));
  if (codes.length === 0) return;
  const rows = await tx.rows<{
    operator: string;
    enabled: boolean;
    role: Role | null;
    scope_kind: string;
    scope: string;
  }>(
    `select o.operator, o.enabled, g.role, g.scope_kind, g.scope
       from operator o left join operator_grant g using (operator)
      where o.operator = any($1)
         or o.operator in (select operator from operator_grant where role = 'administrator' and scope_kind = 'group')`,
    [codes],
  );
  for (const { operator, enabled, role, scope_kind, scope } of rows) {
    const grants = state.operators.get(operator)?.grants ?? [];
    const grant = role === null ? [] : [{ role, scope: scopeOf(scope_kind, scope) }];
    state.operators.set(operator, { operator, enabled, grants: [...grants, ...grant] });
  }
};

const loadStaged = async (
  tx: Tx,
  state: RegistryState,
  { book, commandId }: Asked,
  command: Extract<RegistryCommand, { type: 'TakeStaged' }>,
): Promise<void> => {
  const rows = await tx.rows<{ sheet: number; cells: Record<string, string> }>(
    `select sheet, cells from import_stage
      where import = $1 and project = $2 and outcome = 'add' and (sheet, row) >= ($3, $4) order by sheet, row limit $5`,
    [command.import, book, command.from.sheet, command.from.row, command.most],
  );
  state.staged.set(commandId, {
    projects: rows.filter(({ sheet }) => sheet === SHEET_NO['项目']).map(({ cells }) => projectOfCells(cells)),
    resources: rows
      .filter(({ sheet }) => sheet !== SHEET_NO['项目'])
      .map(({ sheet, cells }) => resourceOfCells(sheet, cells)),
  });
};

const loadImported = async (
  tx: Tx,
  state: RegistryState,
  { book, commandId }: Asked,
  command: Extract<RegistryCommand, { type: 'WithdrawImported' }>,
): Promise<void> => {
  const events = (await readEvents(tx, book, command.from - 1, command.to - command.from + 1)) as RegistryEvent[];
  state.imported.set(commandId, {
    projects: events.flatMap((event) => (event.type === 'project.registered' ? [event.body.project] : [])),
    resources: events.flatMap((event) => (event.type === 'resource.registered' ? [event.body.resource] : [])),
  });
};
