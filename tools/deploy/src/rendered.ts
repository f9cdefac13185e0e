import { execFileSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';

/** A manifest, as far as it is looked at here. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

// The first that is there; Go fetches the last.
const TOOLS: readonly (readonly [string, ...string[]])[] = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
  ['go', 'run', 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1', 'build'],
];
const PROBES: Readonly<Record<string, readonly string[]>> = {
  kustomize: ['version'],
  kubectl: ['version', '--client'],
  go: ['version'],
};

const works = (command: string): boolean => {
  try {
    execFileSync(command, PROBES[command] ?? [], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/**
 * How manifests are rendered here; null where no tool is, said aloud.
 *
 * @throws Error in CI, where there must be one.
 */
export const renderer = (): ((folder: string) => string) | null => {
  const tool = TOOLS.find(([command]) => works(command));
  if (tool === undefined) {
    if (process.env['CI'] === 'true') throw new Error('kustomize, kubectl or go is missing: the manifests need one');
    process.stderr.write('\n*** kustomize, kubectl and go are missing: the manifests in k8s/ are NOT TESTED ***\n\n');
    return null;
  }
  const [command, ...args] = tool;
  return (folder) => execFileSync(command, [...args, folder], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
};

export const manifestsIn = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0] ?? new Error('not YAML');
    return document.toJS() as Manifest;
  });
