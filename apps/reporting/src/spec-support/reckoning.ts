import type { LedgerEvent } from '@propledger/contracts';

/*
 * The figures that reports must show, reckoned event by event from what the facts themselves say (settlements, applications,
 * what was prepaid), without journal lines and without SQL.
 */

export interface Effect {
  readonly charge: number;
  readonly kind: 'charge' | 'cash' | 'prepayment' | 'write-off' | 'transfer' | 'correction';
  /** Positive: more is owed. */
  readonly fen: number;
  readonly event: LedgerEvent;
}

export const fen = (money: string): number => Number(money.replace('.', ''));

export const effectsOf = (events: readonly LedgerEvent[]): Effect[] =>
  events.flatMap((event): Effect[] => {
    switch (event.type) {
      case 'charge.raised':
        return [{ charge: event.position, kind: 'charge', fen: fen(event.body.amount), event }];
      case 'charge.transferred': {
        const amount = fen(event.body.amount);
        return [
          { charge: event.position, kind: 'transfer', fen: amount, event },
          { charge: event.body.charge, kind: 'transfer', fen: -amount, event },
        ];
      }
      case 'deposit.applied':
        return event.body.applications.map(({ charge, amount }) => ({
          charge,
          kind: 'prepayment',
          fen: -fen(amount),
          event,
        }));
      case 'receipt.moved':
      case 'receipt.taken':
        return event.body.settlements.map(({ charge, amount }) => ({ charge, kind: 'cash', fen: -fen(amount), event }));
      case 'allocation.released':
        return event.body.releases.map(({ charge, amount }) => ({ charge, kind: 'cash', fen: fen(amount), event }));
      case 'prepayment.applied':
        return event.body.applications.map(({ charge, amount }) => ({
          charge,
          kind: 'prepayment',
          fen: -fen(amount),
          event,
        }));
      case 'prepayment.released':
        return event.body.releases.map(({ charge, amount }) => ({
          charge,
          kind: 'prepayment',
          fen: fen(amount),
          event,
        }));
      case 'charge.written-off':
        return [{ charge: event.body.charge, kind: 'write-off', fen: -fen(event.body.amount), event }];
      case 'charge.corrected':
        return [{ charge: event.body.charge, kind: 'correction', fen: -fen(event.body.amount), event }];
      case 'charge.reduced':
        return [{ charge: event.body.charge, kind: 'write-off', fen: -fen(event.body.amount), event }];
      case 'receipt.reversed':
      case 'entry.reversed':
        return undoneBy(events, event).flatMap((undone) =>
          effectsOf([undone]).map((effect) => ({ ...effect, fen: -effect.fen, event })),
        );
      default:
        return [];
    }
  });

/** What a reversal undoes: the original, and of a receipt also its moves, and what was given back of it and still is. */
const undoneBy = (events: readonly LedgerEvent[], { position, reversesPosition }: LedgerEvent): LedgerEvent[] => {
  const earlier = events.filter((event) => event.position < position);
  const undone = new Set(earlier.map((event) => event.reversesPosition));
  return earlier.filter(
    (event) =>
      event.position === reversesPosition ||
      (event.type === 'receipt.moved' && event.body.receipt === reversesPosition) ||
      (event.type === 'allocation.released' && event.body.receipt === reversesPosition && !undone.has(event.position)),
  );
};

/** Whether an event makes a charge: one that is transferred is another customer's from then on. */
export const isCharge = (
  event: LedgerEvent,
): event is Extract<LedgerEvent, { type: 'charge.raised' | 'charge.transferred' }> =>
  event.type === 'charge.raised' || event.type === 'charge.transferred';

/** What is open on each charge that is due and effective by the day, zero included. */
export const openOn = (events: readonly LedgerEvent[], asOf: string): Map<number, number> => {
  const open = new Map<number, number>();
  for (const event of events)
    if (isCharge(event) && event.body.dueOn <= asOf && event.effectiveDate <= asOf) open.set(event.position, 0);
  for (const { charge, fen: amount, event } of effectsOf(events))
    if (event.effectiveDate <= asOf && open.has(charge)) open.set(charge, (open.get(charge) ?? 0) + amount);
  return open;
};

/** Sum of all prepayment balances on the day. */
export const prepaidOn = (events: readonly LedgerEvent[], asOf: string): number => {
  const moved = (event: LedgerEvent): number => {
    switch (event.type) {
      case 'receipt.taken':
        return fen(event.body.prepaid);
      case 'prepayment.brought-in':
        return fen(event.body.amount);
      case 'receipt.moved':
        return fen(event.body.prepaid) - fen(event.body.amount);
      case 'receipt.refunded':
      case 'prepayment.refunded':
        return -fen(event.body.amount);
      case 'allocation.released':
        return event.body.releases.reduce((sum, { amount }) => sum + fen(amount), 0);
      case 'prepayment.applied':
        return -event.body.applications.reduce((sum, { amount }) => sum + fen(amount), 0);
      case 'prepayment.released':
        return event.body.releases.reduce((sum, { amount }) => sum + fen(amount), 0);
      case 'receipt.reversed':
      case 'entry.reversed':
        return -undoneBy(events, event).reduce((sum, undone) => sum + moved(undone), 0);
      default:
        return 0;
    }
  };
  return events.filter(({ effectiveDate }) => effectiveDate <= asOf).reduce((sum, event) => sum + moved(event), 0);
};

/** Columns of the receivable report by item: opening, charged, cash on current and earlier charges, prepayments likewise, write-offs, closing. */
export const receivableOf = (
  events: readonly LedgerEvent[],
  period: string,
  asOf = '9999-12-31',
): Map<string, number[]> => {
  const raised = new Map(
    events.flatMap((event) => {
      if (!isCharge(event)) return [];
      const ofPeriod = event.type === 'charge.transferred' ? event.body.period : event.accountingPeriod;
      return [[event.position, { item: event.body.item, ofPeriod: ofPeriod ?? '' }] as const];
    }),
  );
  const items = new Map<string, number[]>();
  for (const { charge, kind, fen: amount, event } of effectsOf(events)) {
    const of = raised.get(charge);
    const posted = event.accountingPeriod ?? '';
    if (!of || posted > period || event.effectiveDate > asOf) continue;
    const row = items.get(of.item) ?? [0, 0, 0, 0, 0, 0, 0, 0];
    items.set(of.item, row);
    row[7] = (row[7] ?? 0) + amount;
    // Within an item, transfers come to nothing: no column shows them.
    if (kind === 'transfer' && posted === period) continue;
    const earlier = of.ofPeriod < period ? 1 : 0;
    const column =
      posted < period
        ? 0
        : kind === 'charge' || kind === 'correction'
          ? 1
          : kind === 'cash'
            ? 2 + earlier
            : kind === 'prepayment'
              ? 4 + earlier
              : 6;
    row[column] = (row[column] ?? 0) + (column < 2 ? amount : -amount);
  }
  return items;
};
