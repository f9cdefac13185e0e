import fc from 'fast-check';
import { LedgerBook, money, type When } from './ledger-book';

/** One step of a history, in numbers that mean something only where it stands. */
interface Step {
  readonly does: (typeof STEPS)[number];
  readonly pick: number;
  readonly fen: number;
  readonly day: number;
  /** Months from the date to the period it is posted into. */
  readonly late: number;
}

const STEPS = [
  ...['raise', 'raise', 'raise', 'take', 'take', 'take', 'bring-in', 'apply', 'apply', 'release', 'reverse-receipt'],
  ...[
    'write-off',
    'recover',
    'reduce',
    'reverse-write-off',
    'reverse-charge',
    'reverse-application',
    'deposit',
    'refund',
  ],
  ...[
    'release-allocation',
    'refund-receipt',
    'refund-prepayment',
    'reverse-kept',
    'move-receipt',
    'apply-deposit',
    'forfeit',
    'transfer',
    'correct',
  ],
] as const;

/** Any sequence of steps: dates jump forth and back, postings come late, everything is reversed now and then. */
export const anyHistory: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    does: fc.constantFrom(...STEPS),
    pick: fc.nat(1000),
    fen: fc.integer({ min: 1, max: 99_999 }),
    day: fc.nat(120),
    late: fc.constantFrom(0, 0, 0, 1, 2),
  }),
  { minLength: 5, maxLength: 60 },
);

const FIRST_DAY = Date.UTC(2026, 0, 1);
const dayOf = (day: number): string => new Date(FIRST_DAY + day * 86_400_000).toISOString().slice(0, 10);
const periodOf = (day: string, later: number): string => {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + later, 1)).toISOString().slice(0, 7);
};

/** Plays steps into a book; a step that makes no sense where it stands does nothing. */
export const play = (project: string, steps: readonly Step[]): LedgerBook => {
  const player = new Player(new LedgerBook(project));
  for (const step of steps) player.step(step);
  return player.book;
};

interface Place {
  readonly when: When;
  readonly day: number;
  readonly customer: string;
  readonly resource: string;
  readonly pick: number;
  readonly fen: number;
  /** Some charge with something open. */
  readonly chosen: readonly [charge: number, open: number] | undefined;
}

interface Receipt {
  readonly position: number;
  readonly settled: { charge: number; fen: number }[];
  /** Its amount. */
  readonly left: number;
  refunded: number;
  moves: number;
  reversed: boolean;
}

class Player {
  private readonly open = new Map<number, number>();
  private readonly untouched = new Set<number>();
  private readonly receipts: Receipt[] = [];
  private readonly kept: { position: number; undo: () => boolean }[] = [];
  private readonly applied: { position: number; tie: string; customer: string; charge: number; fen: number }[] = [];
  /** Reductions, too. */
  private readonly writeOffs: { position: number; charge: number; fen: number }[] = [];
  private readonly held: { receiptNo: string; fen: number }[] = [];

  constructor(readonly book: LedgerBook) {}

  step({ does, pick, fen, day, late }: Step): void {
    const on = dayOf(day);
    this.steps[does]({
      when: { on, period: periodOf(on, late) },
      ...{ day, pick, fen, customer: `K${pick % 3}`, resource: `R${pick % 4}` },
      chosen: someOf(this.openCharges(), pick),
    });
  }

