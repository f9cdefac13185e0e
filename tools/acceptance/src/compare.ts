import { differences } from './compare-pack';

const [pack, out] = process.argv.slice(2);
if (pack === undefined || out === undefined) {
  process.stderr.write('用法 usage: node tools/acceptance/dist/compare.js PACK OUT\n');
  process.exit(2);
}
const found = differences(pack, out);
for (const line of found.slice(0, 20)) process.stdout.write(`${line}\n`);
process.stdout.write(`${found.length} 处不同 differences\n`);
process.exitCode = found.length === 0 ? 0 : 1;
