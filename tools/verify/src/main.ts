import { isMainThread } from 'node:worker_threads';
import { workAsChecker } from './checkers';
import { run } from './run';

// One file: a thread runs it, too, and checks pieces there.
if (isMainThread)
  run(process.argv.slice(2), {
    script: __filename,
    print: (text) => process.stdout.write(text),
    tell: (text) => process.stderr.write(text),
    ...(process.stderr.isTTY ? { progress: percentOn(process.stderr) } : {}),
  }).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 70;
    },
  );
else workAsChecker();

function percentOn(terminal: NodeJS.WriteStream): (done: number, all: number) => void {
  let shown = -1;
  return (done, all) => {
    const percent = Math.floor((done * 100) / all);
    if (percent === shown) return;
    shown = percent;
    terminal.write(percent >= 100 ? '\r    \r' : `\r${percent}%`);
  };
}
