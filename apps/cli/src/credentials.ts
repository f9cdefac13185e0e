import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is kept of a sign-in, by URL. Never the password. */
export interface Credential {
  readonly operator: string;
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** What this operator's commands answered, so that the next command's answer shows it. */
  readonly after?: string;
}

const file = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'propledger', 'credentials.json');

const readAll = (env: NodeJS.ProcessEnv): Record<string, Credential> => {
  try {
    return JSON.parse(readFileSync(file(env), 'utf8')) as Record<string, Credential>;
  } catch {
    return {}; // Nobody has signed in yet, or the file is unusable: sign in again.
  }
};

export const credentialFor = (url: string, env: NodeJS.ProcessEnv): Credential | null => readAll(env)[url] ?? null;

/** Keeps a sign-in in a file that only its owner can read, written whole or not at all. */
export const keepCredential = (url: string, credential: Credential, env: NodeJS.ProcessEnv): string => {
  const path = file(env);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...readAll(env), [url]: credential }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
  return path;
};
