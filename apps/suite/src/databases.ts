import { SERVICES, type ServiceName } from '@propledger/service-kit';
import { Client, DatabaseError } from 'pg';
import type { KeptState } from './kept-state';
import { scramVerifier } from './scram-verifier';
import { CannotStart } from './stop-reason';

/** How one service reaches its database: as the owner of the tables, for migrations, and as the application. */
export interface ServiceDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
}
export type ServiceDatabases = Readonly<Record<ServiceName, ServiceDatabase>>;

export const databaseName = (service: ServiceName): string => `propledger_${service}`;

/**
 * Sees to it that every service has its database, owned by `…_owner`, used by `…_app`, closed to everybody else. What is
 * there already is left as it is.
 *
 * @param adminUrl a role that may create roles and databases, or any role once they are there.
 * @throws CannotStart with the SQL that an administrator must run, when this role may not.
 */
export const ensureDatabases = async (
  adminUrl: string,
  passwords: KeptState['passwords'],
): Promise<ServiceDatabases> => {
  const databases = Object.fromEntries(
    SERVICES.map((service) => [
      service,
      {
        ownerUrl: urlAs(adminUrl, service, `${databaseName(service)}_owner`, passwords[service].owner),
        appUrl: urlAs(adminUrl, service, `${databaseName(service)}_app`, passwords[service].app),
      },
    ]),
  ) as ServiceDatabases;
  const ready = await Promise.all(
    SERVICES.map(async (service) => ((await isReady(databases[service])) ? [] : [service])),
  );
  const missing = ready.flat();
  if (missing.length === 0) return databases;

  const admin = await connected(adminUrl);
  try {
    if (!(await mayCreate(admin))) throw new CannotStart(instructions(missing, passwords));
    await Promise.all(missing.map((service) => create(adminUrl, service, databases[service], passwords)));
  } finally {
    await admin.end();
  }
  return databases;
};

const urlAs = (adminUrl: string, service: ServiceName, role: string, password: string): string => {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  url.pathname = `/${databaseName(service)}`;
  return url.href;
};

const connected = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

// The application's rights come last, so whoever finds them finds everything.
const isReady = async ({ ownerUrl, appUrl }: ServiceDatabase): Promise<boolean> =>
  (await admits(ownerUrl)) && (await admits(appUrl));

/** Whether one can connect so. @throws Error when nothing answers there. */
const admits = async (url: string): Promise<boolean> => {
  try {
    await (await connected(url)).end();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError) return false;
    throw error;
  }
};

const exists = async (admin: Client, sql: string, name: string): Promise<boolean> =>
  (await admin.query(sql, [name])).rows.length > 0;

const ofAnother = (service: ServiceName): string =>
  `数据库 ${databaseName(service)} 属于另一数据目录, 请用 --data 指定那个目录 ` +
  `the database belongs to another data folder: name that one with --data`;

const mayCreate = async (admin: Client): Promise<boolean> => {
  const { rows } = await admin.query<{ may: boolean }>(
    'select rolsuper or (rolcreaterole and rolcreatedb) as may from pg_roles where rolname = current_user',
  );
  return rows[0]?.may ?? false;
};

const roleStatements = (service: ServiceName, passwords: KeptState['passwords']): { role: string; sql: string }[] =>
  (['owner', 'app'] as const).map((kind) => {
    const role = `${databaseName(service)}_${kind}`;
    return { role, sql: `role ${role} login password '${scramVerifier(passwords[service][kind], role)}'` };
  });

const databaseStatement = (service: ServiceName): string =>
  `create database ${databaseName(service)} owner ${databaseName(service)}_owner template template0 encoding 'UTF8' locale_provider libc locale 'C'`;

/** What the owner says of its own database: closed to the public; the application may connect, and use what tables come. */
const ownerStatements = (service: ServiceName): string[] => {
  const [name, app] = [databaseName(service), `${databaseName(service)}_app`];
  return [
    `revoke all on database ${name} from public`,
    `revoke all on schema public from public`,
    `grant usage on schema public to ${app}`,
    `alter default privileges in schema public grant select, insert, update, delete on tables to ${app}`,
    `alter default privileges in schema public grant usage, select on sequences to ${app}`,
    `grant connect on database ${name} to ${app}`,
  ];
};

const create = async (
  adminUrl: string,
  service: ServiceName,
  { ownerUrl }: ServiceDatabase,
  passwords: KeptState['passwords'],
): Promise<void> => {
  const admin = await connected(adminUrl);
  try {
    const isMade = await exists(admin, 'select from pg_database where datname = $1', databaseName(service));
    if (isMade && !(await admits(ownerUrl))) throw new CannotStart(ofAnother(service));
    for (const { role, sql } of roleStatements(service, passwords))
      await admin.query(
        (await exists(admin, 'select from pg_roles where rolname = $1', role)) ? `alter ${sql}` : `create ${sql}`,
      );
    if (!isMade) {
      // Who is no superuser may only make databases for roles that he is in.
      const owner = `${databaseName(service)}_owner`;
      await admin.query(`grant ${owner} to current_user`);
      await admin.query(databaseStatement(service));
      await admin.query(`revoke ${owner} from current_user`);
    }
  } finally {
    await admin.end();
  }
  const owner = await connected(ownerUrl);
  try {
    for (const statement of ownerStatements(service)) await owner.query(statement);
  } finally {
    await owner.end();
  }
};

const instructions = (missing: readonly ServiceName[], passwords: KeptState['passwords']): string => {
  const lines = missing.flatMap((service) => [
    ...roleStatements(service, passwords).map(({ sql }) => `create ${sql};`),
    `${databaseStatement(service)};`,
    `\\connect ${databaseName(service)}`,
    `set role ${databaseName(service)}_owner;`,
    ...ownerStatements(service).map((statement) => `${statement};`),
    'reset role;',
  ]);
  return [
    'DATABASE_URL 的用户不能建用户和数据库。请数据库管理员用 psql 运行以下语句, 然后重新启动:',
    'The user of DATABASE_URL may not create roles and databases. Have an administrator run this in psql, then start again:',
    '',
    ...lines,
  ].join('\n');
};
