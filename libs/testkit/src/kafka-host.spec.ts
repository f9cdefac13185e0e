import { hostKafka } from './kafka-host';

const GIVEN = 'KAFKA_BROKERS';

describe('the broker that is lent to a run', () => {
  const before = process.env[GIVEN];
  afterEach(() => {
    if (before === undefined) delete process.env[GIVEN];
    else process.env[GIVEN] = before;
  });

  it('is told on a connection that nobody uses again', async () => {
    process.env[GIVEN] = 'somewhere:9092';
    const host = await hostKafka();
    try {
      const answer = await fetch(host.url ?? '');
      expect(await answer.text()).toBe('somewhere:9092');
      expect(answer.headers.get('connection')).toBe('close');
    } finally {
      await host.end();
    }
  });
});
