import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { incompatibilities } from './compatible';
import { CONTRACTS_FOLDER, documents, json, releasedSchemas, schemaSet } from './documents';
import { eventSchemas } from './event-schemas';

const write = (path: string, content: string): void => {
  const file = join(CONTRACTS_FOLDER, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

/**
 * `npm run contracts`: writes libs/contracts/asyncapi.yaml and schemas/ anew from the types. With `-- --release` also what is
 * released from now on, unless an old reader could not read it.
 */
const main = (): number => {
  const schemas = eventSchemas();
  rmSync(join(CONTRACTS_FOLDER, 'schemas'), { recursive: true, force: true });
  for (const [path, content] of documents(schemas)) write(path, content);
  const current = schemaSet(schemas);
  const problems = incompatibilities(releasedSchemas(), current);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) return 1;
  if (process.argv.includes('--release'))
    for (const [path, schema] of current) write(`released/${path}.json`, json(schema));
  return 0;
};

process.exitCode = main();
