import assert from 'node:assert/strict';
import fc from 'fast-check';
import { approvalOf } from '../../testing/approvals';
import { application, arrears, opened, prepaid, receipt, reversal, undoing } from '../../testing/commands';
import { BOOK, record } from '../../testing/given';
import { anyHistory, start } from '../../testing/histories';
import { contents, flush, load } from '../../testing/store';
import type { LedgerCommand } from './commands';
import { decide } from './decide';
import type { LedgerEntry } from './facts';
import { needsOfAll } from './needs';
import { bookIn, emptyBook, emptyState } from './state';

/**
 * Decides batches on what a store loads for each, and on the whole book: the decisions are the same, and so is what the
 * store holds in the end, though it writes only what was touched.
 */
const inBatches = (...batches: readonly (readonly LedgerCommand[])[]) => {
  const whole = emptyState();
  const log: LedgerEntry[] = [];
  const store = emptyBook(BOOK);
  for (const batch of batches) {
    const loaded = load(store, needsOfAll(batch));
    const loadedLog = [...log];
    for (const command of batch) {
      const expected = decide(whole, BOOK, command, log.length + 1, approvalOf(command));
      const decision = decide(loaded, BOOK, command, loadedLog.length + 1, approvalOf(command));
      assert.deepEqual(decision, expected);
      if (!decision.accepted) continue;
      record(whole, log, expected);
      record(loaded, loadedLog, decision);
    }
    flush(store, bookIn(loaded, BOOK));
  }
  assert.deepEqual(contents(store), contents(bookIn(whole, BOOK)));
  return store;
};

describe('a state that holds only what a batch needs', () => {
  it('decides as the whole book does, and says what to write', () => {
    fc.assert(
      fc.property(anyHistory(40), fc.integer({ min: 1, max: 6 }), (commands, size) => {
        const batches = commands.flatMap((_, at) => (at % size === 0 ? [commands.slice(at, at + size)] : []));
        inBatches(...batches);
      }),
      { numRuns: 400 },
    );
  });

  it('knows the bindings that a later end would meet', () => {
    const bind = (binding: string, from: string, to: string): LedgerCommand => ({
      type: 'MakeBinding',
      binding: { binding, resource: 'R1', standard: 'S1', from, to },
    });
    const store = inBatches(
      start,
      [bind('B2', '2026-06-01', '2026-06-30')],
      [{ type: 'EndBinding', binding: 'B1', lastDay: '2026-06-01' }],
      [{ type: 'EndBinding', binding: 'B1', lastDay: '2026-05-31' }],
    );
    expect(store.bindings.get('B1')?.binding.to).toBe('2026-05-31');
  });

  it('knows what was applied from a balance that is taken away after it covered a receipt', () => {
    const store = inBatches(
      [opened, prepaid(100n), arrears({ amount: 80n }), application()],
      [receipt(80n, { item: '垃圾费' }), undoing(2), reversal()],
    );
    expect(store.charges.get(3)?.applied).toBe(0n);
  });

  it('writes a receipt that was reversed although another has taken its number in the same batch', () => {
    const store = inBatches([opened, receipt(1n)], [reversal(), receipt(2n)]);
    expect([...store.receiptAt.values()].map(({ reversedBy }) => reversedBy)).toEqual([3, null]);
  });
});
