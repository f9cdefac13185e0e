import { topicName } from '@propledger/contracts';
import { configFromEnvironment } from '@propledger/service-kit';
import { pythonWith } from '@propledger/testkit';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestsIn, renderer, type Manifest } from './rendered';

const ROOT = join(__dirname, '../../..');
const OVERLAYS = readdirSync(join(ROOT, 'k8s/overlays'));
const SERVICES = ['registry', 'customers', 'billing', 'reports', 'onboarding'];

const render = renderer();
const python = pythonWith(join(ROOT, 'tools/deploy/requirements.txt'));

interface Container {
  readonly image: string;
  readonly resources: Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>;
  readonly securityContext: object;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom: readonly object[];
  readonly [probe: `${string}Probe`]: {
    readonly httpGet: { readonly path: string; readonly port: string };
    readonly timeoutSeconds?: number;
  };
}
interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly Container[]; readonly securityContext: object } & Readonly<
    Record<string, unknown>
  >;
}
type Selector = { readonly matchLabels: Readonly<Record<string, string>> };

/** What kubernetes-validate says, which knows the schemas of all kinds of Kubernetes itself; null: all is well. */
const validated = (text: string): string | null => {
  if (python === null) return null;
  const { status, stdout, stderr } = spawnSync(python, ['-m', 'kubernetes_validate', '--strict', '-'], {
    input: text,
    encoding: 'utf8',
  });
  return status === 0 ? null : stdout + stderr;
};

/** What KEDA's schemas say; empty: all is well. */
const validatedByKeda = (manifests: readonly object[]): string => {
  const script = join(ROOT, 'tools/deploy/validate-keda.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    input: JSON.stringify(manifests),
    encoding: 'utf8',
  });
  return status === 0 ? stdout : stderr;
};

