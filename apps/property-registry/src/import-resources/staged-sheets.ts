import type { StagedSheets } from '@propledger/service-kit';
import { REGISTRY_SHEETS, SHEET_NO, type RegistrySheet } from '../archive/sheet-rows';

/** What a row defines, as import_stage has it. Codes hold no line breaks. */
const projectKey = (project: string): string => `project ${project}`;
const resourceKey = (project: string, code: string): string => `resource ${project}\n${code}`;
/** The same of columns, in SQL. */
export const RESOURCE_KEY = (project: string, code: string): string =>
  `('resource ' || ${project} || E'\\n' || ${code})`;

export const STAGED_SHEETS: StagedSheets<RegistrySheet> = {
  sheets: REGISTRY_SHEETS,
  taken: Object.values(SHEET_NO),
  columns: ['project', 'defines'],
  columnsOf: (sheet, { 项目编码: project, 资源编码: code }) => {
    const defines = sheet === '项目' ? project && projectKey(project) : project && code && resourceKey(project, code);
    return { project: project ?? null, defines: defines ?? null };
  },
};
