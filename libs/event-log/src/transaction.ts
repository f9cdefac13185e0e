import type { Pool, PoolClient } from 'pg';
import { parameterOf } from './array-parameter';
import { copyLines } from './copy-in';
import { isStale } from './database-errors';

/** The connection of one transaction. */
export interface Tx {
  /**
   * Statements run in the order in which they are asked, and may be asked without waiting for those before. One that fails
   * fails the transaction, also when nobody waits for it.
   */
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** The connection of one transaction that writes many rows, as those of projections do. */
export interface ProjectionTx extends Tx {
  /**
   * Adds rows by COPY; takes its turn among the statements.
   *
   * @param into the table with its columns: `charge (book, position)`.
   * @param lines rows, see `copyLine`.
   */
  copy(into: string, lines: readonly string[]): Promise<void>;
}

/** Runs work in one READ COMMITTED transaction. When the work throws, nothing of it is kept. */
export type Transact<T extends Tx = Tx> = <R>(work: (tx: T) => Promise<R>) => Promise<R>;

/** Transactions on connections of a pool. Each statement is sent when the one before is answered. */
export const pgTransact =
  (pool: Pool): Transact<ProjectionTx> =>
  (work) =>
    inTransaction(pool, work, (client) => (sql, params) => client.query(sql, params), oneAtATime());

/**
 * The same on a pool whose connections are pipelined (`pipeline: true`): statements are sent at once, those of one turn of
 * the event loop together, the commit with the last of them. Statements are prepared: their texts must be few. Their plans are
 * made anew whenever a statement has run twice as often, later every 256 times, so that they follow tables that grow.
 */
export const pipelinedTransact =
  (pool: Pool): Transact<ProjectionTx> =>
  (work) =>
    inTransaction(
      pool,
      work,
      (client) => (sql, values) => {
        sendTogether(client);
        return client.query({ name: nameOn(client, sql), text: sql, values: values.map(parameterOf) });
      },
      (ask) => ask(),
    );

type Query<Answer> = (sql: string, params: unknown[]) => Promise<Answer>;
interface Answered {
  readonly rows: unknown[];
  readonly command: string;
}

/** When a statement is asked that comes after others of its transaction. */
type InTurn = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>;

/** Each when the one before is answered, in the order in which they come. */
const oneAtATime = (): InTurn => {
  let last: Promise<unknown> = Promise.resolve();
  return (ask) => {
    const next = last.then(ask);
    last = next.catch(() => undefined);
    return next;
  };
};

/** Statements of one transaction: whoever waits for one is told that it failed, and so is `through`, of the first. */
class Statements {
  private readonly asked: Promise<unknown>[] = [];

  constructor(private readonly inTurn: InTurn) {}

  run<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    const statement = this.inTurn(ask);
    statement.catch(() => undefined); // Perhaps nobody else waits for it.
    this.asked.push(statement);
    return statement;
  }

  /** What the work answers, once every statement is through. @throws what the first that failed says, else the work. */
  async through<R>(work: Promise<R>): Promise<R> {
    try {
      return await work;
    } finally {
      await Promise.all(this.asked);
    }
  }
}

/**
 * Keeps to what Tx promises on a connection that takes one statement at a time: `work` may ask without waiting. Resolves
 * when every statement was answered; the caller commits.
 */
export const inOrder = async <R>(query: Query<unknown[]>, work: (rows: Tx['rows']) => Promise<R>): Promise<R> => {
  const statements = new Statements(oneAtATime());
  return statements.through(
    work((sql, params = []) => statements.run(() => query(sql, [...params])) as Promise<never>),
  );
};

const inTransaction = async <R>(
  pool: Pool,
  work: (tx: ProjectionTx) => Promise<R>,
  queryOn: (client: PoolClient) => Query<Answered>,
  inTurn: InTurn,
): Promise<R> => {
  const client = await pool.connect();
  // A connection that breaks between two statements says so here; the next statement fails with it.
  const broken = (): void => undefined;
  client.on('error', broken);
  let usable = false;
  try {
    const statements = new Statements(inTurn);
    const query = queryOn(client);
    void statements.run(() => query(BEGIN, []));
    const tx: ProjectionTx = {
      rows: (sql, params = []) => statements.run(async () => (await query(sql, [...params])).rows as never),
      copy: (into, lines) => statements.run(() => copyLines(client, into, lines)),
    };
    const working = work(tx).then((result) => ({
      result,
      ended: statements.run(async () => (await query(COMMIT, [])).command),
    }));
    const { result, ended } = await statements.through(working);
    // PostgreSQL answers the commit of a failed transaction with ROLLBACK.
    if ((await ended) !== 'COMMIT') throw new Error('the transaction was not committed');
    usable = true;
    return result;
  } catch (error) {
    usable = !isStale(error) && (await rolledBack(client));
    throw error;
  } finally {
    client.off('error', broken);
    client.release(!usable); // PostgreSQL rolls back the transaction of a connection that is closed.
  }
};

const BEGIN = 'begin isolation level read committed';
const COMMIT = 'commit';

const rolledBack = async (client: PoolClient): Promise<boolean> => {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
};

const corked = new WeakSet<PoolClient>();

/** What is written to the connection in this turn leaves it in one piece. */
const sendTogether = (client: PoolClient): void => {
  if (corked.has(client)) return;
  const { stream } = client.connection;
  corked.add(client);
  stream.cork();
  process.nextTick(() => {
    corked.delete(client);
    stream.uncork();
  });
};

const REMADE_EVERY = 256;
const isRemadeAt = (use: number): boolean => (use < REMADE_EVERY ? (use & (use - 1)) === 0 : use % REMADE_EVERY === 0);

/** What a connection has prepared for a statement, and how often it was used. */
interface Plan {
  /** Which of the connection's statements it is. */
  readonly nth: number;
  name: string;
  uses: number;
}
const planned = new WeakMap<PoolClient, Map<string, Plan>>();

/** The name of a statement on a connection: another one when its plan is to be made anew. */
const nameOn = (client: PoolClient, sql: string): string => {
  let ofClient = planned.get(client);
  if (ofClient === undefined) planned.set(client, (ofClient = new Map<string, Plan>()));
  let plan = ofClient.get(sql);
  if (plan === undefined) ofClient.set(sql, (plan = { nth: ofClient.size, name: '', uses: 0 }));
  plan.uses += 1;
  if (isRemadeAt(plan.uses)) {
    if (plan.name !== '') forget(client, plan.name);
    plan.name = `s${plan.nth}_${plan.uses}`;
  }
  return plan.name;
};

const forget = (client: PoolClient, name: string): void => {
  // In a transaction that failed it stays, unused, as long as the connection.
  client.query(`deallocate ${name}`).catch(() => undefined);
  const { parsedStatements } = client.connection as unknown as { parsedStatements: Record<string, string> };
  delete parsedStatements[name];
};
