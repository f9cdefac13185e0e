import type { AskReferences, Period, ReferencesAnswer, SheetRow } from '@propledger/contracts';
import { cell, joined, type Faults, type OwnSheet } from './staged-row';

type Kind = 'resource' | 'customer' | 'standard' | 'meter' | 'pool';

/** Which columns of a sheet name something else; 项目编码 names the project in each. */
const REFERENCES: Readonly<Record<OwnSheet, readonly { readonly column: string; readonly to: Kind }[]>> = {
  收费项目: [],
  开发商: [{ column: '客户编码', to: 'customer' }],
  收费标准: [],
  阶梯价格: [{ column: '标准编码', to: 'standard' }],
  仪表: [
    { column: '资源编码', to: 'resource' },
    { column: '上级仪表', to: 'meter' },
  ],
  公摊池: [
    { column: '标准编码', to: 'standard' },
    { column: '总表', to: 'meter' },
    { column: '客户编码', to: 'customer' },
  ],
  公摊系数: [
    { column: '公摊编码', to: 'pool' },
    { column: '资源编码', to: 'resource' },
  ],
  抄表: [{ column: '仪表编码', to: 'meter' }],
  换表: [{ column: '仪表编码', to: 'meter' }],
  估抄: [{ column: '仪表编码', to: 'meter' }],
  公摊金额: [{ column: '公摊编码', to: 'pool' }],
  调价: [{ column: '标准编码', to: 'standard' }],
  临时费用: [
    { column: '资源编码', to: 'resource' },
    { column: '客户编码', to: 'customer' },
  ],
  空置申报: [{ column: '资源编码', to: 'resource' }],
  收费绑定: [
    { column: '资源编码', to: 'resource' },
    { column: '标准编码', to: 'standard' },
  ],
  历史欠费: [
    { column: '资源编码', to: 'resource' },
    { column: '客户编码', to: 'customer' },
  ],
  押金台账: [
    { column: '资源编码', to: 'resource' },
    { column: '客户编码', to: 'customer' },
  ],
  预交款: [
    { column: '客户编码', to: 'customer' },
    { column: '资源编码', to: 'resource' },
  ],
  实收补录: [
    { column: '客户编码', to: 'customer' },
    { column: '资源编码', to: 'resource' },
  ],
};

/** What the owners of projects, resources and customers said, and the standards, meters and pools of the file and of the books. */
export class Known {
  private readonly unknownProjects = new Set<string>();
  private readonly unknownResources = new Set<string>();
  private readonly unknownCustomers = new Set<string>();
  private readonly own = { standard: new Set<string>(), meter: new Set<string>(), pool: new Set<string>() };
  readonly firstPeriods = new Map<string, Period>();

  /** Takes in one owner's answer to one question. */
  learn(answer: ReferencesAnswer): void {
    for (const project of answer.unknownProjects) this.unknownProjects.add(project);
    for (const { project, code } of answer.unknownResources) this.unknownResources.add(joined([project, code]));
    for (const { project, code } of answer.unknownCustomers) this.unknownCustomers.add(joined([project, code]));
    for (const [project, period] of Object.entries(answer.firstPeriods)) this.firstPeriods.set(project, period);
  }

  /** One of billing's own, by its joined key. */
  learnOwn(kind: keyof Known['own'], key: string): void {
    this.own[kind].add(key);
  }

  project(project: string): boolean {
    return !this.unknownProjects.has(project);
  }

  has(kind: Kind, project: string, code: string): boolean {
    const key = joined([project, code]);
    if (kind !== 'resource' && kind !== 'customer') return this.own[kind].has(key);
    return !(kind === 'resource' ? this.unknownResources : this.unknownCustomers).has(key);
  }
}

/** Faults of what a row names and nobody knows. Under an unknown project its other references are not looked at. */
export const checkReferences = (sheet: OwnSheet, row: SheetRow, known: Known, faults: Faults): void => {
  const project = cell(row, '项目编码');
  if (project === null) return;
  if (!known.project(project)) {
    faults.add(sheet, row.row, '项目编码', 'unknown_reference');
    return;
  }
  for (const { column, to } of REFERENCES[sheet]) {
    const code = cell(row, column);
    if (code !== null && !known.has(to, project, code)) faults.add(sheet, row.row, column, 'unknown_reference');
  }
};

/** A question split so that none asks for more than `size` codes. */
export const inParts = (ask: AskReferences, size: number): AskReferences[] => {
  const parts: AskReferences[] = [{ projects: ask.projects, resources: [], customers: [] }];
  for (let i = 0; i < ask.resources.length; i += size)
    parts.push({ projects: [], resources: ask.resources.slice(i, i + size), customers: [] });
  for (let i = 0; i < ask.customers.length; i += size)
    parts.push({ projects: [], resources: [], customers: ask.customers.slice(i, i + size) });
  return parts;
};
