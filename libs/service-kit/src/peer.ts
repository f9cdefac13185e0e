import type { ProblemBody } from './problem';
import type { ServiceConfig, ServiceName } from './config';
import { serviceTokens } from './tokens';

/** A peer answered with a problem. */
export class PeerRefused extends Error {
  constructor(
    readonly peer: ServiceName,
    readonly status: number,
    readonly problem: ProblemBody | null,
  ) {
    super(`${peer} answered ${status} ${problem?.type ?? ''}`);
  }
}

/** A peer did not answer, or answered that it cannot now. */
export class PeerUnavailable extends Error {
  constructor(
    readonly peer: ServiceName,
    options?: ErrorOptions,
  ) {
    super(`${peer} is not available`, options);
  }
}

export interface Peer {
  /** The base URL, with the service's path: `http://…/registry/v1`. */
  readonly baseUrl: string;
  readonly token: () => Promise<string>;
  /**
   * JSON over HTTP with this service's own token. Not repeated here: whoever calls knows whether that is safe.
   *
   * @throws PeerRefused for an answer from 400 to 499, PeerUnavailable for any other failure.
   */
  call<Answer>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs?: number): Promise<Answer>;
}

/** How this service (`self`) calls another. */
export const peerOf = (config: ServiceConfig, self: ServiceName, peer: ServiceName): Peer => {
  const baseUrl = `${config.peers[peer]}/${peer}/v1`;
  const token = serviceTokens(config, self);
  return {
    baseUrl,
    token,
    call: async <Answer>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = 30_000): Promise<Answer> => {
      const answer = await fetch(`${baseUrl}/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((cause: unknown) => {
        throw new PeerUnavailable(peer, { cause });
      });
      const text = await answer.text().catch((cause: unknown) => {
        throw new PeerUnavailable(peer, { cause });
      });
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
      if (answer.status >= 500) throw new PeerUnavailable(peer);
      throw new PeerRefused(peer, answer.status, problemOf(text));
    },
  };
};

const problemOf = (text: string): ProblemBody | null => {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    return null;
  }
};
