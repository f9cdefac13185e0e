import { spawn } from 'node:child_process';

/**
 * Watches over a PostgreSQL in a folder that is not needed after this process: when this process ends in whatever way,
 * a Ctrl-C or a kill -9 too, the server is killed and the folder removed.
 */
export const watchOver = (folder: string): { end(): void } => {
  // The read ends when the other end of the pipe, which only this process holds, is closed.
  const script =
    'read -r _; [ -f "$1/cluster/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$1/cluster/postmaster.pid")"; sleep 1; rm -rf -- "$1"';
  const child = spawn('/bin/sh', ['-c', script, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return { end: () => child.stdin.end() };
};
