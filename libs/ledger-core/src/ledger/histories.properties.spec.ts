import assert from 'node:assert/strict';
import type { JournalLine, ReceiptRefunded } from '@propledger/contracts';
import fc from 'fast-check';
import { approvalOf, TWO } from '../../testing/approvals';
import { reduction, writeOff } from '../../testing/commands';
import { copyOf } from '../../testing/copy';
import { anyHistory } from '../../testing/histories';
import { BOOK, linesOf, record } from '../../testing/given';
import { movement, sums } from '../../testing/oracle';
import type { Limited, Limits } from '@propledger/contracts';
import { previousPeriod } from '../day';
import { stepOf } from '../meter/usage';
import { formatMoney, parseMoney, sum } from '../money';
import type { LedgerCommand } from './commands';
import { decide } from './decide';
import { evolve } from './evolve';
import type { LedgerEntry } from './facts';
import {
  balanceKey,
  bookIn,
  emptyState,
  netOf,
  openOf,
  heldOf,
  taxOf,
  type EntryState,
  type BookState,
  type LedgerState,
} from './state';

const PERIODS = ['2026-02', '2026-03', '2026-04', '2026-05', '2026-06'];
const ITEMS = ['物业费', '垃圾费', '违约金'];

/** Plays commands, refused ones too, and shows every step. */
const play = (
  commands: readonly LedgerCommand[],
  check: (state: LedgerState, log: readonly LedgerEntry[]) => void = () => undefined,
) => {
  const state = emptyState();
  const log: LedgerEntry[] = [];
  for (const command of commands) {
    const decision = decide(state, BOOK, command, log.length + 1, approvalOf(command));
    if (decision.accepted) record(state, log, decision);
    check(state, log);
  }
  return { state, log, book: bookIn(state, BOOK) };
};

const runs = { numRuns: 300 };

