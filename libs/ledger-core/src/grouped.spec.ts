import { groupedBy } from './grouped';

it('puts together what has the same key, in the order in which it comes', () => {
  const words = ['乙一', '甲一', '乙二'];
  expect([...groupedBy(words, (word) => word[0])]).toEqual([
    ['乙', ['乙一', '乙二']],
    ['甲', ['甲一']],
  ]);
  expect(groupedBy([], () => '')).toEqual(new Map());
});
