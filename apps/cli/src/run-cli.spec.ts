import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from './exit-codes';
import { runCli } from './run-cli';

const folder = mkdtempSync(join(tmpdir(), 'propledger-cli-'));
const servers: Server[] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const server of servers) server.close();
});

const env = { XDG_CONFIG_HOME: folder, PROPLEDGER_PASSWORD: 'correct horse' };

const cli = async (...argv: string[]): Promise<{ code: number; out: string; told: string }> => {
  const [out, told]: [string[], string[]] = [[], []];
  const code = await runCli(argv, { env, print: (line) => out.push(line), tell: (line) => told.push(line) });
  return { code, out: out.join('\n'), told: told.join('\n') };
};

/** An HTTP server that answers as it is told, and remembers what it was asked. */
const serving = async (
  answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<{ url: string; asked: IncomingMessage[] }> => {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response, asked.push(request)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
};

const refusing = (status: number): Promise<{ url: string }> =>
  serving((_request, response) =>
    json(response, status, { type: 'urn:propledger:problem:x', title: '不行 no', status }),
  );

const signIn = async (url: string): Promise<void> => {
  const { url: registry } = await serving((_request, response) =>
    json(response, 200, { accessToken: 'token', expiresIn: 3600 }),
  );
  await cli('login', 'finance', '--url', registry);
  // The same credential, for the server under test.
  const kept = JSON.parse(readFileSync(join(folder, 'propledger/credentials.json'), 'utf8')) as Record<string, object>;
  writeFileSync(join(folder, 'propledger/credentials.json'), JSON.stringify({ ...kept, [url]: kept[registry] }), {
    mode: 0o600,
  });
};

describe('the exit code', () => {
  it('is 0 for help, with the list of exit codes', async () => {
    const written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    expect((await cli('--help')).code).toBe(EXIT.ok);
    expect(written.mock.calls.flat().join('')).toContain('退出码 Exit codes');
    written.mockRestore();
  });

  it.each([
    ['a command that there is not', ['pay']],
    ['a missing argument', ['close', 'YX01']],
    ['a missing option', ['bill-run', 'YX01', '2026-01']],
    [
      'a tender that cannot be read',
      ['receive', 'P', '--receipt-no', '1', '--date', '2026-01-01', '--customer', 'C', '--tender', '12'],
    ],
    ['a format that is not offered', ['report', 'collection', '--format', 'pdf']],
    ['a file that is not there', ['import', '/nowhere.xlsx']],
    ['a point that cannot be read', ['verify', 'YX01', '--known', 'x']],
  ])('is 2 for %s', async (_what, argv) => {
    const written = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
    expect((await cli(...argv)).code).toBe(EXIT.usage);
    written.mockRestore();
  });

  it('is 3 when nobody is signed in', async () => {
    const { code, told } = await cli('close', 'YX01', '2026-01', '--url', 'http://127.0.0.1:1');
    expect(code).toBe(EXIT.noRights);
    expect(told).toContain('propledger login');
  });

  it.each([
    [400, EXIT.usage],
    [401, EXIT.noRights],
    [403, EXIT.noRights],
    [404, EXIT.refused],
    [409, EXIT.refused],
    [422, EXIT.refused],
  ])('for an answer %i is %i, with the problem’s title', async (status, expected) => {
    const { url } = await refusing(status);
    await signIn(url);
    const { code, told } = await cli('close', 'YX01', '2026-01', '--url', url);
    expect({ code, told }).toEqual({ code: expected, told: '不行 no' });
  });

  it('is 4 when nothing answers, and says how to repeat the command', async () => {
    await signIn('http://127.0.0.1:1');
    const { code, told } = await cli('close', 'YX01', '2026-01', '--key', 'k1', '--url', 'http://127.0.0.1:1');
    expect(code).toBe(EXIT.unreachable);
    expect(told).toContain('--key k1');
  });

  it('is 2 for days from a later to an earlier one, before anybody is asked', async () => {
    const days = ['--from', '2026-02-01', '--to', '2026-01-31'];
    for (const asked of [
      ['journal', 'export', 'YX01', '--format', 'hledger'],
      ['corrections', 'YX01'],
    ])
      expect((await cli(...asked, ...days)).code).toBe(EXIT.usage);
  });

  it('comes with the problem as JSON where JSON is asked for', async () => {
    const { url } = await refusing(409);
    await signIn(url);
    const { out } = await cli('close', 'YX01', '2026-01', '--json', '--url', url);
    expect(JSON.parse(out)).toMatchObject({ exitCode: 1, problem: { status: 409, title: '不行 no' } });
  });
});

it('keeps the token for its owner alone', async () => {
  await signIn('http://127.0.0.1:1');
  expect(statSync(join(folder, 'propledger/credentials.json')).mode & 0o777).toBe(0o600);
});

it('sends a command again with the same key when the connection breaks', async () => {
  const { url, asked } = await serving((request, response, nth) => {
    if (nth < 3) request.socket.destroy();
    else json(response, 200, { period: '2026-01' });
  });
  await signIn(url);
  expect((await cli('close', 'YX01', '2026-01', '--url', url)).code).toBe(EXIT.ok);
  const keys = asked.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

it('asks the next answer to have seen what a command did', async () => {
  const after = Buffer.from(JSON.stringify({ ledger: { YX01: 7 } })).toString('base64url');
  const { url, asked } = await serving((_request, response) => json(response, 200, { after }));
  await signIn(url);
  await cli('close', 'YX01', '2026-01', '--url', url);
  const written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  await cli('report', 'collection', '--url', url);
  written.mockRestore();
  expect(new URL(asked.at(-1)?.url ?? '', url).searchParams.get('after')).toBe(after);
});
