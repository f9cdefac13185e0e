import { formatOf } from './format';

describe('the format that an Accept header wants', () => {
  const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  it.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['application/json', 'json'],
    ['text/csv', 'csv'],
    ['Text/CSV; charset=utf-8', 'csv'],
    [xlsx, 'xlsx'],
    ['application/*', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['application/json;q=0.5,text/csv', 'csv'],
    ['application/json;q=0,*/*', 'csv'],
    ['text/csv;q=0.2,application/*;q=0.1', 'csv'],
    ['text/html', null],
    ['application/json;q=0', null],
    ['text/csv;q=many', null],
  ])('%j gives %j', (accept, format) => {
    expect(formatOf(accept)).toBe(format);
  });
});
