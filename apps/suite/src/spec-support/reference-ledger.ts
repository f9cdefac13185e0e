/*
 * A second, small ledger, written from the rules alone and on nothing of the product's: what the real one answers is
 * compared with it. It keeps one list of postings and adds it up whenever it is asked, which is slow and hard to get wrong.
 */

export type Posting = 'own' | 'first-open';

interface Dated {
  readonly date: string;
  readonly posting: Posting;
}

/** How a part of a charge is given up. */
export type GivenUp = 'write-off' | 'waiver' | 'discount';

/** What a cashier orders, with everything that it means written out. Amounts are fen. */
export type Order =
  | ({
      readonly do: 'charge';
      readonly resource: string;
      readonly customer: string;
      readonly item: string;
      readonly from: string;
      readonly to: string;
      readonly dueOn: string;
      readonly priority: number;
      readonly amount: bigint;
    } & Dated)
  | ({
      readonly do: 'receipt';
      readonly receiptNo: string;
      readonly customer: string;
      readonly resource: string | null;
      readonly item: string | null;
      readonly method: string;
      readonly reference: string | null;
      readonly amount: bigint;
    } & Dated)
  | ({ readonly do: 'reverse-receipt' | 'release'; readonly receiptNo: string } & Dated)
  | ({ readonly do: 'refund-receipt'; readonly receiptNo: string; readonly amount: bigint } & Dated)
  | ({
      readonly do: 'refund-prepayment';
      readonly customer: string;
      readonly resource: string | null;
      readonly amount: bigint;
    } & Dated)
  | ({ readonly do: 'give-up'; readonly as: GivenUp; readonly charge: number; readonly amount: bigint } & Dated)
  | ({ readonly do: 'reverse-give-up'; readonly as: GivenUp; readonly at: number } & Dated)
  | ({ readonly do: 'reverse-charge'; readonly charge: number } & Dated)
  | ({
      readonly do: 'deposit';
      readonly receiptNo: string;
      readonly resource: string;
      readonly customer: string;
      readonly amount: bigint;
    } & Dated)
  | ({ readonly do: 'refund-deposit'; readonly receiptNo: string; readonly amount: bigint } & Dated)
  | ({ readonly do: 'reverse-deposit'; readonly receiptNo: string } & Dated)
  | { readonly do: 'close'; readonly period: string };

/** What an accepted order answers besides its position. */
export interface Effect {
  readonly settlements?: readonly { readonly charge: number; readonly amount: bigint }[];
  readonly prepaid?: bigint;
}

interface Fact {
  readonly at: number;
  readonly on: string;
  readonly period: string;
  reversed: boolean;
}
type Charge = Fact & Extract<Order, { do: 'charge' }>;
type Receipt = Fact &
  Extract<Order, { do: 'receipt' }> & {
    /** What it still settles, what of it is a prepayment, and what was paid back: together its amount. */
    settlements: { readonly charge: number; amount: bigint }[];
    prepaid: bigint;
    refunded: bigint;
    /** The day of the last thing that was done with it. */
    handledOn: string;
  };
type GivingUp = Fact & Extract<Order, { do: 'give-up' }>;
type Deposit = Fact & Extract<Order, { do: 'deposit' }>;

/** An amount on an account: `open 7` is what is open on the charge at 7, `prepaid K1 R1` a balance, `held YJ1` a deposit. */
interface Line {
  readonly account: string;
  readonly amount: bigint;
  readonly on: string;
  /** What moved it: cash, applied, a write-off … */
  readonly by: string;
  /** Lines of one application of a prepayment belong together. */
  readonly application?: { readonly charge: number; readonly balance: string; readonly on: string; left: bigint };
}

/** The account of what a customer has prepaid, tied to a resource or not. */
const balanceOf = ({ customer, resource }: { readonly customer: string; readonly resource: string | null }): string =>
  `prepaid ${customer} ${resource ?? ''}`;

const settledBy = ({ settlements }: Receipt): bigint => settlements.reduce((sum, { amount }) => sum + amount, 0n);

const monthOf = (day: string): string => day.slice(0, 7);

export class ReferenceLedger {
  readonly charges: Charge[] = [];
  readonly receipts: Receipt[] = [];
  readonly givenUp: GivingUp[] = [];
  readonly deposits: Deposit[] = [];
  private readonly lines: Line[] = [];
  private closedThrough = '';

  constructor(readonly firstPeriod: string) {}

  get firstOpen(): string {
    if (this.closedThrough === '') return this.firstPeriod;
    const [year = 0, month = 0] = this.closedThrough.split('-').map(Number);
    return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  }

