import { textTable } from './text-table';

it('lines up Chinese and Latin text, amounts flush right', () => {
  expect(
    textTable([
      ['项目', '应收'],
      ['YX01', '1234.50'],
      ['市场', '0.00'],
    ]),
  ).toEqual([
    '项目     应收', //
    '────  ───────',
    'YX01  1234.50',
    '市场     0.00',
  ]);
});
