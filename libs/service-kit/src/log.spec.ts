import { Writable } from 'node:stream';
import { pino } from 'pino';
import { errorOf } from './log';

const logged = (error: unknown): string => {
  let line = '';
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      line += chunk.toString();
      done();
    },
  });
  pino({ serializers: { err: errorOf } }, sink).error({ err: error }, 'failed');
  return line;
};

describe('what the log says of an error', () => {
  it('names the kind, the code and the table, and not the values', () => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint "customer_pkey"'), {
      code: '23505',
      table: 'customer',
      constraint: 'customer_pkey',
      detail: 'Key (name)=(张三) already exists.',
      parameters: ['张三', '13800000000'],
    });
    const line = logged(error);
    expect(line).not.toMatch(/张三|13800000000/);
    expect(JSON.parse(line)).toMatchObject({ err: { code: '23505', table: 'customer', constraint: 'customer_pkey' } });
  });

  it('goes on to the cause', () => {
    const cause = Object.assign(new Error('ECONNREFUSED'), { code: 'ECONNREFUSED', parameters: ['李四'] });
    const line = logged(new Error('registry is not available', { cause }));
    expect(line).toContain('ECONNREFUSED');
    expect(line).not.toContain('李四');
  });
});