  /** Adds an account up, up to and including a day. */
  sum(account: string, by?: string, asOf = '9999-12-31'): bigint {
    return this.lines
      .filter((line) => line.account === account && line.on <= asOf && (by === undefined || line.by === by))
      .reduce((sum, { amount }) => sum + amount, 0n);
  }

  /** The least that an account came to at the end of a day, or of any since. */
  private leastSince(account: string, day: string, by?: string): bigint {
    const days = this.lines.filter((line) => line.account === account && line.on > day).map(({ on }) => on);
    return [day, ...days].map((on) => this.sum(account, by, on)).reduce((least, sum) => (sum < least ? sum : least));
  }

  /** Balances of prepayments that are not zero, by `customer tie`. */
  prepayments(): Map<string, bigint> {
    const keys = [...new Set(this.lines.map(({ account }) => account).filter((name) => name.startsWith('prepaid ')))];
    return new Map(keys.map((key) => [key.slice(8), this.sum(key)] as const).filter(([, sum]) => sum !== 0n));
  }

  /** Why the order is refused now; null: it is not. */
  refusal(order: Order): string | null {
    switch (order.do) {
      case 'charge':
        return this.misplaced(order) ?? (order.to < order.from ? 'range-reversed' : null);
      case 'receipt':
        if (this.standing(this.receipts, order.receiptNo)) return 'receipt-number-taken';
        if (
          order.reference !== null &&
          this.receipts.some((r) => !r.reversed && r.method === order.method && r.reference === order.reference)
        )
          return 'transaction-taken';
        return this.misplaced(order);
      case 'reverse-receipt': {
        const receipt = this.latest(this.receipts, order.receiptNo);
        if (!receipt) return 'unknown-receipt';
        const hindrance = receipt.refunded > 0n ? 'receipt-is-refunded' : null;
        return this.irreversible(receipt, order) ?? hindrance ?? this.outOfReach(receipt, receipt.prepaid, order.date);
      }
      case 'release': {
        const receipt = this.latest(this.receipts, order.receiptNo);
        if (!receipt) return 'unknown-receipt';
        return this.irreversible(receipt, order) ?? (settledBy(receipt) === 0n ? 'nothing-to-do' : null);
      }
      case 'refund-receipt': {
        const receipt = this.latest(this.receipts, order.receiptNo);
        if (!receipt) return 'unknown-receipt';
        const excess = order.amount > receipt.amount - receipt.refunded ? 'exceeds-receipt' : null;
        const fromBalance = order.amount - this.givenBackFor(receipt, order.amount);
        return this.irreversible(receipt, order) ?? excess ?? this.outOfReach(receipt, fromBalance, order.date);
      }
      case 'refund-prepayment': {
        const balance = this.sum(balanceOf(order));
        const excess = order.amount > balance ? 'exceeds-prepayment' : null;
        const least = this.leastSince(balanceOf(order), order.date);
        return this.misplaced(order) ?? excess ?? (order.amount > least ? 'date-before-entry' : null);
      }
      case 'give-up': {
        const charge = this.charges.find(({ at }) => at === order.charge);
        if (!charge) return 'unknown-charge';
        if (charge.reversed) return 'already-reversed';
        const tooEarly = order.date < charge.on ? 'date-before-entry' : null;
        const excess = order.amount > this.sum(`open ${charge.at}`) ? 'exceeds-open' : null;
        return this.misplaced(order) ?? tooEarly ?? excess;
      }
      case 'reverse-give-up': {
        const given = this.givenUp.find(({ at, as }) => at === order.at && as === order.as);
        return given ? this.irreversible(given, order) : 'unknown-entry';
      }
      case 'reverse-charge': {
        const charge = this.charges.find(({ at }) => at === order.charge);
        if (!charge) return 'unknown-charge';
        const settled = charge.amount - this.sum(`open ${charge.at}`);
        const hindrance = settled > 0n ? 'charge-is-settled' : null;
        const applied = this.leastSince(`open ${charge.at}`, order.date, 'applied') < 0n ? 'date-before-entry' : null;
        return this.irreversible(charge, order) ?? hindrance ?? applied;
      }
      case 'deposit':
        return this.standing(this.deposits, order.receiptNo) ? 'receipt-number-taken' : this.misplaced(order);
      case 'refund-deposit': {
        const deposit = this.latest(this.deposits, order.receiptNo);
        if (!deposit) return 'unknown-deposit';
        if (deposit.reversed) return 'already-reversed';
        if (order.date < deposit.on) return 'date-before-entry';
        return this.misplaced(order) ?? (order.amount > this.sum(`held ${deposit.at}`) ? 'exceeds-deposit' : null);
      }
      case 'reverse-deposit': {
        const deposit = this.latest(this.deposits, order.receiptNo);
        if (!deposit) return 'unknown-deposit';
        const refunded = deposit.amount - this.sum(`held ${deposit.at}`);
        return this.irreversible(deposit, order) ?? (refunded > 0n ? 'deposit-is-refunded' : null);
      }
      case 'close':
        if (order.period < this.firstPeriod) return 'before-first-period';
        if (order.period <= this.closedThrough) return 'period-closed';
        return order.period === this.firstOpen ? null : 'period-not-next';
    }
  }

