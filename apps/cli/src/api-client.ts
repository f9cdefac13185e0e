import { decodeAfter, encodeAfter, laterOf, type After } from '@propledger/contracts';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Refused, Unreachable, type ProblemAnswer } from './failure';

export interface ApiClientOptions {
  /** Where the services are: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token?: string;
  /** What earlier commands answered: reads and commands of this client wait until it is visible. */
  readonly after?: string;
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
  /** How often a request is sent at most when no answer comes or the service is not available. */
  readonly attempts?: number;
}

export interface Asked {
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly accept?: string;
}

/** An answer that is no problem, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

interface Sent extends Asked {
  readonly method: 'GET' | 'POST';
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
  readonly key?: string;
}

const PAUSE_MS = 250;
const PAUSE_AT_MOST_MS = 10_000;
const RETRIED = new Set([429, 502, 503, 504]);

/**
 * An ordinary client of the HTTP API. Every command carries an Idempotency-Key and is sent again with the same key when no
 * answer came, so that it is carried out once; what it answered is seen by everything this client asks afterwards.
 */
export class ApiClient {
  private token: string | undefined;
  private seen: After;
  private readonly timeoutMs: number;
  private readonly attempts: number;

  constructor(private readonly options: ApiClientOptions) {
    this.token = options.token;
    this.seen = (options.after === undefined ? null : decodeAfter(options.after)) ?? {};
    this.timeoutMs = options.timeoutMs ?? 120_000;
    this.attempts = options.attempts ?? 5;
  }

  /** Everything that this client's commands answered so far; undefined before the first. */
  get after(): string | undefined {
    return Object.keys(this.seen).length === 0 ? undefined : encodeAfter(this.seen);
  }

  /** Signs in, and sends the token with everything from now on. @throws Refused 401 for a wrong password. */
  async signIn(operator: string, password: string): Promise<{ accessToken: string; expiresIn: number }> {
    const answer = await this.send('/registry/v1/tokens', {
      method: 'POST',
      body: JSON.stringify({ operator, password }),
      contentType: 'application/json',
    });
    const signedIn = asJson<{ accessToken: string; expiresIn: number }>(answer);
    this.token = signedIn.accessToken;
    return signedIn;
  }

  /** @throws Refused with the problem that was answered; Unreachable when no attempt was answered. */
  async get<Body>(path: string, asked: Asked = {}): Promise<Body> {
    return asJson(await this.send(path, { ...asked, method: 'GET' }));
  }

  /** An answer as served, for what is no JSON. @throws as `get`. */
  async text(path: string, asked: Asked): Promise<string> {
    return textOf(await this.send(path, { ...asked, method: 'GET' }));
  }

  /** A report as served, once it has seen what this client did. */
  download(path: string, asked: Asked = {}): Promise<Answer> {
    return this.send(path, { ...this.waiting(asked), method: 'GET' });
  }

  /** A stream of server-sent events; not asked twice. @throws Refused, Unreachable. */
  async *events(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const response = await fetch(`${this.options.url}${path}`, {
      headers: this.headers({ method: 'GET', accept: 'text/event-stream' }),
      signal,
    }).catch((error: unknown) => {
      throw new Unreachable(reasonOf(error));
    });
    if (!response.ok || !response.body) throw new Refused(problemOf(response.status, await response.text()));
    let rest = '';
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = block
          .split(/\r?\n/)
          .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []));
        if (data.length > 0) yield data.join('\n');
      }
    }
  }

  /** Sends a command. The same key and content is carried out once, however often it is sent. */
  async command<Body>(path: string, body: object, key: string = randomUUID(), asked: Asked = {}): Promise<Body> {
    return this.settled(path, {
      ...this.waiting(asked),
      method: 'POST',
      key,
      body: JSON.stringify(body),
      contentType: 'application/json',
    });
  }

  /** Sends a file as the body of a command. */
  async upload<Body>(
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    contentType: string,
    key: string,
    asked: Asked = {},
  ): Promise<Body> {
    return this.settled(path, { ...this.waiting(asked), method: 'POST', key, body: bytes, contentType });
  }

  /** Remembers the positions of an answer that came another way (a job that was followed). */
  saw(after: string | null | undefined): void {
    const positions = after ? decodeAfter(after) : null;
    if (positions) this.seen = laterOf(this.seen, positions);
  }

  private async settled<Body>(path: string, sent: Sent): Promise<Body> {
    const body = asJson<Body & { after?: string | null }>(await this.send(path, sent));
    this.saw(body.after);
    return body;
  }

  private waiting<A extends Asked>(asked: A): A {
    return this.after === undefined ? asked : { ...asked, query: { ...asked.query, after: this.after } };
  }

  private async send(path: string, sent: Sent): Promise<Answer> {
    const url = new URL(`${this.options.url}${path}`);
    for (const [name, value] of Object.entries(sent.query ?? {}))
      for (const one of typeof value === 'string' ? [value] : (value ?? [])) url.searchParams.append(name, one);

    let last = '';
    for (let attempt = 1; attempt <= this.attempts; attempt++) {
      if (attempt > 1) await pause(Math.min(PAUSE_AT_MOST_MS, PAUSE_MS * 2 ** (attempt - 2)));
      const answer = await this.attempt(url, sent).catch((error: unknown) => {
        last = reasonOf(error);
        return null;
      });
      if (!answer) continue;
      if (answer.status < 400) return answer;
      const later = RETRIED.has(answer.status) || answer.headers.has('retry-after');
      if (!later || attempt === this.attempts) throw new Refused(problemOf(answer.status, textOf(answer)));
      await pause(1000 * Math.min(10, Number(answer.headers.get('retry-after') ?? 0)));
    }
    const repeat =
      sent.key === undefined
        ? ''
        : `; 结果未知, 请用同一键重发 the outcome is unknown, repeat it with --key ${sent.key}`;
    throw new Unreachable(`连接不上 cannot reach ${url.origin} (${last})${repeat}`);
  }

  /** One request with its whole answer. */
  private async attempt(url: URL, sent: Sent): Promise<Answer> {
    const response = await fetch(url, {
      method: sent.method,
      headers: this.headers(sent),
      signal: AbortSignal.timeout(this.timeoutMs),
      ...(sent.body === undefined ? {} : { body: sent.body }),
    });
    return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  private headers({ accept, contentType, key }: Sent): Record<string, string> {
    return {
      accept: accept ?? 'application/json',
      ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
  }
}

const textOf = ({ bytes }: Answer): string => new TextDecoder().decode(bytes);

const asJson = <Body>(answer: Answer): Body => JSON.parse(textOf(answer)) as Body;

const problemOf = (status: number, text: string): ProblemAnswer => {
  try {
    const body = JSON.parse(text) as Partial<ProblemAnswer>;
    if (typeof body.title === 'string') return { type: 'about:blank', ...body, title: body.title, status };
  } catch {
    // Not one of ours: a proxy answered. Its status is all there is to say.
  }
  return { type: 'about:blank', title: `HTTP ${status}`, status };
};

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return (cause as NodeJS.ErrnoException).code ?? cause.name;
};
