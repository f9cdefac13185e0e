import { SHEETS, type SheetName, type SheetRow, type StageChecked } from '@propledger/contracts';
import { randomUUID } from 'node:crypto';
import { yuan, type Book, type Payer } from './receipt-maker';
import type { Services } from '../services';

/** What each customer owes at first, oldest first, in fen: one item, a charge a month. */
const MONTHS = 4;
const monthlyFen = (customer: number): number => 8_000 + (customer % 97) * 125;
export const customerCode = (customer: number): string => `K${String(customer + 1).padStart(5, '0')}`;
/** Who pays in these books: of ten, nine pay a month, the tenth two. */
export const payer: Payer = (customer, roll) => ({
  customer: customerCode(customer),
  fen: (roll(10) === 0 ? 2 : 1) * monthlyFen(customer),
});
const resourceCode = (customer: number): string => `1-${customer + 1}`;

const OWNERS = { registry: 'registry', customers: 'customers', ledger: 'billing' } as const;
const CHUNK = 5_000;

/** Brings the books in, the way onboarding does: staged with each owner, checked and applied. */
export const bringIn = async (services: Services, books: readonly Book[]): Promise<void> => {
  const token = await services.serviceToken();
  for (const owner of ['registry', 'customers', 'ledger'] as const) {
    const service = OWNERS[owner];
    const url = `${services.urls[service]}/${service}/v1/imports/${randomUUID()}`;
    const say = (step: string, body: object): Promise<unknown> => post(`${url}/${step}`, token, body);
    let chunk = 0;
    for (const { name } of SHEETS.filter((sheet) => sheet.owner === owner)) {
      const rows = books.flatMap((book) => rowsOf(name, book));
      for (let at = 0; at < rows.length; at += CHUNK) {
        const part = rows.slice(at, at + CHUNK).map((values, i): SheetRow => ({ row: at + i + 3, values, faulty: [] }));
        await say('rows', { sheet: name, chunk: (chunk += 1), rows: part });
      }
    }
    const { faults } = (await say('check', { actor: 'admin' })) as StageChecked;
    if (faults.length > 0) throw new Error(`the books are faulty: ${JSON.stringify(faults.slice(0, 5))}`);
    await say('apply', { actor: 'admin', correlationId: 'bench-books' });
  }
};

const post = async (url: string, token: string, body: object): Promise<unknown> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
};

const rowsOf = (sheet: SheetName, { project, customers }: Book): Record<string, string>[] => {
  const each = (row: (customer: number) => Record<string, string>): Record<string, string>[] =>
    Array.from({ length: customers }, (_, customer) => ({ 项目编码: project, ...row(customer) }));
  switch (sheet) {
    case '项目':
      return [{ 项目编码: project, 项目名称: project, 区域: '山东', 城市公司: '烟台公司', 启用账期: '2026-03' }];
    case '物业资源':
      return each((customer) => ({
        资源编码: resourceCode(customer),
        资源名称: resourceCode(customer),
        资源性质: '高层',
        楼栋: '1',
        建筑面积: '100',
      }));
    case '客户档案':
      return each((customer) => ({ 客户编码: customerCode(customer), 客户名称: `客户${customer}`, 客户类型: '个人' }));
    case '历史欠费':
      return Array.from({ length: MONTHS }, (_, i) => i + 1).flatMap((month) =>
        each((customer) => ({
          资源编码: resourceCode(customer),
          客户编码: customerCode(customer),
          收费项目: '物业费',
          费用开始日期: `2025-0${month}-01`,
          费用结束日期: `2025-0${month}-28`,
          应收日期: `2025-0${month}-10`,
          欠费金额: yuan(monthlyFen(customer)),
        })),
      );
    default:
      return [];
  }
};
