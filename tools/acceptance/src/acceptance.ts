import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { playPack } from './play-pack';

const main = async (args: readonly string[]): Promise<number> => {
  if (args.length === 0 || args.length % 2 !== 0) {
    process.stderr.write('用法 usage: npm run acceptance -- PACK OUT [PACK OUT …]\n');
    return 2;
  }
  let failed = 0;
  for (let index = 0; index < args.length; index += 2) {
    const [pack, out] = [resolve(args[index] ?? ''), resolve(args[index + 1] ?? '')];
    mkdirSync(out, { recursive: true });
    const startedAt = Date.now();
    const seconds = (): string => ((Date.now() - startedAt) / 1000).toFixed(1);
    const say = (line: string): void => void process.stdout.write(`[${seconds().padStart(5)} s] ${line}\n`);
    try {
      await playPack(pack, out, say);
      say(`${pack}: 与剧本一致 as the scenario says`);
    } catch (error) {
      failed++;
      say(`${pack}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failed === 0 ? 0 : 1;
};

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