describe('whatever the history', () => {
  it('every event books lines that add up to zero', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        for (const entry of play(commands).log)
          expect(sum(linesOf(entry).map(({ amount }) => parseMoney(amount)))).toBe(0n);
      }),
      runs,
    );
  });

  it('what is open, prepaid and held is what was booked, and never below zero', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        play(commands, (state, log) => {
          const book = bookIn(state, BOOK);
          const receivable = sums(log, 'receivable', ({ charge }) => charge ?? 0);
          for (const charge of book.charges.values()) {
            const { amount, corrected, cash, applied, writtenOff, reduced, transferred, reversedBy, position } = charge;
            const settled = [corrected, cash, applied, writtenOff, reduced, transferred];
            assert.equal(openOf(charge), receivable.get(position) ?? 0n);
            assert.equal(openOf(charge), reversedBy === null ? amount - sum(settled) : 0n);
            assert.ok(openOf(charge) >= 0n && settled.every((part) => part >= 0n));
          }
          const unapplied = sums(log, 'unapplied', ({ customer, tie }) => balanceKey(customer ?? '', tie ?? null));
          for (const [key, { balance }] of book.balances) {
            assert.equal(balance, -(unapplied.get(key) ?? 0n));
            assert.ok(balance >= 0n);
          }
          const held = sums(log, 'deposit-held', ({ deposit }) => deposit ?? '');
          for (const [receiptNo, deposit] of book.deposits) {
            const { amount, refunded, used } = deposit;
            assert.equal(heldOf(deposit), -(held.get(receiptNo) ?? 0n));
            assert.ok(refunded >= 0n && used >= 0n && refunded + used <= amount);
          }
          for (const { position, amount, recovered } of book.writeOffs.values()) {
            const standing = [...book.recoveries.values()].filter(
              ({ writeOff: of, reversedBy }) => of === position && reversedBy === null,
            );
            assert.equal(recovered, sum(standing.map((recovery) => recovery.amount)));
            assert.ok(recovered <= amount);
          }
          const recoveries = sums(log, 'recoveries', () => '').get('') ?? 0n;
          assert.equal(-recoveries, sum([...book.writeOffs.values()].map(({ recovered }) => recovered)));
          const taxes = sums(log, 'output-tax', () => '').get('') ?? 0n;
          const standing = [...book.charges.values()].filter(({ reversedBy }) => reversedBy === null);
          assert.equal(-taxes, sum(standing.map((charge) => taxOf(charge, netOf(charge)))));
        });
      }),
      runs,
    );
  });

  it('nothing that is held is below zero at the end of any day, but for what is undone as if it had never been', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const { log } = play(commands.filter((command) => !('date' in command) || command.date !== null));
        const days = [...new Set(log.map(({ effectiveDate }) => effectiveDate))];
        for (const day of days) {
          const until = log.filter(({ effectiveDate }) => effectiveDate <= day);
          for (const held of sums(until, 'deposit-held', ({ deposit }) => deposit ?? '').values())
            assert.ok(held <= 0n);
        }
      }),
      runs,
    );
  });

  it('who names what a prepayment settles, or pays it back, is refused exactly when a day since would have too little', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const state = emptyState();
        const log: LedgerEntry[] = [];
        for (const command of commands) {
          const decision = decide(state, BOOK, command, log.length + 1, approvalOf(command));
          if (command.type === 'AllocatePrepayment' || command.type === 'RefundPrepayment') {
            const { customer, tie, date } = command;
            const days = [date, ...log.map(({ effectiveDate }) => effectiveDate)].filter((on) => on >= date);
            const least = days
              .map((day) => {
                const until = log.filter(({ effectiveDate }) => effectiveDate <= day);
                const keyOf = (line: JournalLine): string => balanceKey(line.customer ?? '', line.tie ?? null);
                return -(sums(until, 'unapplied', keyOf).get(balanceKey(customer, tie)) ?? 0n);
              })
              .reduce((one, other) => (one < other ? one : other));
            const wanted = 'parts' in command ? sum(command.parts.map((part) => part.amount)) : command.amount;
            if (decision.accepted) assert.ok(least >= wanted);
            else if (decision.rejection.code === 'date-before-entry') assert.ok(least < wanted);
            if (decision.accepted) seen.accepted += 1;
            else if (decision.rejection.code === 'date-before-entry') seen.refused += 1;
          }
          if (decision.accepted) record(state, log, decision);
        }
      }),
      runs,
    );
    expect(seen.accepted).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
  });

  it('what a standing receipt settles, prepaid and refunded is its amount, and what receipts settle of a charge is its cash', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const { book } = play(commands);
        const cash = new Map<number, bigint>();
        for (const { reversedBy, amount, settlements, prepaid, refunded } of book.receiptAt.values()) {
          if (reversedBy !== null) continue;
          assert.equal(sum(settlements.map((settlement) => settlement.amount)) + prepaid + refunded, amount);
          for (const settlement of settlements)
            cash.set(settlement.charge, (cash.get(settlement.charge) ?? 0n) + settlement.amount);
        }
        for (const charge of book.charges.values()) assert.equal(charge.cash, cash.get(charge.position) ?? 0n);
      }),
      runs,
    );
  });

  it('opening + raised − cash − prepayments − written off − reduced = closing, for every item and period', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const { log } = play(commands);
        const closing = (item: string, period: string) =>
          sums(
            log.filter(({ accountingPeriod }) => accountingPeriod !== null && accountingPeriod <= period),
            'receivable',
            (line) => line.item ?? '',
          ).get(item) ?? 0n;
        for (const item of ITEMS)
          for (const period of PERIODS) {
            const { raised, cash, prepayment, writtenOff, reduced } = movement(log, item, period);
            const opening = closing(item, previousPeriod(period));
            assert.equal(opening + raised - cash - prepayment - writtenOff - reduced, closing(item, period));
          }
      }),
      runs,
    );
  });

  it('deciding changes nothing', () => {
    fc.assert(
      fc.property(anyHistory(30), (commands) => {
        const state = emptyState();
        const log: LedgerEntry[] = [];
        for (const command of commands) {
          const before = copyOf(state);
          const decision = decide(state, BOOK, command, log.length + 1, approvalOf(command));
          assert.deepEqual(state, before);
          if (decision.accepted) record(state, log, decision);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('folding what was recorded gives the state again', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const { state, log } = play(commands);
        const recorded = JSON.parse(JSON.stringify(log)) as LedgerEntry[];
        assert.deepEqual(recorded.reduce(evolve, emptyState()), state);
      }),
      runs,
    );
  });

  it('a receipt number, a transaction and a day of a binding and one meter or pool stand once', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const { book } = play(commands);
        const standing = [...book.receiptAt.values()].filter(({ reversedBy }) => reversedBy === null);
        const numbers = standing.map(({ receiptNo }) => receiptNo);
        expect(new Set(numbers).size).toBe(numbers.length);
        const transactions = standing.flatMap(({ tenders }) =>
          tenders.flatMap(({ method, reference }) => (reference === null ? [] : [`${method} ${reference}`])),
        );
        expect(new Set(transactions).size).toBe(transactions.length);
        const charged = [...book.charges.values()].filter(
          ({ reversedBy, binding, origin }) => !reversedBy && binding && origin !== 'correction',
        );
        for (const one of charged)
          for (const other of charged)
            if (one !== other && one.binding === other.binding && one.subject === other.subject)
              expect(one.to < other.from || other.to < one.from).toBe(true);
      }),
      runs,
    );
  });

  it('the fees of a charge were each raised on top of those that stood, and are income of their own', () => {
    let fees = 0;
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        play(commands, (state, log) => {
          const last = log.at(-1);
          if (last?.type !== 'charge.raised' || last.body.origin !== 'late-fee') return;
          fees += 1;
          const { charge } = last.body.subject as { charge: number };
          const all = bookIn(state, BOOK).chargesOfSubject.get(`charge ${charge.toString()}`) ?? [];
          const before = all.filter(({ position, reversedBy }) => position < last.position && reversedBy === null);
          assert.equal(last.body.basis.late?.before, formatMoney(sum(before.map(({ amount }) => amount))));
          assert.deepEqual(
            last.body.lines.map(({ account }) => account),
            ['receivable', 'late-fee-income'],
          );
        });
      }),
      runs,
    );
    expect(fees).toBeGreaterThan(0);
  });

  it('what a meter shows goes on from reading to reading, and no period has two', () => {
    fc.assert(
      fc.property(anyHistory(60), (commands) => {
        for (const { meter, records } of play(commands).book.meters.values()) {
          const reads = records.flatMap((record) => (record.kind === 'read' ? [record] : []));
          assert.equal(new Set(reads.map(({ period }) => period)).size, reads.length);
          for (const { period } of reads) {
            const step = stepOf(meter, records, period);
            assert.ok(step && step.from <= step.to && !step.quantity.startsWith('-'));
          }
        }
      }),
      runs,
    );
  });

  it('nothing is posted into a closed period, and nothing before the first but what was brought in', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        play(commands, (_, log) => {
          const last = log.at(-1);
          if (last?.accountingPeriod == null) return;
          const closed: string[] = [];
          for (const { type, body } of log) {
            if (type === 'period.closed') closed.push(body.period);
            if (type === 'period.reopened') expect(closed.pop()).toBe(body.period);
          }
          const closedThrough = closed.at(-1) ?? '2026-02';
          if (last.accountingPeriod <= closedThrough) expect([last.accountingPeriod, closed]).toEqual(['2026-02', []]);
        });
      }),
      runs,
    );
  });

  it('what is above a limit, and every reopening, was asked for by one person and approved by another', () => {
    const limited: Partial<Record<LedgerEntry['type'], Limited>> = {
      'charge.written-off': 'write-off',
      'charge.reduced': 'waiver',
      'charge.corrected': 'correction',
      'deposit.refunded': 'refund',
      'receipt.refunded': 'refund',
      'prepayment.refunded': 'refund',
    };
    let approved = 0;
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        let limits: Limits = { 'write-off': null, waiver: null, refund: null, correction: null };
        for (const { type, body } of play(commands).log) {
          if (type === 'limits.set') limits = body.limits;
          const kind = limited[type];
          const limit = kind === undefined ? null : limits[kind];
          const above = limit != null && 'amount' in body && parseMoney(body.amount) > parseMoney(limit);
          const forTwo = type === 'vacancy.declared' || type === 'vacancy.changed' ? limits.vacancies : above;
          if (!forTwo && type !== 'period.reopened') continue;
          assert.deepEqual('approval' in body && body.approval, { requestedBy: 'li', approvedBy: 'wang' });
          approved += 1;
        }
      }),
      runs,
    );
    expect(approved).toBeGreaterThan(0);
  });
});

