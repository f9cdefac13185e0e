import { keptTask, taskOf } from './kept-task';
import type { LedgerTask } from './task';

it('a kept task is the task again, amounts in fen and absent members too, but for its note', () => {
  const task: LedgerTask = {
    command: {
      type: 'WriteOff',
      charge: { resource: 'fen', customer: '12n', item: '物业费', from: '2026-03-01', to: '2026-03-31' },
      amount: 12_345_678_901_234_567n,
      date: '2026-03-31',
      reasonDigest: 'digest',
      posting: 'own',
    },
    names: { resources: ['R1'], customers: [] },
  };
  expect(taskOf(JSON.parse(keptTask({ ...task, note: { text: '王五', salt: 'x' } })))).toEqual(task);
});
