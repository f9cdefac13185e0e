import { SERVICES, type ServiceName } from '@propledger/service-kit';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from './stop-reason';

/** Where the sample stands: never wanted, still to be played (on), or in. */
export type SampleState = 'none' | 'wanted' | 'in';

/** What a data folder keeps beside its databases, in `secrets.json`, readable by its owner alone. */
export interface KeptState {
  readonly serviceKey: string;
  /** Ed25519, PKCS #8 in base64: signs the log of all books. */
  readonly sealKey: string;
  readonly passwords: Readonly<Record<ServiceName, { readonly owner: string; readonly app: string }>>;
  readonly sample: SampleState;
  /** Kept until it was shown and the sample is in; then null. */
  readonly adminPassword: string | null;
}

const file = (dataDir: string): string => join(dataDir, 'secrets.json');

/** The folder's state; made on the first start. */
export const keptState = (
  dataDir: string,
  first: { readonly empty: boolean; readonly adminPassword: string | null },
): KeptState => {
  if (!existsSync(file(dataDir))) {
    const made: KeptState = {
      serviceKey: secret(),
      sealKey: newSealKey(),
      passwords: Object.fromEntries(
        SERVICES.map((name) => [name, { owner: secret(), app: secret() }]),
      ) as KeptState['passwords'],
      sample: first.empty ? 'none' : 'wanted',
      adminPassword: first.adminPassword ?? readablePassword(),
    };
    keep(dataDir, made);
    return made;
  }
  const kept = read(dataDir);
  if (kept.sealKey !== undefined) return { ...kept, sealKey: kept.sealKey };
  const now = { ...kept, sealKey: newSealKey() };
  keep(dataDir, now);
  return now;
};

/** Folders made before books were sealed have no key for it. */
const read = (dataDir: string): Omit<KeptState, 'sealKey'> & { readonly sealKey?: string } => {
  try {
    return JSON.parse(readFileSync(file(dataDir), 'utf8')) as KeptState;
  } catch {
    throw new CannotStart(`${file(dataDir)} 无法读取 cannot be read: 请恢复备份 restore it from a backup`);
  }
};

/** Writes the state whole or not at all. */
export const keep = (dataDir: string, state: KeptState): void => {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const draft = `${file(dataDir)}.new`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file(dataDir));
};

const newSealKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

const secret = (): string => randomBytes(24).toString('base64url');

// Crockford's letters: none is mistaken for another when read aloud. 16 of 32 letters are 80 bits.
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const readablePassword = (): string => {
  const text = [...randomBytes(16)].map((byte) => LETTERS[byte % 32]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
};
