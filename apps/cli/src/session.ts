import { ApiClient } from './api-client';
import { credentialFor, keepCredential } from './credentials';
import { EXIT } from './exit-codes';
import { Failure } from './failure';

/** What every command is started with. */
export interface Invocation {
  readonly url: string;
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Results: standard output. */
  readonly print: (line: string) => void;
  /** Progress and remarks: standard error. */
  readonly tell: (line: string) => void;
}

/**
 * Runs `work` with a client that is signed in (PROPLEDGER_TOKEN, or the token that `login` kept), and keeps what its commands
 * answered, so that the next command sees it.
 */
export const signedIn = async <R>({ url, env }: Invocation, work: (client: ApiClient) => Promise<R>): Promise<R> => {
  const kept = credentialFor(url, env);
  const token = env['PROPLEDGER_TOKEN'] || kept?.token;
  if (!token)
    throw new Failure(
      EXIT.noRights,
      `尚未登录, 请先运行 not signed in, run first: propledger login OPERATOR --url ${url}`,
    );
  const client = new ApiClient({ url, token, ...(kept?.after === undefined ? {} : { after: kept.after }) });
  try {
    return await work(client);
  } finally {
    if (kept && client.after !== undefined && client.after !== kept.after)
      keepCredential(url, { ...kept, after: client.after }, env);
  }
};
