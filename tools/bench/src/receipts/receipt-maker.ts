/** A book with customers, counted from 0. */
export interface Book {
  readonly project: string;
  readonly customers: number;
}

/** The code of a customer, and what he pays this time. @param roll a whole number below another one. */
export type Payer = (
  customer: number,
  roll: (sides: number) => number,
) => { readonly customer: string; readonly fen: number };

export const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

interface Counter {
  /** Of the service. */
  readonly host: string;
  readonly token: string;
  readonly books: readonly Book[];
  readonly payer: Payer;
  readonly date: string;
  /** Begins the numbers of the receipts. */
  readonly series: string;
  readonly seed: number;
}

/** Receipts in an order that a seed decides, by the channels that people use. */
export class ReceiptMaker {
  private made = 0;
  private state: number;

  constructor(private readonly counter: Counter) {
    this.state = counter.seed;
  }

  /** A whole request. */
  next(): Buffer {
    const { host, token, books, payer, date, series } = this.counter;
    const nth = (this.made += 1);
    const book = books[this.roll(books.length)];
    if (!book) throw new Error('there is no book');
    const { customer, fen } = payer(this.roll(book.customers), (sides) => this.roll(sides));
    const method = ['微信', '微信', '支付宝', '现金'][this.roll(4)] ?? '微信';
    const receiptNo = `${series}-${nth}`;
    const amount = yuan(fen);
    const tender = { method, amount, ...(method === '现金' ? {} : { reference: `42000${receiptNo}` }) };
    const body = JSON.stringify({ receiptNo, date, customer, tenders: [tender] });
    return Buffer.from(
      `POST /billing/v1/projects/${book.project}/receipts HTTP/1.1\r\nhost: ${host}\r\n` +
        `authorization: Bearer ${token}\r\nidempotency-key: bench-${receiptNo}\r\n` +
        `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  private roll(sides: number): number {
    this.state = (this.state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((this.state / 2_147_483_648) * sides);
  }
}
