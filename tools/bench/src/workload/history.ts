import type { Day, Period } from '@propledger/contracts';
import {
  bookIn,
  decide,
  emptyState,
  evolve,
  firstDay,
  lastDay,
  monthCharges,
  newCharge,
  nextPeriod,
  openOf,
  type BookState,
  type LedgerCommand,
  type LedgerState,
  type NewCharge,
} from '@propledger/ledger-core';
import type { BookRows } from './book-rows';
import { Dice } from './dice';
import { PERIOD } from './days';
import { firstPeriodOf, type ProjectData, type Scale } from './group';

const CHARGES_A_COMMAND = 500;
const METHODS = ['微信', '微信', '微信', '支付宝', '银行转账', '现金'];

/**
 * A ledger book as the rules make it: opened, standards, bindings, prepayments, then month after month charges, prepayments
 * applied to them, and receipts. Of every hundred customers 85 pay in full what they owe, two of them in advance, too; the
 * others go into arrears.
 */
export class LedgerHistory {
  private readonly state: LedgerState = emptyState();
  private readonly dice: Dice;
  private receipts = 0;

  constructor(
    private readonly data: ProjectData,
    private readonly scale: Scale,
    private readonly rows: Pick<BookRows, 'append' | 'book' | 'position'>,
    /** Called between two months or some hundred bindings, where rows may be written. */
    private readonly relieve: () => Promise<void>,
  ) {
    this.dice = new Dice(`${scale.seed} history ${data.project.project}`);
  }

  /** @returns the open state after all of it. */
  async play(): Promise<BookState> {
    const { data, scale } = this;
    const { project } = data.project;
    const opening = firstDay(firstPeriodOf(scale));
    this.run({ type: 'OpenBook', project, firstPeriod: firstPeriodOf(scale) }, opening);
    for (const standard of data.standards) this.run({ type: 'DefineStandard', standard }, opening);
    for (const binding of data.bindings) {
      this.run({ type: 'MakeBinding', binding }, opening);
      await this.relieve();
    }
    for (const meter of data.meters) {
      this.run({ type: 'InstallMeter', meter }, opening);
      await this.relieve();
    }
    for (const reading of data.readings) {
      this.run({ type: 'ReadMeter', reading, whenImplausible: 'take' }, opening);
      await this.relieve();
    }
    for (const pool of data.pools) this.run({ type: 'DefinePool', pool }, opening);
    for (const amount of data.poolAmounts) this.run({ type: 'SetPoolAmount', ...amount }, opening);
    for (const { customer, amount } of data.prepayments)
      this.run({ type: 'BringInPrepayment', customer, tie: null, amount }, opening);
    for (let period = firstPeriodOf(scale); period < PERIOD; period = nextPeriod(period)) await this.month(period);
    return this.book;
  }

  private get book(): BookState {
    return bookIn(this.state, this.data.project.project);
  }

  private async month(period: Period): Promise<void> {
    const charges = this.chargesOf(period);
    for (let at = 0; at < charges.length; at += CHARGES_A_COMMAND) {
      this.raise(period, charges.slice(at, at + CHARGES_A_COMMAND));
      await this.relieve();
    }
    for (const { customer, balance } of [...this.book.balances.values()])
      if (balance > 0n)
        this.run({ type: 'ApplyPrepayments', customer, period, date: firstDay(period) }, firstDay(period));
    for (const { customer } of this.data.customers) {
      if (!this.dice.percent(85)) continue;
      this.receive(customer, `${period}-${String(11 + this.dice.below(18))}`);
      await this.relieve();
    }
  }

  private chargesOf(period: Period): NewCharge[] {
    const { standards, bindings, resources, occupancies } = this.data;
    const areas = new Map(resources.map(({ resource, billableArea }) => [resource, billableArea]));
    const payers = new Map(occupancies.filter(({ payer }) => payer).map((one) => [one.resource, one]));
    return bindings.flatMap((binding) => {
      const standard = standards.find(({ standard: code }) => code === binding.standard);
      const payer = payers.get(binding.resource);
      if (!standard || !payer) return [];
      const area = { from: '0001-01-01', to: null, area: areas.get(binding.resource) ?? null };
      const { parts } = monthCharges({ standard, binding, areas: [area], payers: [payer], period });
      return parts.map((part) => newCharge(part, binding, standard));
    });
  }

  private raise(period: Period, charges: readonly NewCharge[]): void {
    const day = firstDay(period);
    const computedFrom = { standards: new Map<string, number>(), bindings: new Map<string, number>() };
    this.run({ type: 'RaiseCharges', origin: 'run', period, effectiveOn: day, charges, computedFrom }, day);
  }

  private receive(customer: string, date: Day): void {
    const open = (this.book.chargesOfCustomer.get(customer) ?? []).reduce((sum, charge) => sum + openOf(charge), 0n);
    const amount = open + (this.dice.percent(2) ? 100_00n : 0n);
    if (amount === 0n) return;
    const receiptNo = `SJ${String((this.receipts += 1)).padStart(7, '0')}`;
    const method = this.dice.oneOf(METHODS);
    const reference = method === '现金' ? null : `${receiptNo}-${this.dice.below(1_000_000)}`;
    this.run(
      {
        ...{ type: 'CollectPayment', receiptNo, date, customer, resource: null, item: null, amount: null },
        ...{ tenders: [{ method, amount, reference }], posting: 'own' },
      },
      lastDay(date.slice(0, 7)),
    );
  }

  private run(command: LedgerCommand, day: Day): void {
    const { book, position } = this.rows;
    const decision = decide(this.state, book, command, position + 1);
    if (!decision.accepted) throw new Error(`the workload was refused: ${JSON.stringify(decision.rejection)}`);
    decision.events.forEach((fact, i) => evolve(this.state, { ...fact, book, position: position + 1 + i }));
    if (decision.events.length > 0) this.rows.append(decision.events, day);
  }
}