  /** Books an order that is not refused, at the position that the real ledger gave it. */
  book(order: Order, at: number): Effect {
    if (order.do === 'close') {
      this.closedThrough = order.period;
      return {};
    }
    const on = order.date;
    const period = this.isOpen(monthOf(on)) ? monthOf(on) : this.firstOpen;
    const fact = { at, on, period, reversed: false };
    const move = (account: string, amount: bigint, by: string): void => {
      this.lines.push({ account, amount, on, by });
    };
    switch (order.do) {
      case 'charge':
        this.charges.push({ ...order, ...fact });
        move(`open ${at}`, order.amount, 'raised');
        return {};
      case 'receipt': {
        const { customer, resource, item, method } = order;
        let left = order.amount;
        const settlements: { charge: number; amount: bigint }[] = [];
        for (const charge of this.inOrder(customer)) {
          if ((resource !== null && charge.resource !== resource) || (item !== null && charge.item !== item)) continue;
          const open = this.sum(`open ${charge.at}`);
          const amount = open < left ? open : left;
          if (amount === 0n) continue;
          move(`open ${charge.at}`, -amount, 'cash');
          settlements.push({ charge: charge.at, amount });
          left -= amount;
        }
        move(balanceOf(order), left, 'received');
        move(`cash ${on} ${method}`, order.amount, 'received');
        const settles = settlements.map((part) => ({ ...part }));
        this.receipts.push({ ...order, ...fact, settlements: settles, prepaid: left, refunded: 0n, handledOn: on });
        return { settlements, prepaid: left };
      }
      case 'reverse-receipt': {
        const receipt = this.must(this.latest(this.receipts, order.receiptNo));
        const balance = balanceOf(receipt);
        receipt.reversed = true;
        this.giveBack(balance, receipt.prepaid - this.sum(balance), on);
        for (const { charge, amount } of receipt.settlements) move(`open ${charge}`, amount, 'cash');
        move(balance, -receipt.prepaid, 'received');
        move(`cash ${on} ${receipt.method}`, -receipt.amount, 'received');
        return {};
      }
      case 'release': {
        const receipt = this.must(this.latest(this.receipts, order.receiptNo));
        this.release(receipt, settledBy(receipt), on);
        return {};
      }
      case 'refund-receipt': {
        const receipt = this.must(this.latest(this.receipts, order.receiptNo));
        const balance = balanceOf(receipt);
        const givenBack = this.givenBackFor(receipt, order.amount);
        this.giveBack(balance, order.amount - givenBack - this.sum(balance), on);
        this.release(receipt, givenBack, on);
        receipt.refunded += order.amount;
        receipt.prepaid -= order.amount;
        move(balance, -order.amount, 'refunded');
        move(`cash ${on} 现金`, -order.amount, 'refunded');
        return {};
      }
      case 'refund-prepayment':
        move(balanceOf(order), -order.amount, 'refunded');
        move(`cash ${on} 现金`, -order.amount, 'refunded');
        return {};
      case 'give-up':
        this.givenUp.push({ ...order, ...fact });
        move(`open ${order.charge}`, -order.amount, order.as);
        return {};
      case 'reverse-give-up': {
        const given = this.must(this.givenUp.find((one) => one.at === order.at));
        given.reversed = true;
        move(`open ${given.charge}`, given.amount, given.as);
        return {};
      }
      case 'reverse-charge': {
        const charge = this.must(this.charges.find((one) => one.at === order.charge));
        charge.reversed = true;
        move(`open ${charge.at}`, -charge.amount, 'raised');
        return {};
      }
      case 'deposit':
        this.deposits.push({ ...order, ...fact });
        move(`held ${at}`, order.amount, 'received');
        return {};
      case 'refund-deposit':
        move(`held ${this.must(this.latest(this.deposits, order.receiptNo)).at}`, -order.amount, 'refunded');
        return {};
      case 'reverse-deposit': {
        const deposit = this.must(this.latest(this.deposits, order.receiptNo));
        deposit.reversed = true;
        move(`held ${deposit.at}`, -deposit.amount, 'received');
        return {};
      }
    }
  }

