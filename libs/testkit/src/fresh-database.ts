import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** A database of its own, with an owner for migrations and a role for the application, as in production. */
export interface FreshDatabase {
  readonly name: string;
  /** As `<name>_owner`, who owns the database. */
  readonly ownerUrl: string;
  /** As `<name>_app`, who may select, insert, update and delete in every table that the owner makes later. */
  readonly appUrl: string;
  /** As the server's administrator. */
  readonly adminUrl: string;
  /** Ends every connection to it, and removes it and its roles. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database on the PostgreSQL of the run. Nobody else may connect to it, not the roles of other fresh
 * databases either. May be called from several processes at once.
 *
 * @param label lower-case letters and digits that show in its name.
 * @param server another PostgreSQL, as its administrator.
 */
export const freshDatabase = async (
  label = 'spec',
  server = process.env['PROPLEDGER_TEST_POSTGRES'],
): Promise<FreshDatabase> => {
  if (!server) throw new Error('PROPLEDGER_TEST_POSTGRES is not set: run through jest, whose global setup sets it');
  if (!/^[a-z][a-z0-9_]{0,30}$/.test(label)) throw new Error(`not a label for a database: ${label}`);
  const name = `${label}_${randomBytes(5).toString('hex')}`;
  const [owner, app] = [`${name}_owner`, `${name}_app`];
  const passwords = { [owner]: randomBytes(12).toString('hex'), [app]: randomBytes(12).toString('hex') };
  const urlOf = (role: string): string => {
    const url = new URL(server);
    url.username = role;
    url.password = passwords[role] ?? '';
    url.pathname = `/${name}`;
    return url.href;
  };

  await run(server, [
    `create role ${owner} login password '${passwords[owner]}'`,
    `create role ${app} login password '${passwords[app]}'`,
    `grant ${owner} to current_user`, // An administrator who is no superuser may make databases for roles he is in.
    `create database ${name} owner ${owner} template template0 encoding 'UTF8' locale_provider libc locale 'C'`,
    `revoke all on database ${name} from public`,
    `grant connect on database ${name} to ${app}`,
  ]);
  await run(urlOf(owner), [
    `alter default privileges in schema public grant select, insert, update, delete on tables to ${app}`,
    `alter default privileges in schema public grant usage, select on sequences to ${app}`,
  ]);

  const adminUrl = new URL(server);
  adminUrl.pathname = `/${name}`;
  return {
    name,
    ownerUrl: urlOf(owner),
    appUrl: urlOf(app),
    adminUrl: adminUrl.href,
    drop: async () => {
      await closed(server, name);
      await run(server, [`drop database if exists ${name} with (force)`, `drop role ${owner}, ${app}`]);
    },
  };
};

const LINGERING_MS = 3_000;

/**
 * Waits until nobody is connected any more, but not for long: a backend ends a moment after its client has, and one that is
 * ended by force in that moment tells a client that no longer listens.
 */
const closed = async (server: string, database: string): Promise<void> => {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    for (const until = Date.now() + LINGERING_MS; Date.now() < until; await pause(20)) {
      const { rowCount } = await client.query('select 1 from pg_stat_activity where datname = $1', [database]);
      if (rowCount === 0) return;
    }
  } finally {
    await client.end();
  }
};

const run = async (url: string, statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};
