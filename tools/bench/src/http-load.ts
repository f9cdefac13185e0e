import { connect, type Socket } from 'node:net';

/** What one client sends next: a whole HTTP/1.1 request. */
export type NextRequest = () => Buffer;

export interface Loaded {
  readonly answered: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Load {
  readonly url: string;
  readonly clients: number;
  /** Sent and answered before anything counts. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Ends the measuring earlier. */
  readonly stop?: AbortSignal;
  readonly next: NextRequest;
  /** The status of every answer. */
  readonly expected: number;
}

/**
 * Clients on keep-alive connections, each sending its next request when the last one is answered. As cheap as can be, for it
 * takes from the same cores: whole requests in, and of the answers only status and length are looked at.
 *
 * @throws Error when an answer has another status than expected, with its text.
 */
export const load = async ({ url, clients, warmUpMs, measuredMs, stop, next, expected }: Load): Promise<Loaded> => {
  const { hostname, port } = new URL(url);
  const from = performance.now() + warmUpMs;
  const until = from + measuredMs;
  const latencies: number[] = [];
  const client = async (): Promise<void> => {
    const connection = new Connection(hostname, Number(port));
    try {
      await connection.opened;
      for (let now = performance.now(); now < until && !stop?.aborted;) {
        const sentAt = now;
        const status = await connection.ask(next());
        now = performance.now();
        if (status !== expected) throw new Error(`answered ${status}: ${connection.lastBody()}`);
        if (now >= from && now < until) latencies.push(now - sentAt);
      }
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (Math.min(until, performance.now()) - from) / 1000;
  latencies.sort((one, other) => one - other);
  const quantile = (part: number): number => latencies[Math.ceil(part * latencies.length) - 1] ?? NaN;
  return {
    answered: latencies.length,
    perSecond: latencies.length / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
  };
};

const HEAD_END = Buffer.from('\r\n\r\n');

/** One keep-alive connection, one request at a time. Answers must say their Content-Length. */
class Connection {
  readonly opened: Promise<void>;
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;
  private body = '';

  constructor(host: string, port: number) {
    this.socket = connect({ host, port, noDelay: true });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('error', reject);
    });
    this.socket.on('data', (chunk) => this.take(chunk));
    this.socket.on('close', () => this.waiting?.reject(new Error('the connection was closed')));
    this.socket.on('error', (error) => this.waiting?.reject(error));
  }

  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  lastBody(): string {
    return this.body;
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    const end = headEnd + HEAD_END.length + length;
    if (this.received.length < end) return;
    const status = Number(head.slice(9, 12));
    if (status >= 300) this.body = this.received.toString('utf8', headEnd + HEAD_END.length, end);
    this.received = this.received.subarray(end);
    this.waiting?.resolve(status);
  }
}
