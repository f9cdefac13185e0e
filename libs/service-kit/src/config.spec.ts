import { configFromEnvironment, SERVICES } from './config';

const ENOUGH = {
  DATABASE_URL: 'postgres://app@db/propledger',
  SERVICE_KEY: 'k'.repeat(32),
  ...Object.fromEntries(SERVICES.map((name) => [`${name.toUpperCase()}_URL`, `http://${name}:8080/`])),
};
const wrongIn = (env: NodeJS.ProcessEnv): string => {
  try {
    configFromEnvironment({ ...ENOUGH, ...env });
    return '';
  } catch (error) {
    return (error as Error).message.replace(/^.*: /, '');
  }
};

it('names what is missing or wrong, and no value', () => {
  expect(() => configFromEnvironment({})).toThrow(/DATABASE_URL, SERVICE_KEY, REGISTRY_URL/);
  expect(wrongIn({ SERVICE_KEY: 'too short' })).toBe('SERVICE_KEY');
});

it('goes without brokers unless they are given', () => {
  expect(configFromEnvironment({ ...ENOUGH, KAFKA_BROKERS: '' }).kafkaBrokers).toBeUndefined();
  expect(configFromEnvironment({ ...ENOUGH, KAFKA_BROKERS: 'a:9092, b:9092' }).kafkaBrokers).toBe('a:9092, b:9092');
});

it.each([
  [{ KAFKA_BROKERS: 'kafka' }, 'KAFKA_BROKERS'],
  [{ KAFKA_BROKERS: 'kafka:9092', REGION: '北' }, 'REGION'],
  [{ KAFKA_BROKERS: 'kafka:9092', KAFKA_PARTITIONS: '0' }, 'KAFKA_PARTITIONS'],
  [{ KAFKA_BROKERS: 'kafka:9092', KAFKA_TLS: 'yes' }, 'KAFKA_TLS'],
  [{ KAFKA_BROKERS: 'kafka:9092', KAFKA_USERNAME: 'reports' }, 'KAFKA_PASSWORD'],
])('refuses %j', (env, wrong) => {
  expect(wrongIn(env)).toBe(wrong);
});

it('reads the regions of a group, home first, some with keys of their own', () => {
  const { cells } = configFromEnvironment({
    ...ENOUGH,
    CELLS: 'north=https://north.example/ south=https://south.example',
    CELL_KEYS: `south=${'s'.repeat(32)}`,
  });
  expect(cells).toEqual([
    { region: 'north', url: 'https://north.example', serviceKey: undefined },
    { region: 'south', url: 'https://south.example', serviceKey: 's'.repeat(32) },
  ]);
});

it.each([
  { CELLS: 'north' },
  { CELLS: 'north=nowhere' },
  { CELLS: '北=https://north.example' },
  { CELLS: 'north=https://a.example north=https://b.example' },
  { CELLS: 'north=https://north.example', CELL_KEYS: 'north=short' },
  { CELLS: 'north=https://north.example', CELL_KEYS: `south=${'s'.repeat(32)}` },
])('refuses %j', (env) => {
  expect(wrongIn(env)).toBe('CELLS');
});
