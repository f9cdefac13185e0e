import { TOPICS, type RecordedEvent, type Topic } from '@propledger/contracts';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACTS_FOLDER, ENVELOPE, jsonFilesIn } from './documents';
import { strict, type Schema } from './schema';

/** The checks of the published schemas, as strictly as a writer must keep to them; see `strict`. */
export interface EventChecks {
  /** What is wrong with a body of this type; empty: nothing. */
  body(topic: Topic, type: string, body: unknown): string[];
  /** What is wrong with an event as an owner's API gives it. */
  event(topic: Topic, event: RecordedEvent): string[];
  /** Types of event whose bodies were looked at, as `topic/type`. */
  readonly seen: ReadonlySet<string>;
}

/** Reads libs/contracts/schemas. */
export const eventChecks = (): EventChecks => {
  const ajv = addFormats(
    new Ajv({ allErrors: true, keywords: ['x-extensible-enum'], strict: true, allowUnionTypes: true }),
  );
  const folder = join(CONTRACTS_FOLDER, 'schemas');
  const compiled = new Map<string, ValidateFunction>(
    jsonFilesIn(folder).map((file) => {
      const schema = strict(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema);
      return [file.replace(/\.json$/, ''), ajv.compile(schema)];
    }),
  );
  const seen = new Set<string>();
  const faults = (path: string, value: unknown): string[] => {
    const check = compiled.get(path);
    if (!check) return [`${path} has no schema`];
    return check(value)
      ? []
      : (check.errors ?? []).map(({ instancePath, message }) => `${path}${instancePath} ${message ?? ''}`);
  };
  const body = (topic: Topic, type: string, value: unknown): string[] => {
    seen.add(`${topic}/${type}`);
    return TOPICS.includes(topic) ? faults(`${topic}/${type}`, value) : [`${topic} is no topic`];
  };
  return { body, seen, event: (topic, event) => [...faults(ENVELOPE, event), ...body(topic, event.type, event.body)] };
};