  private readonly steps: Readonly<Record<(typeof STEPS)[number], (place: Place) => void>> = {
    raise: ({ when, day, pick, fen, customer, resource }) => {
      const dueOn = dayOf(Math.max(0, day + (pick % 40) - 20));
      const terms = { item: `项目${pick % 3}`, dueOn, priority: pick % 2, fen };
      const position = this.book.raise({ ...when, resource, customer, ...terms });
      this.open.set(position, fen);
      this.untouched.add(position);
    },
    take: ({ when, pick, fen, customer, resource }) => {
      const charges = this.openCharges().slice(pick % 3, (pick % 3) + 2);
      const settled = charges.map(([charge, open]) => ({ charge, fen: Math.min(open, fen) }));
      const total = settled.reduce((sum, part) => sum + part.fen, 0) + (pick % 2) * fen;
      if (total === 0) return;
      for (const part of settled) this.settle(part.charge, part.fen);
      const half = Math.floor(total / 2);
      const tenders = half > 0 && pick % 4 === 0 ? { 现金: half, 微信: total - half } : { 微信: total };
      const receiptNo = `S${this.book.events.length}`;
      const tied = pick % 5 === 0 ? { resource } : {};
      const position = this.book.take({ ...when, ...tied, receiptNo, customer, tenders, settle: settled });
      this.receipts.push({ position, settled, left: total, refunded: 0, moves: 0, reversed: false });
    },
    'bring-in': ({ when, pick, fen, customer, resource }) => {
      this.book.bringInPrepayment({ ...when, customer, fen, ...(pick % 2 ? { tie: resource } : {}) });
    },
    apply: ({ when, fen, customer, resource: tie, chosen }) => {
      if (!chosen) return;
      const part = { charge: chosen[0], fen: Math.min(chosen[1], fen) };
      this.settle(part.charge, part.fen);
      this.applied.push({ ...part, position: this.book.apply({ ...when, customer, tie, to: [part] }), tie, customer });
    },
    release: ({ when, pick, fen }) => {
      const application = someOf(this.applied, pick);
      if (!application || application.fen === 0) return;
      const { position, customer, tie, charge } = application;
      const part = { charge, fen: Math.min(application.fen, fen) };
      application.fen -= part.fen;
      this.settle(charge, -part.fen);
      this.book.release(position, { ...when, customer, tie, of: [part] });
    },
    'reverse-application': ({ when, pick }) => {
      const application = takenFrom(this.applied, pick);
      const original = application && this.book.at(application.position);
      if (!application || original?.type !== 'prepayment.applied') return;
      // Only an application of which nothing was released can be mirrored whole.
      if (original.body.applications[0]?.amount !== money(application.fen)) return;
      this.settle(application.charge, -application.fen);
      this.book.reverse(application.position, when);
    },
    'reverse-receipt': ({ when, pick }) => {
      const receipt = takenFrom(this.receipts, pick);
      if (!receipt || receipt.refunded > 0) return;
      receipt.reversed = true;
      for (const part of receipt.settled) this.settle(part.charge, -part.fen);
      this.book.reverse(receipt.position, when);
    },
    'release-allocation': ({ when, pick, fen }) => {
      const receipt = someOf(this.receipts, pick);
      const settlement = receipt && someOf(receipt.settled, pick);
      if (!settlement || settlement.fen === 0) return;
      const part = { charge: settlement.charge, fen: Math.min(settlement.fen, fen) };
      const give = (back: number): void => {
        settlement.fen -= back;
        this.settle(settlement.charge, -back);
      };
      give(part.fen);
      const position = this.book.releaseAllocation(receipt.position, { ...when, of: [part] });
      const { moves } = receipt;
      const undo = (): boolean => {
        if (receipt.reversed || receipt.moves !== moves || (this.open.get(part.charge) ?? 0) < part.fen) return false;
        give(-part.fen);
        return true;
      };
      this.kept.push({ position, undo });
    },
    'move-receipt': ({ when, pick, fen }) => {
      const receipt = someOf(this.receipts, pick);
      if (!receipt || receipt.refunded > 0 || receipt.left === 0) return;
      const givenBack = receipt.settled.filter((part) => part.fen > 0).map((part) => ({ ...part }));
      for (const part of givenBack) this.settle(part.charge, -part.fen);
      if (givenBack.length > 0) this.book.releaseAllocation(receipt.position, { ...when, of: givenBack });
      const [charge, open] = someOf(this.openCharges(), pick) ?? [0, 0];
      const settled = [{ charge, fen: Math.min(open, fen, receipt.left) }].filter((part) => part.fen > 0);
      for (const part of settled) this.settle(part.charge, part.fen);
      this.book.moveReceipt(receipt.position, { ...when, customer: `K${(pick + 1) % 3}`, settle: settled });
      receipt.settled.splice(0, receipt.settled.length, ...settled);
      receipt.moves += 1;
    },
    'apply-deposit': ({ when, pick, fen, chosen }) => {
      const deposit = someOf(this.held, pick);
      if (!deposit || deposit.fen === 0 || !chosen) return;
      const part = { charge: chosen[0], fen: Math.min(deposit.fen, chosen[1], fen) };
      deposit.fen -= part.fen;
      this.settle(part.charge, part.fen);
      const position = this.book.applyDeposit(deposit.receiptNo, { ...when, to: [part] });
      const undo = (): boolean => {
        deposit.fen += part.fen;
        this.settle(part.charge, -part.fen);
        return true;
      };
      this.kept.push({ position, undo });
    },
    forfeit: ({ when, pick, fen }) => {
      const deposit = someOf(this.held, pick);
      if (!deposit || deposit.fen === 0) return;
      const part = Math.min(deposit.fen, fen);
      deposit.fen -= part;
      const position = this.book.forfeitDeposit(deposit.receiptNo, { ...when, fen: part });
      this.kept.push({ position, undo: () => (deposit.fen += part) > 0 });
    },
    transfer: ({ when, pick, chosen }) => {
      if (!chosen) return;
      const [charge, fen] = chosen;
      this.settle(charge, fen);
      const position = this.book.transfer(charge, { ...when, to: `K${(pick + 1) % 3}`, fen });
      this.open.set(position, fen);
      const undo = (): boolean => {
        if (this.open.get(position) !== fen) return false;
        this.open.delete(position);
        this.settle(charge, -fen);
        return true;
      };
      this.kept.push({ position, undo });
    },
    'refund-receipt': ({ when, pick, fen }) => {
      const receipt = someOf(this.receipts, pick);
      if (!receipt) return;
      receipt.refunded += 1;
      const position = this.book.refundReceipt(receipt.position, { ...when, fen });
      this.kept.push({ position, undo: () => (receipt.refunded -= 1) >= 0 });
    },
    'refund-prepayment': ({ when, pick, fen, customer, resource }) => {
      const position = this.book.refundPrepayment({ ...when, customer, fen, ...(pick % 2 ? { tie: resource } : {}) });
      this.kept.push({ position, undo: () => true });
    },
    'reverse-kept': ({ when, pick }) => {
      const kept = takenFrom(this.kept, pick);
      if (kept?.undo()) this.book.reverse(kept.position, when);
    },
    'write-off': ({ when, fen, chosen }) => {
      if (!chosen) return;
      const part = { charge: chosen[0], fen: Math.min(chosen[1], fen) };
      this.settle(part.charge, part.fen);
      this.writeOffs.push({ ...part, position: this.book.writeOff(part.charge, { ...when, fen: part.fen }) });
    },
    recover: ({ when, pick, fen }) => {
      const written = someOf(this.writeOffs, pick);
      if (written) this.book.recover(written.position, { ...when, method: '现金', fen });
    },
    reduce: ({ when, pick, fen, chosen }) => {
      if (!chosen) return;
      const part = { charge: chosen[0], fen: Math.min(chosen[1], fen) };
      const kind = pick % 2 === 0 ? 'waiver' : 'discount';
      this.settle(part.charge, part.fen);
      this.writeOffs.push({ ...part, position: this.book.reduce(part.charge, { ...when, kind, fen: part.fen }) });
    },
    correct: ({ when, fen, chosen }) => {
      if (!chosen) return;
      const part = { charge: chosen[0], fen: Math.min(chosen[1], fen) };
      this.settle(part.charge, part.fen);
      const position = this.book.correct(part.charge, { ...when, fen: part.fen });
      const undo = (): boolean => {
        this.settle(part.charge, -part.fen);
        return true;
      };
      this.kept.push({ position, undo });
    },
    'reverse-write-off': ({ when, pick }) => {
      const written = takenFrom(this.writeOffs, pick);
      if (!written) return;
      this.settle(written.charge, -written.fen);
      this.book.reverse(written.position, when);
    },
    'reverse-charge': ({ when, chosen }) => {
      if (!chosen || !this.untouched.has(chosen[0])) return;
      this.open.delete(chosen[0]);
      this.book.reverse(chosen[0], when);
    },
    deposit: ({ when, fen, customer, resource }) => {
      const receiptNo = `Y${this.book.events.length}`;
      this.book.receiveDeposit({ ...when, receiptNo, resource, customer, fen });
      this.held.push({ receiptNo, fen });
    },
    refund: ({ when, pick, fen }) => {
      const deposit = someOf(this.held, pick);
      if (!deposit || deposit.fen === 0) return;
      const part = Math.min(deposit.fen, fen);
      deposit.fen -= part;
      this.book.refundDeposit(deposit.receiptNo, { ...when, fen: part });
    },
  };

  private openCharges(): [number, number][] {
    return [...this.open].filter(([, open]) => open > 0);
  }

  private settle(charge: number, fen: number): void {
    this.untouched.delete(charge);
    this.open.set(charge, (this.open.get(charge) ?? 0) - fen);
  }
}

const someOf = <T>(all: readonly T[], pick: number): T | undefined => all[pick % Math.max(all.length, 1)];

const takenFrom = <T>(all: T[], pick: number): T | undefined => all.splice(pick % Math.max(all.length, 1), 1)[0];
