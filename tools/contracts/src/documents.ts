import { TOPICS, type Topic } from '@propledger/contracts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncapi, HEADERS } from './asyncapi';
import type { EventSchemas } from './event-schemas';
import { selfContained, type Schema } from './schema';

export const CONTRACTS_FOLDER = join(__dirname, '../../../libs/contracts');

/** A schema for everything that crosses: the envelope, and each body by its path `topic/type`. */
export type SchemaSet = ReadonlyMap<string, Schema>;
export const ENVELOPE = 'recorded-event';
export const MESSAGE_HEADERS = 'message-headers';

/** Schemas as they are published: each whole in itself. */
export const schemaSet = ({ envelope, bodies, definitions }: EventSchemas): SchemaSet => {
  const set = new Map([
    [ENVELOPE, published(ENVELOPE, envelope, definitions)],
    [MESSAGE_HEADERS, published(MESSAGE_HEADERS, HEADERS, definitions)],
  ]);
  for (const topic of TOPICS)
    for (const [type, name] of Object.entries(bodies[topic])) {
      const path = `${topic}/${type}`;
      set.set(path, published(path, definitions[name] ?? {}, definitions));
    }
  return set;
};

const published = (path: string, schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema => ({
  ...{ $schema: 'http://json-schema.org/draft-07/schema#', $id: `urn:propledger:event:${path.replace('/', ':')}` },
  ...selfContained({ title: path, ...schema }, definitions),
});

/** What `npm run contracts` writes, by its path in libs/contracts. */
export const documents = (schemas: EventSchemas): ReadonlyMap<string, string> =>
  new Map([
    ['asyncapi.yaml', asyncapi(schemas)],
    ...[...schemaSet(schemas)].map(([path, schema]): [string, string] => [`schemas/${path}.json`, json(schema)]),
  ]);

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The schemas as they were last released; empty before the first release. */
export const releasedSchemas = (folder = join(CONTRACTS_FOLDER, 'released')): SchemaSet =>
  new Map(
    jsonFilesIn(folder).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema,
    ]),
  );

/** The paths of all JSON files below a folder. */
export const jsonFilesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.replaceAll('\\', '/'))
        .sort()
    : [];

/** Splits `ledger/charge.raised`. */
export const topicAndType = (path: string): readonly [Topic, string] => {
  const [topic, type] = path.split('/');
  return [topic as Topic, type ?? ''];
};
