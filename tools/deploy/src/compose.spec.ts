import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const DOCKER = join(__dirname, '../../../docker');

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly args: { readonly APP: string } };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, object>> | readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly command?: readonly string[];
}

const { services, volumes } = parse(readFileSync(join(DOCKER, 'compose.yaml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, object>>;
};
const OURS = ['registry', 'customers', 'billing', 'reports', 'onboarding'];
const serviceOf = (name: string): Service => {
  const service = services[name];
  if (!service) throw new Error(`there is no ${name}`);
  return service;
};

describe('docker/compose.yaml', () => {
  it('builds an image a service, migrates first, and has PostgreSQL and Kafka', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['front', 'kafka', 'postgres', ...OURS, ...OURS.map((name) => `${name}-migrate`)].sort(),
    );
    for (const name of OURS) {
      const { build, command, image } = serviceOf(`${name}-migrate`);
      expect(command).toEqual(['migrate']);
      expect(existsSync(join(DOCKER, '..', 'apps', build?.args.APP ?? '', 'src/main.ts'))).toBe(true);
      expect(existsSync(join(DOCKER, '..', build?.dockerfile ?? 'none'))).toBe(true);
      expect(serviceOf(name).image).toBe(image);
      expect(serviceOf(name).depends_on).toEqual({
        [`${name}-migrate`]: { condition: 'service_completed_successfully' },
      });
    }
    expect(Object.keys(volumes).sort()).toEqual(['data', 'events']);
  });

  it('has the Kafka that the specs run', () => {
    const pom = readFileSync(join(DOCKER, '../tools/kafka/pom.xml'), 'utf8');
    expect(serviceOf('kafka').image).toBe(`apache/kafka:${/<kafka\.version>(.+)</.exec(pom)?.[1] ?? ''}`);
  });

  it('gives a service its own database’s role, and the owner’s to its migration alone; no secret is written down', () => {
    for (const name of OURS) {
      const [serves, migrates] = [serviceOf(name).environment ?? {}, serviceOf(`${name}-migrate`).environment ?? {}];
      const upper = name.toUpperCase();
      const appUrl = `postgres://propledger_${name}_app:\${${upper}_APP_PASSWORD}@postgres/propledger_${name}`;
      expect(serves['DATABASE_URL']).toBe(appUrl);
      expect(serves).not.toHaveProperty('MIGRATION_DATABASE_URL');
      expect(migrates['MIGRATION_DATABASE_URL']).toBe(appUrl.replace('_app:', '_owner:').replace('_APP_', '_OWNER_'));
    }
    const made = readFileSync(join(DOCKER, 'make-env.sh'), 'utf8');
    const named = new Set(readFileSync(join(DOCKER, 'compose.yaml'), 'utf8').match(/(?<=\$\{)[A-Z_]+(?=[:}])/g));
    for (const variable of [...named].filter((name) => !['PORT', 'KAFKA_PORT', 'REGION'].includes(name)))
      expect(made).toMatch(
        new RegExp(`${variable}=|${variable.replace(/^[A-Z]+(?=_(OWNER|APP)_)/, '\\$\\{service\\}')}=`),
      );
  });

  it('opens nothing to other machines, and lets services write nowhere but to /tmp', () => {
    for (const { ports = [] } of Object.values(services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const name of OURS)
      expect(serviceOf(name)).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'] });
  });
});
