import { readFileSync } from 'node:fs';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';
import { signedIn, type Invocation } from './session';

interface Totals {
  readonly count: number;
  readonly credited: string;
  readonly charged: string;
  readonly givenBack: string;
}

interface PreviewAnswer {
  readonly preview: string;
  readonly totals: Totals;
  readonly byItem: readonly (Totals & { readonly item: string })[];
  readonly byPeriod: readonly (Totals & { readonly period: string; readonly closed: boolean })[];
  readonly held: number;
  readonly notBilled: readonly string[];
  readonly items: readonly {
    readonly period: string;
    readonly resource: string;
    readonly item: string;
    readonly customer: string;
    readonly standing: string;
    readonly computed: string;
    readonly difference: string;
    readonly held: string | null;
  }[];
}

/** What is compared. */
export interface CorrectionScope {
  readonly from: string;
  readonly to: string;
  readonly standard?: string;
  readonly resource?: string;
}

const SHOWN = 20;

/** Says which charges should have been different. `supposing`: a JSON file of facts as they might be recorded. */
export const previewCorrection = (
  invocation: Invocation,
  project: string,
  scope: CorrectionScope,
  supposing: string | undefined,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { json, print } = invocation;
    const body = supposing === undefined ? scope : { ...scope, supposing: readSupposed(supposing) };
    // Nothing is kept of it, whatever key it is sent with.
    const found = await client.command<PreviewAnswer>(
      path`/billing/v1/projects/${project}/corrections/preview`,
      body,
      undefined,
      { query: { limit: json ? '500' : String(SHOWN) } },
    );
    if (json) return print(JSON.stringify(found));
    print(`将更正 to be corrected: ${told(found.totals)}`);
    for (const { item, ...totals } of found.byItem) print(`  ${item}: ${told(totals)}`);
    for (const { period, closed, ...totals } of found.byPeriod)
      print(`  ${period}${closed ? ' 已关账 closed' : ''}: ${told(totals)}`);
    if (found.held > 0) print(`  不能更正 held: ${found.held}`);
    if (found.notBilled.length > 0) print(`  尚未出账 not billed yet: ${found.notBilled.join(', ')}`);
    for (const row of found.items)
      print(
        `    ${row.period} ${row.resource} ${row.item} ${row.customer}: ${row.standing} → ${row.computed} (${row.difference})${row.held ? ` ${row.held}` : ''}`,
      );
    print(`预览 preview: ${found.preview}`);
  });

export interface CorrectionOrder extends CorrectionScope {
  readonly fact: string;
  readonly of?: string;
  readonly reason: string;
  readonly date: string;
  readonly posting?: 'first-open';
  readonly preview?: string;
}

interface Posted {
  readonly count?: number;
  readonly credited?: string;
  readonly charged?: string;
  /** Above the limit: waits for a second person. */
  readonly approval?: string;
}

/** Books what charges should have been different by. */
export const correctCharges = (
  invocation: Invocation,
  project: string,
  order: CorrectionOrder,
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { json, print } = invocation;
    const posted = await client.command<Posted>(path`/billing/v1/projects/${project}/corrections`, order, key);
    if (json) return print(JSON.stringify(posted));
    print(
      posted.approval === undefined
        ? `已更正 corrected: ${posted.count ?? 0} 笔, 红冲 credited ${posted.credited ?? '0.00'}, 补差 charged ${posted.charged ?? '0.00'}`
        : `待他人复核 waits for a second person: ${posted.approval}`,
    );
  });

interface ListedCorrection {
  readonly position: number;
  readonly date: string;
  readonly fact: string;
  readonly of: string | null;
  readonly count: number;
  readonly credited: string;
  readonly charged: string;
  readonly operator: string;
}

/** A project's corrections, latest first. */
export const listCorrections = (
  invocation: Invocation,
  project: string,
  query: Readonly<Record<string, string | undefined>>,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { items } = await client.get<{ items: ListedCorrection[] }>(
      path`/billing/v1/projects/${project}/corrections`,
      { query },
    );
    if (invocation.json) return invocation.print(JSON.stringify(items));
    for (const { position, date, fact, of, count, credited, charged, operator } of items)
      invocation.print(
        `${date} ${position}: ${fact} ${of ?? ''} ${count} 笔, 红冲 credited ${credited}, 补差 charged ${charged} (${operator})`,
      );
  });

const told = ({ count, credited, charged, givenBack }: Totals): string =>
  `${count} 笔, 红冲 credited ${credited}, 补差 charged ${charged}, 释放为预交 given back ${givenBack}`;

const readSupposed = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new Failure(EXIT.usage, `不是 JSON 文件 not a JSON file: ${file} (${String(error)})`);
  }
};
