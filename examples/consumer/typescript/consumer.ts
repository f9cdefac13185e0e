/*
 * Money received, by project and channel, made from the ledger's events: an example for whoever reads them from Kafka.
 *
 *   BROKERS=127.0.0.1:9094 REGION=local API=http://127.0.0.1:8080 TOKEN=… DATABASE_URL=postgres://… node consumer.ts
 *
 * TOKEN is an operator's who may audit: it reads what Kafka does not have. The events are described in libs/contracts/asyncapi.yaml.
 */
import { Kafka } from 'kafkajs';
import { Client } from 'pg';

type Line = { readonly account: string; readonly amount: string; readonly channel?: string };
interface LedgerEvent {
  readonly book: string;
  readonly position: number;
  readonly body: { readonly lines?: readonly Line[] };
}

const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}`);
  return value;
};
const database = new Client({ connectionString: setting('DATABASE_URL') });

/** "-1234.50" yuan in fen. Never by way of a float. */
const fen = (amount: string): bigint => BigInt(amount.replace('.', ''));

/** What an event adds. Types, accounts and members that are not known here are passed over. */
const apply = async ({ book, body }: LedgerEvent): Promise<void> => {
  for (const { account, amount, channel = '' } of body.lines ?? [])
    if (account === 'channel-clearing')
      await database.query(
        `insert into received values ($1, $2, $3)
         on conflict (book, channel) do update set fen = received.fen + excluded.fen`,
        [book, channel, fen(amount)],
      );
};

/** Events of a book after a position, from their owner: for what never came, or came and was deleted. */
const missing = async (book: string, after: number): Promise<readonly LedgerEvent[]> => {
  const url = `${setting('API')}/billing/v1/books/${encodeURIComponent(book)}/events?after_position=${after}&limit=500`;
  const sent = { headers: { authorization: `Bearer ${setting('TOKEN')}` }, signal: AbortSignal.timeout(30_000) };
  const answer = await fetch(url, sent);
  if (!answer.ok) throw new Error(`the owner answered ${answer.status}`);
  return ((await answer.json()) as { items: LedgerEvent[] }).items;
};

/** Applies an event once and in order, in one transaction with the cursor of its book; what is missing before it goes first. */
const take = async (event: LedgerEvent): Promise<void> => {
  await database.query('begin');
  try {
    const { rows } = await database.query<{ position: string }>(
      `insert into cursor values ($1, 0) on conflict (book) do update set position = cursor.position returning position`,
      [event.book],
    );
    let at = Number(rows[0]?.position);
    while (at < event.position) {
      const next = event.position === at + 1 ? [event] : await missing(event.book, at);
      if (next.length === 0) throw new Error(`event ${at + 1} of ${event.book} is nowhere`);
      for (const one of next) {
        if (one.position !== at + 1) throw new Error(`event ${at + 1} of ${event.book} is not where it should be`);
        await apply(one);
        at = one.position;
      }
    }
    await database.query('update cursor set position = $2 where book = $1', [event.book, at]);
    await database.query('commit');
  } catch (error) {
    await database.query('rollback');
    throw error; // The message is not committed, and comes again.
  }
};

const main = async (): Promise<void> => {
  await database.connect();
  await database.query(`select pg_advisory_xact_lock(1); -- Several may start at once.
    create table if not exists cursor (book text primary key, position bigint not null);
    create table if not exists received (book text, channel text, fen bigint not null, primary key (book, channel))`);
  const kafka = new Kafka({ brokers: setting('BROKERS').split(','), clientId: 'example' });
  const own = { groupId: process.env['GROUP'] ?? 'example.typescript', allowAutoTopicCreation: false };
  const consumer = kafka.consumer({ ...own, sessionTimeout: 6_000, heartbeatInterval: 1_500, maxWaitTimeInMs: 1_000 });
  consumer.on('consumer.crash', ({ payload }) => payload.restart || process.exit(1)); // Else it stays, and reads nothing.
  await consumer.connect();
  await consumer.subscribe({ topic: `${setting('REGION')}.ledger.v1`, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { headers, key, value } }) => {
      const body = JSON.parse(String(value)) as LedgerEvent['body'];
      await take({ book: String(key), position: Number(String(headers?.['ce_sequence'])), body });
    },
  });
};

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
