import { ApiClient, Refused } from '@propledger/cli';
import { keep } from './kept-state';
import { collectionTable, playSample, sampleEnd } from './sample';
import type { SuiteOptions } from './options';
import type { Suite } from './start-suite';

/** The first administrator's code. */
export const ADMINISTRATOR = 'admin';

/**
 * Brings the sample in where it is wanted, and says what there is and where. The first administrator's password is shown at the
 * end of the first start that gets here.
 */
export const welcome = async (
  { url, state }: Suite,
  { dataDir }: SuiteOptions,
  say: (line: string) => void,
): Promise<void> => {
  const client = state.adminPassword === null ? null : await administratorOf(url, state.adminPassword);
  if (client && state.sample === 'wanted') {
    await playSample(client, say);
    say('');
    for (const line of await collectionTable(client, sampleEnd())) say(line);
  }
  say('');
  say(`物业账簿 propledger: ${url}`);
  for (const [zh, en, path] of PLACES) say(`  ${zh} ${en}: ${url}${path}`);
  if (client) {
    say('');
    say('首位管理员, 密码只显示这一次 the first administrator; the password is shown this once:');
    say(`  工号 administrator: ${ADMINISTRATOR}`);
    say(`  密码 password: ${state.adminPassword}`);
  }
  if (state.adminPassword !== null || state.sample === 'wanted')
    keep(dataDir, { ...state, sample: client && state.sample === 'wanted' ? 'in' : 'none', adminPassword: null });
};

/** Signed in as the first administrator; null where these databases have operators of their own already. */
const administratorOf = async (url: string, password: string): Promise<ApiClient | null> => {
  const client = new ApiClient({ url });
  try {
    await client.signIn(ADMINISTRATOR, password);
    return client;
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 401) return null;
    throw error;
  }
};

const PLACES = [
  ['项目与资源', 'projects', '/registry/v1/docs'],
  ['客户', 'customers', '/customers/v1/docs'],
  ['账簿', 'billing', '/billing/v1/docs'],
  ['报表', 'reports', '/reports/v1/docs'],
  ['导入', 'imports', '/onboarding/v1/docs'],
] as const;
