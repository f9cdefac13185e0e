import { SHEETS, type SheetName, type SheetRow, type StageChecked } from '@propledger/contracts';
import { randomUUID } from 'node:crypto';
import type { Services } from '../services';

/** A book with customers who each owe some months. */
export interface Book {
  readonly project: string;
  readonly customers: number;
}

/** What each customer owes at first, oldest first, in fen: one item, a charge a month. */
export const MONTHS = 4;
export const monthlyFen = (customer: number): number => 8_000 + (customer % 97) * 125;
export const customerCode = (customer: number): string => `K${String(customer + 1).padStart(5, '0')}`;
const resourceCode = (customer: number): string => `1-${customer + 1}`;
const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

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

/** Receipts in an order that a seed decides: each pays the oldest month, some two, by the channels that people use. */
export class ReceiptMaker {
  private made = 0;
  private state: number;

  constructor(
    private readonly host: string,
    private readonly token: string,
    private readonly books: readonly Book[],
    private readonly series: string,
    seed: number,
  ) {
    this.state = seed;
  }

  /** A whole request. */
  next(): Buffer {
    const nth = (this.made += 1);
    const book = this.books[this.roll(this.books.length)];
    if (!book) throw new Error('there is no book');
    const customer = this.roll(book.customers);
    const months = this.roll(10) === 0 ? 2 : 1;
    const method = ['微信', '微信', '支付宝', '现金'][this.roll(4)] ?? '微信';
    const receiptNo = `${this.series}-${nth}`;
    const amount = yuan(months * monthlyFen(customer));
    const tender = { method, amount, ...(method === '现金' ? {} : { reference: `42000${receiptNo}` }) };
    const body = JSON.stringify({
      receiptNo,
      date: '2026-03-15',
      customer: customerCode(customer),
      tenders: [tender],
    });
    return Buffer.from(
      `POST /billing/v1/projects/${book.project}/receipts HTTP/1.1\r\nhost: ${this.host}\r\n` +
        `authorization: Bearer ${this.token}\r\nidempotency-key: bench-${receiptNo}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  private roll(sides: number): number {
    this.state = (this.state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((this.state / 2_147_483_648) * sides);
  }
}
