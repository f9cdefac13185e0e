import { plateOf } from './plates';

describe('a plate', () => {
  it.each([
    ['鲁F12345', '鲁F12345'],
    [' 鲁f·12345 ', '鲁F12345'],
    ['鲁Ｆ－Ｄ１２３４５', '鲁FD12345'],
    ['粤Z 1234 港', '粤Z1234港'],
    ['使014578', '使014578'],
    ['鲁F1', null],
    ['鲁F1234567890', null],
    ['没有车牌号码', null],
    ['鲁F<12345', null],
    ['', null],
  ])('%j is %j', (text, plain) => {
    expect(plateOf(text)).toBe(plain);
  });
});
