import { TOPICS, type Topic } from '@propledger/contracts';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { checkedSchema, mapSchema, referredTo, refTo, type Definitions, type Schema } from './schema';

/** All that libs/contracts says of events. */
export interface EventSchemas {
  /** An event with everything but its body, as the owner's API gives it. */
  readonly envelope: Schema;
  /** Bodies by topic and type of event, each the name of a definition. */
  readonly bodies: Readonly<Record<Topic, Readonly<Record<string, string>>>>;
  readonly definitions: Definitions;
}

const CONTRACTS = join(__dirname, '../../../libs/contracts');
const UNIONS: Readonly<Record<Topic, string>> = {
  registry: 'RegistryEvent',
  customers: 'CustomersEvent',
  ledger: 'LedgerEvent',
};

/** Reads the schemas of all events from the types in libs/contracts/src, which are their only source. */
export const eventSchemas = (): EventSchemas => {
  const generator = createGenerator({
    path: join(CONTRACTS, 'src/index.ts'),
    tsconfig: join(CONTRACTS, 'tsconfig.json'),
    additionalProperties: true,
    encodeRefs: false,
    extraTags: ['extensible'],
    skipTypeCheck: true,
  });
  const bodies: Partial<Record<Topic, Record<string, string>>> = {};
  const definitions: Record<string, Schema> = {};
  let envelope: Schema | null = null;
  for (const topic of TOPICS) {
    const all = (generator.createSchema(UNIONS[topic]) as Schema).definitions ?? {};
    const ofTopic: Record<string, string> = {};
    for (const member of all[UNIONS[topic]]?.anyOf ?? []) {
      const { type, body, event } = recorded(all[referredTo(member) ?? ''] ?? member);
      envelope ??= envelopeOf(event);
      const name = referredTo(body) ?? pascalCase(type);
      if (referredTo(body) === undefined) definitions[name] = plain(body);
      ofTopic[type] = name;
    }
    if (Object.keys(ofTopic).length === 0) throw new Error(`no events are in ${UNIONS[topic]}`);
    bodies[topic] = Object.fromEntries(Object.entries(ofTopic).sort(([one], [other]) => (one < other ? -1 : 1)));
    for (const [name, schema] of Object.entries(all))
      if (name !== UNIONS[topic] && !name.startsWith('RecordedEvent<')) definitions[name] = plain(schema);
  }
  return { envelope: envelope ?? {}, bodies: bodies as EventSchemas['bodies'], definitions };
};

const recorded = (event: Schema): { type: string; body: Schema; event: Schema } => {
  const { type, body } = event.properties ?? {};
  if (typeof type?.const !== 'string' || !body) throw new Error('an event has one type and a body');
  return { type: type.const, body, event };
};

const envelopeOf = (event: Schema): Schema => {
  const properties = { ...event.properties, type: { type: 'string' }, body: { type: 'object' } };
  return plain({ ...event, properties });
};

const pascalCase = (type: string): string =>
  type.replace(/(^|[.-])(\w)/g, (_, _before, letter: string) => letter.toUpperCase());

/** Numbers in events are whole. A type that is marked @extensible lists its values without closing the list. */
const plain = (schema: Schema): Schema =>
  checkedSchema(
    mapSchema(schema, (part) => {
      const { extensible, type, ...rest } = part as Schema & { extensible?: unknown };
      const whole = (one: string): string => (one === 'number' ? 'integer' : one);
      const typed = {
        ...rest,
        ...(type !== undefined && { type: typeof type === 'string' ? whole(type) : type.map(whole) }),
      };
      if (extensible === undefined) return inOrder(typed);
      return inOrder({ ...opened(typed), ...(typed.anyOf && { anyOf: typed.anyOf.map(opened) }) });
    }),
  );

const opened = ({ enum: values, ...rest }: Schema): Schema =>
  values ? inOrder({ ...rest, 'x-extensible-enum': values }) : rest;

const ORDER: readonly string[] = [
  '$ref',
  'description',
  'type',
  'const',
  'enum',
  'x-extensible-enum',
  'pattern',
  'properties',
  'required',
];

/** The generator's own order depends on what it has seen before. */
const inOrder = (schema: Schema): Schema =>
  Object.fromEntries(
    Object.entries(schema).sort(([one], [other]) => {
      const [first, second] = [one, other].map((keyword) =>
        ORDER.includes(keyword) ? ORDER.indexOf(keyword) : ORDER.length,
      );
      return (first ?? 0) - (second ?? 0) || (one < other ? -1 : 1);
    }),
  );

/** The body of one type of event. */
export const bodySchema = ({ bodies, definitions }: EventSchemas, topic: Topic, type: string): Schema => {
  const name = bodies[topic][type];
  if (name === undefined) throw new Error(`${topic} has no event ${type}`);
  return { ...refTo(name), definitions };
};
