import { recompute } from './recompute';

describe('recompute', () => {
  const terms = [{ from: '2026-01-11', to: '2026-01-31', days: 21, daysOfMonth: 31, price: '0.85', area: '106.4' }];

  it('gives the amount again from the basis alone', () => {
    expect(recompute({ method: '面积单价', rounding: '分', terms, before: '29.17', exactBefore: '90440/31' })).toBe(
      61_27n,
    );
    expect(recompute({ method: '面积单价', rounding: '分', terms })).toBe(61_27n);
    expect(recompute({ method: '面积单价', rounding: '元', terms, exactBefore: '90440/31' })).toBe(61_00n);
  });

  it('is null for what no run computed', () => {
    expect(recompute({ method: '历史欠费' })).toBeNull();
    expect(recompute({ method: '手工' })).toBeNull();
  });
});
