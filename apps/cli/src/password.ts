import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { EXIT } from './exit-codes';
import { Failure } from './failure';

/**
 * The password from PROPLEDGER_PASSWORD, typed without echo at a terminal, or the first line of standard input. Never an
 * argument: those are visible to every user of the machine.
 */
export const askPassword = async (prompt: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const given = env['PROPLEDGER_PASSWORD'];
  if (given) return given;
  const terminal = process.stdin.isTTY === true;
  if (terminal) process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    for await (const line of lines) return checked(line);
    return checked('');
  } finally {
    lines.close();
    if (terminal) process.stderr.write('\n');
  }
};

const checked = (line: string): string => {
  if (line === '') throw new Failure(EXIT.usage, '没有给出密码 no password was given');
  return line;
};
