import { Client } from 'pg';
import type { Socket } from 'node:net';

const ACCOUNTS = 10_000;

/**
 * The limit of a ledger in SQL: header, two entries and two balances, in one durable transaction, in a function of the database
 * so that it is one round trip. Nothing is checked, nobody signs in, nothing is chained.
 */
export class DoubleEntry {
  private constructor(
    private readonly clients: readonly PreparedClient[],
    private readonly admin: Client,
  ) {}

  /** In a database of its own; the same tables and settings for every round. */
  static async start(adminUrl: string, connections: number): Promise<DoubleEntry> {
    const admin = new Client({ connectionString: adminUrl });
    await admin.connect();
    await admin.query('create database double_entry');
    await admin.end();
    const url = new URL(adminUrl);
    url.pathname = '/double_entry';
    const own = new Client({ connectionString: url.href });
    await own.connect();
    await own.query(TABLES);
    // Not the empty ones: PostgreSQL would plan for empty ones, and read them whole as they grow.
    await own.query('vacuum analyze account, balance');
    const clients = await Promise.all(Array.from({ length: connections }, () => PreparedClient.connect(url.href)));
    return new DoubleEntry(clients, own);
  }

  /** Transactions a second. `hot`: all of them on one account. */
  async rate(measuredMs: number, hot: boolean): Promise<number> {
    const warmUpMs = 500;
    const from = performance.now() + warmUpMs;
    const until = from + measuredMs;
    let done = 0;
    let state = 1;
    const account = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return 1 + (state % ACCOUNTS);
    };
    const run = async (client: PreparedClient): Promise<void> => {
      for (let now = performance.now(); now < until;) {
        const debit = hot ? 1 : account();
        const credit = account();
        await client.post(debit, debit === credit ? (credit % ACCOUNTS) + 1 : credit, 12_345);
        now = performance.now();
        if (now >= from && now < until) done += 1;
      }
    };
    await Promise.all(this.clients.map(run));
    return (done * 1000) / measuredMs;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.admin.end();
  }
}

const TABLES = `
  create table account (id bigint primary key, name text not null unique);
  create table balance (account bigint primary key references account, amount bigint not null, version bigint not null)
    with (fillfactor = 70);
  create table header (id bigint generated always as identity primary key, reference text not null unique,
    posted_at timestamptz not null default clock_timestamp(), memo text);
  create table entry (id bigint generated always as identity primary key, header bigint not null references header,
    account bigint not null references account, amount bigint not null, balance_after bigint not null);
  create index entry_by_header on entry (header);
  create index entry_by_account on entry (account, id);
  insert into account select i, 'account ' || i from generate_series(1, ${ACCOUNTS}) i;
  insert into balance select i, 0, 0 from generate_series(1, ${ACCOUNTS}) i;
  create function post(debit bigint, credit bigint, fen bigint) returns bigint language plpgsql as $$
  declare h bigint; first_after bigint; second_after bigint;
  begin
    insert into header (reference) values (gen_random_uuid()::text) returning id into h;
    -- In the order of accounts, so that no two wait for one another.
    if debit < credit then
      update balance set amount = amount + fen, version = version + 1 where account = debit returning amount into first_after;
      update balance set amount = amount - fen, version = version + 1 where account = credit returning amount into second_after;
    else
      update balance set amount = amount - fen, version = version + 1 where account = credit returning amount into second_after;
      update balance set amount = amount + fen, version = version + 1 where account = debit returning amount into first_after;
    end if;
    insert into entry (header, account, amount, balance_after) values (h, debit, fen, first_after), (h, credit, -fen, second_after);
    return h;
  end $$;`;

/**
 * A client for one prepared statement that costs next to nothing beside the server: a message out, and of what comes back only
 * the end is looked for. Signing in is pg's.
 */
class PreparedClient {
  private waiting: ((error: Error | null) => void) | null = null;
  private received: Buffer = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
  }

  static async connect(url: string): Promise<PreparedClient> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query({ name: 'post', text: 'select post($1::bigint, $2::bigint, $3::bigint)', values: [1, 2, 0] });
    client.on('error', () => undefined); // It is closed without a word.
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.removeAllListeners('data');
    return new PreparedClient(stream);
  }

  post(debit: number, credit: number, fen: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting = (error) => (error ? reject(error) : resolve());
      this.socket.write(bindExecuteSync('post', [debit, credit, fen].map(String)));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    let at = 0;
    while (this.received.length >= at + 5) {
      const end = at + 1 + this.received.readInt32BE(at + 1);
      if (this.received.length < end) break;
      const kind = this.received[at];
      if (kind === ERROR) return this.waiting?.(new Error(this.received.toString('utf8', at + 5, end)));
      at = end;
      if (kind === READY) this.waiting?.(null);
    }
    this.received = this.received.subarray(at);
  }
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: Bind, Execute and Sync of a prepared statement. */
const bindExecuteSync = (statement: string, values: readonly string[]): Buffer => {
  const parameters = values.map((value) => `${int32(Buffer.byteLength(value))}${value}`).join('');
  const bind = `\0${statement}\0${int16(0)}${int16(values.length)}${parameters}${int16(0)}`;
  return Buffer.from(`B${int32(4 + bind.length)}${bind}E${int32(9)}\0${int32(0)}S${int32(4)}`, 'latin1');
};
const int16 = (value: number): string => String.fromCharCode(value >> 8, value & 255);
const int32 = (value: number): string => int16(value >>> 16) + int16(value & 0xffff);

const READY = 'Z'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
