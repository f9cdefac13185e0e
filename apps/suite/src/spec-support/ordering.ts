import { ApiClient } from '@propledger/cli';
import { setTimeout as pause } from 'node:timers/promises';
import type { SuiteProcess } from '../suite-process';
import type { Effect, Order } from './reference-ledger';

const yuan = (fen: bigint): string => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
export const fenOf = (money: string): bigint => BigInt(money.replace('.', ''));

/** How an order was answered: by its position in the book, or by the reason why nothing was done. */
export type Answered =
  { readonly at: number; readonly effect: Effect; readonly body: string } | { readonly refused: string };

/** An order as it goes over the wire. */
export interface Sent {
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

export const sentOf = (project: string, order: Order, key: string): Sent => {
  const at = `/billing/v1/projects/${project}`;
  const reason = '按规定 as ruled';
  switch (order.do) {
    case 'charge': {
      const { do: _, amount, ...body } = order;
      return { path: `${at}/charges`, body: { ...body, amount: yuan(amount) }, key };
    }
    case 'receipt': {
      const { do: _, amount, method, reference, ...body } = order;
      return { path: `${at}/receipts`, body: { ...body, tenders: [{ method, reference, amount: yuan(amount) }] }, key };
    }
    case 'release': {
      const { date, posting } = order;
      return { path: `${at}/receipts/${order.receiptNo}/releases`, body: { date, posting, reason }, key };
    }
    case 'refund-receipt': {
      const { date, posting } = order;
      const body = { amount: yuan(order.amount), date, posting, reason, method: '现金' };
      return { path: `${at}/receipts/${order.receiptNo}/refunds`, body, key };
    }
    case 'refund-prepayment': {
      const { do: _, amount, ...rest } = order;
      const body = { ...rest, amount: yuan(amount), reason, method: '现金' };
      return { path: `${at}/prepayments/refunds`, body, key };
    }
    case 'reverse-receipt': {
      const { date, posting } = order;
      return { path: `${at}/receipts/${order.receiptNo}/reversal`, body: { date, posting, reason }, key };
    }
    case 'give-up': {
      const { amount, date, posting } = order;
      const body = { amount: yuan(amount), date, posting, reason };
      return { path: `${at}/charges/${order.charge}/${order.as}s`, body, key };
    }
    case 'reverse-give-up': {
      const { date, posting } = order;
      return { path: `${at}/${order.as}s/${order.at}/reversal`, body: { date, posting, reason }, key };
    }
    case 'reverse-charge': {
      const { date, posting } = order;
      return { path: `${at}/charges/${order.charge}/reversal`, body: { date, posting, reason }, key };
    }
    case 'deposit': {
      const { do: _, amount, ...body } = order;
      return { path: `${at}/deposits`, body: { ...body, kind: '装修押金', method: '现金', amount: yuan(amount) }, key };
    }
    case 'refund-deposit': {
      const { amount, date, posting } = order;
      const body = { amount: yuan(amount), date, posting, method: '现金' };
      return { path: `${at}/deposits/${order.receiptNo}/refunds`, body, key };
    }
    case 'reverse-deposit': {
      const { date, posting } = order;
      return { path: `${at}/deposits/${order.receiptNo}/reversal`, body: { date, posting, reason }, key };
    }
    case 'close':
      return { path: `${at}/periods/${order.period}/close`, body: {}, key };
  }
};

/** The counter of a running suite, which may be killed and started again under those who stand at it. */
export class Counter {
  private client!: ApiClient;
  private token = '';
  private after = '';

  private constructor(
    private suite: SuiteProcess,
    private readonly start: () => Promise<SuiteProcess>,
  ) {}

  static async open(start: () => Promise<SuiteProcess>): Promise<Counter> {
    const counter = new Counter(await start(), start);
    const { administrator } = counter.suite;
    if (!administrator) throw new Error('no administrator was shown');
    const client = new ApiClient({ url: counter.suite.url });
    counter.token = (await client.signIn(administrator.operator, administrator.password)).accessToken;
    counter.client = client;
    return counter;
  }

  get api(): ApiClient {
    return this.client;
  }

  /** A project of its own, with resources R1, R2 and customers K1, K2. */
  async openProject(project: string, firstPeriod: string): Promise<void> {
    const { client } = this;
    await client.command('/registry/v1/projects', {
      project,
      name: project,
      region: '东',
      company: '公司',
      firstPeriod,
    });
    for (const resource of ['R1', 'R2'])
      await client.command(`/registry/v1/projects/${project}/resources`, {
        ...{ resource, kind: 'room', name: resource, nature: '高层', building: '1', grossArea: '80.00' },
      });
    for (const customer of ['K1', 'K2'])
      await client.command(`/customers/v1/projects/${project}/customers`, { customer, kind: '个人', name: customer });
    this.after = client.after ?? '';
  }

  /** Sends an order once. @throws TypeError when no answer came. */
  async send({ path, body, key }: Sent): Promise<Answered> {
    const answer = await fetch(`${this.suite.url}${path}?after=${encodeURIComponent(this.after)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const { type, position, settlements, prepaid, after } = JSON.parse(text) as {
      type?: string;
      position?: number | null;
      settlements?: { charge: number; amount: string }[];
      prepaid?: string;
      after?: string;
    };
    this.client.saw(after);
    if (answer.ok && position === null) return { refused: 'nothing-to-do' };
    if (answer.ok && typeof position === 'number') {
      const effect = {
        ...(settlements && { settlements: settlements.map((one) => ({ ...one, amount: fenOf(one.amount) })) }),
        ...(prepaid !== undefined && { prepaid: fenOf(prepaid) }),
      };
      return { at: position, effect, body: text };
    }
    if (answer.status >= 500 || type === undefined) throw new Error(`${path}: ${answer.status} ${text}`);
    return { refused: type.replace('urn:propledger:problem:', '') };
  }

  /** kill -9, and a new start on what is left. */
  async crash(): Promise<void> {
    await this.suite.kill();
    const { after } = this.client;
    this.suite = await this.start();
    this.client = new ApiClient({ url: this.suite.url, token: this.token, ...(after === undefined ? {} : { after }) });
  }

  /** Sends orders side by side; kills the suite under them after a while, and sends again those without an answer. */
  async sendThroughCrash(sent: readonly Sent[], afterMs: number): Promise<Answered[]> {
    const first = sent.map((one) => this.send(one).catch(() => null));
    await pause(afterMs);
    await this.crash();
    const answers = await Promise.all(first);
    const settled: Answered[] = [];
    for (const [i, one] of sent.entries()) settled.push(answers[i] ?? (await this.send(one)));
    return settled;
  }
}
