import type {
  ChargeTransferred,
  Day,
  JournalLine,
  LedgerEvent,
  Period,
  ReceiptTaken,
  RecordedEvent,
  Reduction,
} from '@propledger/contracts';

/** Yuan as events write them, from whole fen. */
export const money = (fen: number): string => {
  const digits = Math.abs(fen).toString().padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** When something is dated, and the period it is posted into; by default that of the date. */
export interface When {
  readonly on: Day;
  readonly period?: Period;
}

export interface Charge extends When {
  readonly resource?: string;
  readonly customer?: string;
  readonly item?: string;
  readonly from?: Day;
  readonly to?: Day;
  readonly dueOn?: Day;
  readonly priority?: number;
  readonly fen: number;
}

export interface Settled {
  readonly charge: number;
  readonly fen: number;
}

const RESOURCE = 'R1';
const CUSTOMER = 'K1';
const RECORDED_AT = '2026-01-01T00:00:00.000000Z';

/** Writes a project's ledger by hand: each method appends one event and answers its position. It checks no rule. */
export class LedgerBook {
  readonly events: LedgerEvent[] = [];
  /** When what is appended next is recorded. */
  recordedAt = RECORDED_AT;

  constructor(readonly project: string) {
    this.append('book.opened', { on: '2026-01-01' }, { project, firstPeriod: '2026-01' });
  }

  raise(charge: Charge): number {
    const { resource = RESOURCE, customer = CUSTOMER, item = '物业费', fen, on } = charge;
    const { from = on, to = on, dueOn = on, priority = 1 } = charge;
    const position = this.events.length + 1;
    const amount = money(fen);
    return this.append('charge.raised', charge, {
      ...{ origin: 'run', resource, customer, item, from, to, dueOn, priority },
      ...{ amount, net: amount, taxRate: '0', tax: '0.00', standard: null, binding: null, basis: { method: '手工' } },
      lines: [
        { account: 'receivable', amount, item, resource, customer, charge: position },
        { account: 'income', amount: money(-fen), item, resource, customer },
      ],
    });
  }

  /** A receipt of one tender a method; what is not settled becomes a prepayment tied to `resource`. */
  take(
    receipt: When & {
      receiptNo: string;
      customer?: string;
      resource?: string;
      tenders: Readonly<Record<string, number>>;
      settle?: readonly Settled[];
    },
  ): number {
    const { receiptNo, customer = CUSTOMER, resource = null, settle = [] } = receipt;
    const tenders = Object.entries(receipt.tenders);
    const total = tenders.reduce((sum, [, fen]) => sum + fen, 0);
    const settled = settle.reduce((sum, { fen }) => sum + fen, 0);
    return this.append('receipt.taken', receipt, {
      ...{ receiptNo, customer, resource, item: null, amount: money(total), prepaid: money(total - settled) },
      tenders: tenders.map(([method, fen]) => ({ method, amount: money(fen), reference: null })),
      settlements: settle.map(({ charge, fen }) => ({ charge, amount: money(fen) })),
      lines: [
        ...tenders.map(([channel, fen]) => ({ account: 'channel-clearing', amount: money(fen), channel }) as const),
        { account: 'unapplied', amount: money(-total), customer, tie: resource },
        ...settle.flatMap((part) => this.settlementLines(part, customer, resource)),
      ],
    });
  }

  /** Gives back parts of what a receipt settled. */
  releaseAllocation(receipt: number, released: When & { of: readonly Settled[] }): number {
    const { receiptNo, customer, resource: tie } = this.receiptAt(receipt);
    return this.append('allocation.released', released, {
      ...{ receiptNo, receipt, customer, tie },
      releases: released.of.map(({ charge, fen }) => ({ charge, amount: money(fen) })),
      lines: released.of.flatMap(({ charge, fen }) => this.settlementLines({ charge, fen: -fen }, customer, tie)),
    });
  }

  refundReceipt(receipt: number, refund: When & { fen: number; method?: string }): number {
    const { receiptNo, customer, resource: tie } = this.receiptAt(receipt);
    const { fen, method = '银行转账' } = refund;
    return this.append('receipt.refunded', refund, {
      ...{ receiptNo, receipt, customer, tie, amount: money(fen), method },
      lines: paidBackLines(customer, tie, fen, method),
    });
  }

  /** Gives back what the receipt settles, and has it settle charges of another customer. */
  moveReceipt(
    receipt: number,
    move: When & { customer: string; resource?: string; settle?: readonly Settled[] },
  ): number {
    const { receiptNo, customer: former, resource: tie } = this.receiptAt(receipt);
    const { customer, resource = null, settle = [] } = move;
    const fen = this.leftOf(receipt);
    const settled = settle.reduce((sum, part) => sum + part.fen, 0);
    return this.append('receipt.moved', move, {
      ...{ receiptNo, receipt, former: { customer: former, tie }, customer, resource, item: null },
      ...{ amount: money(fen), prepaid: money(fen - settled) },
      settlements: settle.map((part) => ({ charge: part.charge, amount: money(part.fen) })),
      lines: [
        { account: 'unapplied', amount: money(fen), customer: former, tie },
        { account: 'unapplied', amount: money(-fen), customer, tie: resource },
        ...settle.flatMap((part) => this.settlementLines(part, customer, resource)),
      ],
    });
  }

  /** Moves what is open of a charge to another customer; answers the charge that he owes. */
  transfer(charge: number, transfer: When & { to: string; fen: number }): number {
    const { resource, customer: former, item, from, to, dueOn, priority, period } = this.chargeAt(charge);
    const { to: customer, fen } = transfer;
    const position = this.events.length + 1;
    const amount = money(fen);
    return this.append('charge.transferred', transfer, {
      ...{ charge, resource, customer, item, from, to, dueOn, priority, amount, standard: null, period },
      lines: [
        { account: 'receivable', amount, item, resource, customer, charge: position },
        { account: 'receivable', amount: money(-fen), item, resource, customer: former, charge },
      ],
    });
  }

  refundPrepayment(refund: When & { customer?: string; tie?: string; fen: number; method?: string }): number {
    const { customer = CUSTOMER, tie = null, fen, method = '银行转账' } = refund;
    return this.append('prepayment.refunded', refund, {
      ...{ customer, tie, amount: money(fen), method },
      lines: paidBackLines(customer, tie, fen, method),
    });
  }

  bringInPrepayment(prepayment: When & { customer?: string; tie?: string; fen: number }): number {
    const { customer = CUSTOMER, tie = null, fen } = prepayment;
    return this.append('prepayment.brought-in', prepayment, {
      ...{ customer, tie, amount: money(fen) },
      lines: [
        { account: 'opening', amount: money(fen), customer },
        { account: 'unapplied', amount: money(-fen), customer, tie },
      ],
    });
  }

  apply(application: When & { customer?: string; tie?: string; to: readonly Settled[] }): number {
    const { customer = CUSTOMER, tie = null, to } = application;
    return this.append('prepayment.applied', application, {
      customer,
      applications: to.map(({ charge, fen }) => ({ charge, amount: money(fen), tie })),
      lines: to.flatMap((part) => this.settlementLines(part, customer, tie)),
    });
  }

  /** Gives parts of an application back to its balance. */
  release(application: number, released: When & { customer?: string; tie?: string; of: readonly Settled[] }): number {
    const { customer = CUSTOMER, tie = null, of } = released;
    return this.append('prepayment.released', released, {
      customer,
      releases: of.map(({ charge, fen }, index) => ({ charge, amount: money(fen), tie, application, index })),
      lines: of.flatMap(({ charge, fen }) => this.settlementLines({ charge, fen: -fen }, customer, tie)),
    });
  }

  writeOff(charge: number, written: When & { fen: number }): number {
    const amount = money(written.fen);
    return this.append('charge.written-off', written, {
      ...{ charge, amount, reasonDigest: '' },
      lines: [{ account: 'bad-debt', amount }, this.receivableLine(charge, -written.fen)],
    });
  }

  /** Money for what was written off at `writeOff`. */
  recover(writeOff: number, recovery: When & { method: string; fen: number }): number {
    const { method, fen } = recovery;
    return this.append('write-off.recovered', recovery, {
      ...{ writeOff, amount: money(fen), method },
      lines: [
        { account: 'channel-clearing', amount: money(fen), channel: method },
        { account: 'recoveries', amount: money(-fen) },
      ],
    });
  }

  reduce(charge: number, reduced: When & { kind?: Reduction; fen: number }): number {
    const { kind = 'waiver', fen } = reduced;
    const amount = money(fen);
    return this.append('charge.reduced', reduced, {
      ...{ kind, charge, amount, reasonDigest: '' },
      lines: [{ account: 'discount', amount }, this.receivableLine(charge, -fen)],
    });
  }

  /** 红冲 of a part of a charge. */
  correct(charge: number, corrected: When & { fen: number }): number {
    const amount = money(corrected.fen);
    const { item, resource, customer } = this.chargeAt(charge);
    const difference = { standing: [], before: amount, computed: [], after: '0.00' };
    return this.append('charge.corrected', corrected, {
      ...{ charge, amount, tax: '0.00', difference, cause: { fact: 'price', of: null, reasonDigest: '' } },
      lines: [this.receivableLine(charge, -corrected.fen), { account: 'income', amount, item, resource, customer }],
    });
  }

  receiveDeposit(
    deposit: When & { receiptNo: string; resource?: string; customer?: string; kind?: string; fen: number },
  ): number {
    const { receiptNo, resource = RESOURCE, customer = CUSTOMER, kind = '装修押金', fen } = deposit;
    return this.append('deposit.received', deposit, {
      ...{ origin: 'opening', receiptNo, resource, customer, kind, amount: money(fen), method: null },
      lines: [
        { account: 'opening', amount: money(fen) },
        { account: 'deposit-held', amount: money(-fen), customer, resource, deposit: receiptNo },
      ],
    });
  }

  refundDeposit(receiptNo: string, refund: When & { fen: number }): number {
    return this.append('deposit.refunded', refund, {
      ...{ receiptNo, amount: money(refund.fen), method: '银行转账' },
      lines: [
        heldLine(receiptNo, refund.fen),
        { account: 'channel-clearing', amount: money(-refund.fen), channel: '银行转账' },
      ],
    });
  }

  applyDeposit(receiptNo: string, application: When & { to: readonly Settled[] }): number {
    const { to } = application;
    return this.append('deposit.applied', application, {
      ...{ receiptNo, deposit: 0, amount: money(to.reduce((sum, { fen }) => sum + fen, 0)) },
      applications: to.map(({ charge, fen }) => ({ charge, amount: money(fen) })),
      lines: to.flatMap(({ charge, fen }) => [heldLine(receiptNo, fen), this.receivableLine(charge, -fen)]),
    });
  }

  forfeitDeposit(receiptNo: string, forfeit: When & { fen: number }): number {
    const { fen } = forfeit;
    return this.append('deposit.forfeited', forfeit, {
      ...{ receiptNo, deposit: 0, amount: money(fen), reasonDigest: '' },
      lines: [heldLine(receiptNo, fen), { account: 'forfeited-deposits', amount: money(-fen) }],
    });
  }

  /** The mirror of the event at `position`, whatever it is; of a receipt, of what still stands of it. */
  reverse(position: number, when: When): number {
    const original = this.at(position);
    if (!('lines' in original.body)) throw new Error(`${original.type} books nothing`);
    const lines = mirrorOf(original.body.lines);
    if (original.type === 'receipt.taken') {
      const { receiptNo, customer } = original.body;
      for (const { body } of [...this.releasesOf(position), ...this.movesOf(position)])
        lines.push(...mirrorOf(body.lines));
      return this.append('receipt.reversed', when, { receiptNo, customer, lines }, position);
    }
    const of = original.type as Extract<LedgerEvent, { type: 'entry.reversed' }>['body']['of'];
    return this.append('entry.reversed', when, { of, lines }, position);
  }

  at(position: number): LedgerEvent {
    const event = this.events[position - 1];
    if (event === undefined) throw new Error(`no event at ${position}`);
    return event;
  }

  /** What of a receipt was given back, and not settled again. */
  releasesOf(receipt: number): Extract<LedgerEvent, { type: 'allocation.released' }>[] {
    const undone = new Set(this.events.map(({ reversesPosition }) => reversesPosition));
    return this.events.flatMap((event) =>
      event.type === 'allocation.released' && event.body.receipt === receipt && !undone.has(event.position)
        ? [event]
        : [],
    );
  }

  private movesOf(receipt: number): Extract<LedgerEvent, { type: 'receipt.moved' }>[] {
    return this.events.flatMap((event) =>
      event.type === 'receipt.moved' && event.body.receipt === receipt ? [event] : [],
    );
  }

  /** What of a receipt was not refunded. */
  private leftOf(receipt: number): number {
    const undone = new Set(this.events.map(({ reversesPosition }) => reversesPosition));
    const { amount } = this.receiptAt(receipt);
    const fen = (text: string): number => Number(text.replace('.', ''));
    return this.events.reduce(
      (left, event) =>
        event.type === 'receipt.refunded' && event.body.receipt === receipt && !undone.has(event.position)
          ? left - fen(event.body.amount)
          : left,
      fen(amount),
    );
  }

  /** The receipt, with the customer and resource that it was moved to. */
  private receiptAt(position: number): ReceiptTaken {
    const taken = this.at(position);
    if (taken.type !== 'receipt.taken') throw new Error(`${position} is not a receipt`);
    const moved = this.movesOf(position).at(-1)?.body;
    return moved ? { ...taken.body, customer: moved.customer, resource: moved.resource } : taken.body;
  }

  /** A charge as it was raised, or transferred, with its 账期. */
  private chargeAt(position: number): Omit<ChargeTransferred, 'charge' | 'lines'> {
    const event = this.at(position);
    if (event.type === 'charge.transferred') return event.body;
    if (event.type !== 'charge.raised') throw new Error(`${position} is not a charge`);
    return { ...event.body, period: event.accountingPeriod ?? '' };
  }

  private settlementLines({ charge, fen }: Settled, customer: string, tie: string | null): JournalLine[] {
    return [{ account: 'unapplied', amount: money(fen), customer, tie }, this.receivableLine(charge, -fen)];
  }

  private receivableLine(charge: number, fen: number): JournalLine {
    const { item, resource, customer } = this.chargeAt(charge);
    return { account: 'receivable', amount: money(fen), item, resource, customer, charge };
  }

  private append<Type extends LedgerEvent['type']>(
    type: Type,
    { on, period }: When,
    body: Extract<LedgerEvent, { readonly type: Type }>['body'],
    reversesPosition: number | null = null,
  ): number {
    const position = this.events.length + 1;
    const accountingPeriod = type === 'book.opened' ? null : (period ?? on.slice(0, 7));
    const event = recorded(this.project, position, type, on, accountingPeriod, reversesPosition, body);
    this.events.push({ ...event, recordedAt: this.recordedAt } as LedgerEvent);
    return position;
  }
}

const heldLine = (receiptNo: string, fen: number): JournalLine => ({
  account: 'deposit-held',
  amount: money(fen),
  customer: CUSTOMER,
  resource: RESOURCE,
  deposit: receiptNo,
});

const paidBackLines = (customer: string, tie: string | null, fen: number, channel: string): JournalLine[] => [
  { account: 'unapplied', amount: money(fen), customer, tie },
  { account: 'channel-clearing', amount: money(-fen), channel },
];

const mirrorOf = (lines: readonly JournalLine[]): JournalLine[] =>
  lines.map((line) => ({ ...line, amount: mirrored(line.amount) }));

const mirrored = (amount: string): string =>
  amount.startsWith('-') ? amount.slice(1) : amount === '0.00' ? amount : `-${amount}`;

/** An event with a plain header. */
export const recorded = (
  book: string,
  position: number,
  type: string,
  effectiveDate: Day,
  accountingPeriod: Period | null,
  reversesPosition: number | null,
  body: unknown,
): RecordedEvent => ({
  ...{ book, position, type, effectiveDate, accountingPeriod, reversesPosition, body },
  eventId: `00000000-0000-7000-8000-${position.toString().padStart(12, '0')}`,
  commandId: `key:spec:${position}`,
  schemaVersion: 1,
  recordedAt: RECORDED_AT,
  actor: 'spec',
  source: 'api',
  correlationId: 'spec',
  causationId: null,
  contentHash: '',
  hash: '',
});