/** An overlay as one that takes in a component would be. */
const renderedWith = (overlay: string, component: string): string => {
  const folder = mkdtempSync(join(ROOT, 'tools/deploy/.rendered-'));
  try {
    const lines = [
      'apiVersion: kustomize.config.k8s.io/v1beta1',
      'kind: Kustomization',
      `namespace: propledger-${overlay}`,
      `resources: [../../../k8s/overlays/${overlay}]`,
      `components: [../../../k8s/components/${component}]`,
    ];
    writeFileSync(join(folder, 'kustomization.yaml'), lines.join('\n'));
    return render?.(folder) ?? '';
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const ofKeda = ({ apiVersion }: Manifest): boolean => apiVersion.startsWith('keda.sh/');
const podOf = ({ spec }: Manifest): Pod => spec?.['template'] as Pod;
const selects = ({ matchLabels }: Selector, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(matchLabels).every(([name, value]) => labels[name] === value);

(render === null ? describe.skip : describe).each(['base', ...OVERLAYS.map((region) => `overlays/${region}`)])(
  'k8s/%s',
  (folder) => {
    const region = folder.startsWith('overlays/') ? folder.slice('overlays/'.length) : 'local';
    let text: string;
    let all: Manifest[];
    const of = (kind: string): Manifest[] => all.filter((manifest) => manifest.kind === kind);
    const named = (kind: string, name: string): Manifest => {
      const found = of(kind).find(({ metadata }) => metadata.name === name);
      if (!found) throw new Error(`there is no ${kind} ${name}`);
      return found;
    };
    beforeAll(() => {
      text = render?.(join(ROOT, 'k8s', folder)) ?? '';
      all = manifestsIn(text);
    });

    it('is what Kubernetes and KEDA take, strictly', () => {
      expect(validated(text)).toBeNull();
      const scaled = all.filter(ofKeda);
      expect(scaled.map(({ kind }) => kind)).toEqual(['ScaledObject']);
      expect(validatedByKeda(scaled)).toBe('');
    });

    it('has of every service what serves, migrates, is found, drained and scaled', () => {
      expect(
        of('Deployment')
          .map(({ metadata }) => metadata.name)
          .sort(),
      ).toEqual(SERVICES.map((name) => `${name}-service`).sort());
      expect(
        of('Job')
          .map(({ metadata }) => metadata.name)
          .sort(),
      ).toEqual(SERVICES.map((name) => `${name}-migrate`).sort());
      // An upgrade applies the migrations before the rest, by this label.
      const first = all.filter(({ metadata }) => metadata.labels?.['propledger.io/role'] === 'migrate');
      expect(first).toEqual(of('Job'));
      for (const service of SERVICES) {
        const { labels } = podOf(named('Deployment', `${service}-service`)).metadata;
        const selector = named('Service', `${service}-service`).spec?.['selector'] as Selector['matchLabels'];
        expect(selects({ matchLabels: selector }, labels)).toBe(true);
        expect(selects({ matchLabels: selector }, podOf(named('Job', `${service}-migrate`)).metadata.labels)).toBe(
          false,
        );
        expect(selects(named('PodDisruptionBudget', `${service}-service`).spec?.['selector'] as Selector, labels)).toBe(
          true,
        );
        const spread = podOf(named('Deployment', `${service}-service`)).spec['topologySpreadConstraints'] as {
          labelSelector: Selector;
        }[];
        expect(spread.map(({ labelSelector }) => selects(labelSelector, labels))).toEqual([true, true]);
        // Of others it must not be counted, or taken away.
        for (const other of SERVICES.filter((name) => name !== service)) {
          const { labels: others } = podOf(named('Deployment', `${other}-service`)).metadata;
          expect(
            selects(named('PodDisruptionBudget', `${service}-service`).spec?.['selector'] as Selector, others),
          ).toBe(false);
          for (const { labelSelector } of spread) expect(selects(labelSelector, others)).toBe(false);
        }
      }
      const targets = [...of('HorizontalPodAutoscaler'), ...of('ScaledObject')].map(
        ({ spec }) => (spec?.['scaleTargetRef'] as { name: string }).name,
      );
      expect(targets.sort()).toEqual(SERVICES.map((name) => `${name}-service`).sort());
    });

    it('runs nothing as root, nothing that can write its own code, nothing without limits', () => {
      for (const manifest of [...of('Deployment'), ...of('Job')]) {
        const { spec } = podOf(manifest);
        expect(spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 1000,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(spec['automountServiceAccountToken']).toBe(false);
        expect(spec.containers).toHaveLength(1);
        for (const { resources, securityContext, image } of spec.containers) {
          expect(securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
          for (const kind of ['requests', 'limits'] as const)
            expect(Object.keys(resources[kind]).sort()).toEqual(['cpu', 'memory']);
          if (folder !== 'base') expect(image).toMatch(/^registry\.example\.com\/propledger\/[a-z]+:\d+\.\d+\.\d+$/);
        }
      }
    });

    it('asks each service for its own health, and gives it time to end', () => {
      for (const service of SERVICES) {
        const { spec } = podOf(named('Deployment', `${service}-service`));
        const [container] = spec.containers;
        const asked = ['startup', 'liveness', 'readiness'].map((probe) => container?.[`${probe}Probe`]?.httpGet.path);
        expect(asked).toEqual(['live', 'live', 'ready'].map((what) => `/${service}/v1/health/${what}`));
        expect(container?.readinessProbe?.timeoutSeconds).toBeGreaterThan(3 + 3); // The database, then the alarms.
        expect(spec['terminationGracePeriodSeconds']).toBeGreaterThan(5 + 28); // preStop, then what the service allows itself.
      }
    });

    it('has no secret in it: they are named, each service has its own database’s, and only the migration the owner’s', () => {
      expect(of('Secret')).toEqual([]);
      expect(text).not.toMatch(/postgres:\/\/|PASSWORD|SERVICE_KEY: /);
      for (const service of SERVICES)
        for (const manifest of [named('Deployment', `${service}-service`), named('Job', `${service}-migrate`)]) {
          const [container] = podOf(manifest).spec.containers;
          expect(container?.envFrom).toContainEqual({ secretRef: { name: `${service}-database` } });
          const names = JSON.stringify(container?.envFrom);
          for (const other of SERVICES.filter((name) => name !== service))
            expect(names).not.toContain(`"${other}-database"`);
          expect(names.includes(`${service}-migration`)).toBe(manifest.kind === 'Job');
        }
    });

    it('lets in and out only what is said', () => {
      const policies = of('NetworkPolicy').map(
        ({ spec }) => spec as { podSelector: object; policyTypes: string[]; ingress: unknown; egress: unknown },
      );
      expect(policies).toHaveLength(1);
      expect(policies[0]).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
      const portsOf = (rules: unknown): string => (JSON.stringify(rules).match(/"port":\d+/g) ?? []).join(' ');
      expect(portsOf(policies[0]?.ingress)).toBe('"port":8080 "port":9464');
      expect(portsOf(policies[0]?.egress)).toBe('"port":8080 "port":53 "port":53 "port":5432 "port":9092');
      // Metrics: a port that neither a Service nor the ingress leads to.
      expect(JSON.stringify([...of('Service'), ...of('Ingress')])).not.toMatch(/9464|metrics/);
      for (const service of SERVICES)
        expect(podOf(named('Deployment', `${service}-service`)).spec.containers[0]?.env).toContainEqual({
          name: 'METRICS_PORT',
          value: '9464',
        });
    });

    it('has a front door that takes what the one of docker/ takes', () => {
      const conf = readFileSync(join(ROOT, 'docker/nginx.conf'), 'utf8');
      const [{ metadata }] = of('Ingress') as [Manifest];
      for (const [annotation, setting] of [
        ['proxy-body-size', 'client_max_body_size'],
        ['proxy-request-buffering', 'proxy_request_buffering'],
        ['proxy-buffering', 'proxy_buffering'],
        ['proxy-read-timeout', 'proxy_read_timeout'],
      ] as const) {
        const [, value = ''] = new RegExp(`\\b${setting} ([^;]+?)s?;`).exec(conf) ?? [];
        expect([annotation, metadata.annotations?.[`nginx.ingress.kubernetes.io/${annotation}`]]).toEqual([
          annotation,
          value,
        ]);
      }
    });

    it('is one region’s: its topics, its brokers, its namespace', () => {
      const config = named('ConfigMap', 'propledger').data ?? {};
      expect(config['REGION']).toBe(region);
      const [kafka] = named('ScaledObject', 'reports-service').spec?.['triggers'] as {
        metadata: Record<string, string>;
      }[];
      expect(kafka?.metadata).toMatchObject({
        ...{
          topic: topicName(region, 'ledger'),
          consumerGroup: `${region}.reports.ledger`,
          bootstrapServers: config['KAFKA_BROKERS'],
        },
      });
      const namespace = region === 'local' ? 'propledger' : `propledger-${region}`;
      for (const { kind, metadata } of all)
        expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe(namespace);
      for (const service of SERVICES)
        expect(config[`${service.toUpperCase()}_URL`]).toBe(`http://${service}-service:8080`);
    });
  },
);

(render === null ? describe.skip : describe)('k8s/components/kafka-signed-in', () => {
  let text: string;
  let all: Manifest[];
  beforeAll(() => {
    text = renderedWith('north', 'kafka-signed-in');
    all = manifestsIn(text);
  });
  const of = (kind: string): Manifest[] => all.filter((manifest) => manifest.kind === kind);

  it('is what Kubernetes and KEDA take, strictly', () => {
    expect(validated(text)).toBeNull();
    const keda = all.filter(ofKeda);
    expect(keda.map(({ kind }) => kind).sort()).toEqual(['ScaledObject', 'TriggerAuthentication']);
    expect(validatedByKeda(keda)).toBe('');
  });

  it('lets every service sign in by TLS, and KEDA as they do; no secret is in it', () => {
    expect(of('ConfigMap')[0]?.data).toMatchObject({ KAFKA_TLS: 'true', REGION: 'north' });
    expect(JSON.stringify(of('NetworkPolicy')[0]?.spec?.['egress'])).toMatch(/"port":9093.*"port":9094/);
    expect(of('Secret')).toEqual([]);
    for (const manifest of of('Deployment')) {
      const [container] = podOf(manifest).spec.containers;
      expect(container?.envFrom).toContainEqual({ secretRef: { name: 'propledger-kafka', optional: false } });
      expect(container?.env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/etc/kafka-ca/ca.crt' });
    }
    const [scaled] = of('ScaledObject');
    const [authentication] = of('TriggerAuthentication');
    expect(scaled?.spec?.['triggers']).toMatchObject([
      { metadata: { sasl: 'scram_sha512', tls: 'enable' }, authenticationRef: { name: authentication?.metadata.name } },
      { type: 'cpu' },
    ]);
    expect(authentication?.metadata.namespace).toBe(scaled?.metadata.namespace);
  });
});

(render === null ? describe.skip : describe)('k8s/group', () => {
  let text: string;
  let all: Manifest[];
  beforeAll(() => {
    text = render?.(join(ROOT, 'k8s/group')) ?? '';
    all = manifestsIn(text);
  });
  const namesOf = (kind: string): string[] =>
    all.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);

  it('is what Kubernetes takes, strictly: reporting alone, which migrates, is found, drained and scaled', () => {
    expect(validated(text)).toBeNull();
    expect(all.filter(ofKeda)).toEqual([]);
    for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'])
      expect([kind, namesOf(kind)]).toEqual([kind, ['reports-service']]);
    expect(namesOf('Job')).toEqual(['reports-migrate']);
    expect(namesOf('Secret')).toEqual([]);
  });

  it('tells reporting its regions, their keys by reference, and lets it out to them', () => {
    const { data } = all.find(({ kind }) => kind === 'ConfigMap') ?? {};
    const secrets = { DATABASE_URL: 'postgres://x', SERVICE_KEY: 'k'.repeat(40), CELL_KEYS: `south=${'s'.repeat(40)}` };
    const { cells, peers } = configFromEnvironment({ ...data, ...secrets });
    expect(cells?.map(({ region, serviceKey }) => [region, serviceKey?.[0]])).toEqual([
      ['north', undefined],
      ['south', 's'],
    ]);
    expect(peers.registry).toBe(cells?.[0]?.url);
    const deployment = all.find(({ kind }) => kind === 'Deployment') as Manifest;
    const references = podOf(deployment).spec.containers[0]?.envFrom;
    expect(references).toContainEqual({ secretRef: { name: 'reports-cell-keys' } });
    expect(JSON.stringify(references)).not.toContain('seal');
    const policy = all.find(({ kind }) => kind === 'NetworkPolicy');
    expect(JSON.stringify(policy?.spec?.['egress'])).toContain('"port":443');
  });
});

describe('the checks themselves', () => {
  const deployment = (more: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: x }
spec:
  selector: { matchLabels: { a: b } }
  template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: x, image: x${more} }] } }`;

  (python === null ? it.skip : it)('refuse a member that Kubernetes does not know, and a value of another type', () => {
    expect(validated(deployment(''))).toBeNull();
    expect(validated(deployment(', imagePullPolic: Always'))).toContain('imagePullPolic');
    expect(validated(deployment(', ports: [{ containerPort: http }]'))).toMatch(/containerPort|integer/);
  });

  it('refuse a ScaledObject without what it scales, or with what KEDA does not know', () => {
    const scaled = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'x' } };
    expect(validatedByKeda([{ ...scaled, spec: { triggers: [] } }])).toContain('scaleTargetRef');
    const spec = { scaleTargetRef: { name: 'y' }, triggers: [{ type: 'kafka', metadata: { bootstrapServer: 'k' } }] };
    expect(validatedByKeda([{ ...scaled, spec }])).toContain('bootstrapServer is not known');
  });

  it('refuse a TriggerAuthentication that gives what the trigger does not ask for', () => {
    const spec = { secretTargetRef: [{ parameter: 'user', name: 'x', key: 'y' }] };
    const given = { apiVersion: 'keda.sh/v1alpha1', kind: 'TriggerAuthentication', metadata: { name: 'x' }, spec };
    expect(validatedByKeda([given])).toContain('user is not known');
  });
});