  /** What a bill run does with prepayments: what is due by the end of its period is settled from them. */
  applyPrepayments(period: string, on: string): void {
    const customers = new Set(this.charges.map(({ customer }) => customer));
    for (const customer of customers)
      for (const charge of this.inOrder(customer).filter(({ dueOn }) => monthOf(dueOn) <= period))
        for (const tie of [charge.resource, '']) {
          const balance = `prepaid ${customer} ${tie}`;
          const [open, left] = [this.sum(`open ${charge.at}`), this.sum(balance)];
          const amount = open < left ? open : left;
          if (amount <= 0n) continue;
          const application = { charge: charge.at, balance, on, left: amount };
          this.lines.push({ account: balance, amount: -amount, on, by: 'applied', application });
          this.lines.push({ account: `open ${charge.at}`, amount: -amount, on, by: 'applied' });
        }
  }

  /** Charges of a customer that stand, in the order in which money settles them. */
  private inOrder(customer: string): Charge[] {
    const key = (charge: Charge): (string | number)[] => {
      const { dueOn, from, priority, resource, item, to, at } = charge;
      return [dueOn, from, priority, resource, item, to, at];
    };
    return this.charges
      .filter((charge) => charge.customer === customer && !charge.reversed)
      .sort((one, other) => {
        const [left, right] = [key(one), key(other)];
        const i = left.findIndex((member, index) => member !== right[index]);
        return i < 0 ? 0 : (left[i] ?? '') < (right[i] ?? '') ? -1 : 1;
      });
  }

  /** What a receipt gives back so that `amount` of it can be paid out: what its balance has not. */
  private givenBackFor(receipt: Receipt, amount: bigint): bigint {
    const balance = this.sum(balanceOf(receipt));
    const wanted = amount - (receipt.prepaid < balance ? receipt.prepaid : balance);
    const settled = settledBy(receipt);
    return wanted < 0n ? 0n : wanted < settled ? wanted : settled;
  }

  /** Gives back what a receipt settles, the latest first: it becomes a prepayment. */
  private release(receipt: Receipt, amount: bigint, on: string): void {
    let left = amount;
    for (const part of [...receipt.settlements].reverse()) {
      const given = part.amount < left ? part.amount : left;
      part.amount -= given;
      left -= given;
      this.lines.push({ account: `open ${part.charge}`, amount: given, on, by: 'cash' });
    }
    this.lines.push({ account: balanceOf(receipt), amount, on, by: 'received' });
    receipt.prepaid += amount;
    receipt.handledOn = on;
  }

  /**
   * Whether a receipt's balance, with everything that was applied from it, has less than is to be taken, or what of it has
   * to be released was applied after that day.
   */
  private outOfReach(receipt: Receipt, wanted: bigint, date: string): string | null {
    let missing = wanted - this.sum(balanceOf(receipt));
    let tooEarly = false;
    for (const { left, on } of this.applications(balanceOf(receipt)).reverse()) {
      if (missing > 0n && left > 0n && on > date) tooEarly = true;
      missing -= left;
    }
    return missing > 0n ? 'prepayment-is-refunded' : tooEarly ? 'date-before-entry' : null;
  }

  private applications(balance: string): NonNullable<Line['application']>[] {
    return this.lines.flatMap(({ application }) => (application?.balance === balance ? application : []));
  }

  /** Releases the latest applications from a balance, as much as is missing. */
  private giveBack(balance: string, missing: bigint, on: string): void {
    for (const application of this.applications(balance).reverse()) {
      if (missing <= 0n) return;
      const amount = application.left < missing ? application.left : missing;
      application.left -= amount;
      missing -= amount;
      this.lines.push({ account: balance, amount, on, by: 'applied' });
      this.lines.push({ account: `open ${application.charge}`, amount, on, by: 'applied' });
    }
  }

  private isOpen(period: string): boolean {
    return period >= this.firstPeriod && period > this.closedThrough;
  }

  private misplaced({ date, posting }: Dated): string | null {
    if (posting === 'first-open' || this.isOpen(monthOf(date))) return null;
    return monthOf(date) < this.firstPeriod ? 'before-first-period' : 'period-closed';
  }

  private irreversible(fact: Fact & { readonly handledOn?: string }, order: Dated): string | null {
    if (fact.reversed) return 'already-reversed';
    return order.date < (fact.handledOn ?? fact.on) ? 'date-before-entry' : this.misplaced(order);
  }

  private latest<Kind extends { readonly receiptNo: string }>(facts: readonly Kind[], no: string): Kind | undefined {
    return facts.filter(({ receiptNo }) => receiptNo === no).at(-1);
  }

  private standing(facts: readonly (Fact & { readonly receiptNo: string })[], no: string): boolean {
    return facts.some(({ receiptNo, reversed }) => receiptNo === no && !reversed);
  }

  private must<Kind>(fact: Kind | undefined): Kind {
    if (fact === undefined) throw new Error('an order was booked that is refused');
    return fact;
  }
}