describe('a reversal', () => {
  const accounts = ({ charges, balances, deposits }: BookState) => ({
    charges: [...charges.values()].map(({ position, cash, applied, writtenOff, reduced, transferred }) => [
      position,
      ...[cash, applied, writtenOff, reduced, transferred],
    ]),
    balances: [...balances.values()].filter(({ balance }) => balance > 0n),
    deposits: [...deposits.values()].map(({ position, refunded, used }) => [position, refunded, used]),
  });

  it('of what was booked last restores every account exactly', () => {
    fc.assert(
      fc.property(anyHistory(40), (commands) => {
        const { state, log, book } = play(commands);
        const settling: LedgerCommand[] = [
          receiptOf('K1', null),
          receiptOf('K2', 'R1'),
          ...[...book.charges.values()]
            .filter((charge) => openOf(charge) > 0n)
            .map(({ position }) => (position % 2 === 0 ? writeOff : reduction)(position, 1n, { date: '2026-06-15' })),
        ];
        for (const command of settling) {
          const before = copyOf(accounts(book));
          record(state, log, decide(state, BOOK, command, log.length + 1, TWO));
          const undo: LedgerCommand =
            command.type === 'CollectPayment'
              ? { type: 'ReverseReceipt', receiptNo: command.receiptNo, date: '2026-06-30', posting: 'own' }
              : { type: 'ReverseEntry', position: log.length, date: null, posting: 'own' };
          record(state, log, decide(state, BOOK, undo, log.length + 1));
          assert.deepEqual(accounts(book), before);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('of every receipt, recovery, write-off and reduction leaves all charges open, but for prepayments brought in', () => {
    fc.assert(
      fc.property(anyHistory(50), (commands) => {
        const { state, log, book } = play(commands);
        const undo = (command: LedgerCommand): void => record(state, log, decide(state, BOOK, command, log.length + 1));
        const undoKept = (...types: EntryState['type'][]): void => {
          for (const entry of [...book.entries.values()].reverse()) {
            const { position, reversedBy, type } = entry;
            if (reversedBy !== null || !types.includes(type)) continue;
            if (type === 'receipt.refunded') moveTo(entry.body);
            undo({ type: 'ReverseEntry', position, date: '2026-06-30', posting: 'own' });
          }
        };
        /** Moves the receipt back to whose it was. From one balance of a customer to another it goes by way of somebody else. */
        const moveTo = ({ receipt, customer, tie }: ReceiptRefunded): void => {
          const now = book.receiptAt.get(receipt);
          if (!now || (now.customer === customer && now.resource === tie)) return;
          const by = now.customer === customer ? ['K9', customer] : [customer];
          for (const next of by)
            undo({
              type: 'MoveReceipt',
              ...{ receiptNo: now.receiptNo, customer: next, resource: tie, item: null },
              ...{ date: '2026-06-30', posting: 'own' },
            });
        };
        undoKept('prepayment.refunded', 'deposit.applied', 'deposit.forfeited');
        undoKept('receipt.refunded');
        for (const { receiptNo, reversedBy } of [...book.receipts.values()])
          if (reversedBy === null) undo({ type: 'ReverseReceipt', receiptNo, date: '2026-06-30', posting: 'own' });
        for (const { position, reversedBy } of [
          ...[...book.recoveries.values(), ...book.writeOffs.values(), ...book.reductions.values()],
        ])
          if (reversedBy === null) undo({ type: 'ReverseEntry', position, date: '2026-06-30', posting: 'own' });

        const broughtIn = [...book.broughtIn.values()].filter(({ reversedBy }) => reversedBy === null);
        const spent = sum([...book.charges.values()].map(({ applied }) => applied));
        const left = sum([...book.balances.values()].map(({ balance }) => balance));
        expect(spent + left).toBe(sum(broughtIn.map(({ amount }) => amount)));
        for (const { cash, writtenOff, reduced } of book.charges.values())
          expect([cash, writtenOff, reduced]).toEqual([0n, 0n, 0n]);
      }),
      runs,
    );
  });
});

const receiptOf = (customer: string, resource: string | null): LedgerCommand => ({
  type: 'CollectPayment',
  receiptNo: `SJ-${customer}`,
  date: '2026-06-15',
  customer,
  resource,
  item: null,
  amount: null,
  tenders: [{ method: '现金', amount: 250n, reference: null }],
  posting: 'own',
});
