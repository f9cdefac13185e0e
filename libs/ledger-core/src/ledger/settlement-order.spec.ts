import { compareForSettlement } from './settlement-order';

const charge = {
  dueOn: '2026-03-10',
  from: '2026-03-01',
  priority: 5,
  resource: 'R5',
  item: '物业费',
  to: '2026-03-31',
  position: 5,
};

// Each line comes before the charge, though everything that is compared later says the opposite.
const late = { from: '2027-01-01', priority: 9, resource: 'R9', item: '﹏', to: '2027-01-31', position: 9 };
it.each([
  ['due date', { ...late, dueOn: '2026-03-09' }],
  ['start', { ...late, dueOn: charge.dueOn, from: '2026-02-28' }],
  ['priority, as a number', { ...late, dueOn: charge.dueOn, from: charge.from, priority: 4 }],
  ['resource', { ...charge, resource: 'R10', item: '﹏', to: '2027-01-31', position: 9 }],
  ['item', { ...charge, item: '垃圾费', to: '2027-01-31', position: 9 }],
  ['end', { ...charge, to: '2026-03-30', position: 9 }],
  ['order raised', { ...charge, position: 4 }],
])('goes by %s', (_, earlier) => {
  expect(compareForSettlement(earlier, charge)).toBeLessThan(0);
  expect(compareForSettlement(charge, earlier)).toBeGreaterThan(0);
  expect(compareForSettlement({ ...charge, priority: 10 }, { ...charge, priority: 9 })).toBeGreaterThan(0);
});

it('orders texts by code point', () => {
  expect(compareForSettlement({ ...charge, resource: '｡' }, { ...charge, resource: '😀' })).toBeLessThan(0);
});
