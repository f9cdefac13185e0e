import { isDeepStrictEqual } from 'node:util';
import type { SchemaSet } from './documents';
import { referredTo, type Definitions, type Schema } from './schema';

/*
 * Books are kept for ever, so a contract must hold in both directions:
 *  - who reads by the released schemas is given events written by the new ones, and
 *  - who reads by the new schemas is given every event that was recorded under the released ones.
 * Members that a reader does not know are ignored; so are unknown values of a list that is marked as extensible.
 */

/** Why an old reader could not read what is written now, or a new reader what was written then; empty: all is well. */
export const incompatibilities = (released: SchemaSet, current: SchemaSet): string[] =>
  [...released].flatMap(([path, before]) => {
    const now = current.get(path);
    if (!now) return [`${path}: is gone, but events of it are recorded`];
    return compare(
      { schema: before, definitions: before.definitions ?? {} },
      { schema: now, definitions: now.definitions ?? {} },
      path,
    );
  });

interface Node {
  readonly schema: Schema;
  readonly definitions: Definitions;
}

/** References followed, and every alternative apart, each with one type. */
const alternatives = ({ schema, definitions }: Node): Node[] => {
  const name = referredTo(schema);
  if (name !== undefined) return alternatives({ schema: definitions[name] ?? missing(name), definitions });
  if (schema.anyOf) return schema.anyOf.flatMap((part) => alternatives({ schema: part, definitions }));
  const { type } = schema;
  if (Array.isArray(type)) return (type as string[]).map((one) => ({ schema: withType(schema, one), definitions }));
  return [{ schema, definitions }];
};

const missing = (name: string): never => {
  throw new Error(`${name} is not defined`);
};

const ofType = (type: string, value: unknown): boolean =>
  type === 'null' ? value === null : type === 'integer' ? typeof value === 'number' : typeof value === type;

const withType = (schema: Schema, type: string): Schema => {
  const only = (values: readonly unknown[] | undefined) => values?.filter((value) => ofType(type, value));
  const { enum: values, 'x-extensible-enum': open } = schema;
  return {
    ...schema,
    type,
    ...(values && { enum: only(values) ?? [] }),
    ...(open && { 'x-extensible-enum': only(open) ?? [] }),
  };
};

const kindOf = ({ schema }: Node): string => (typeof schema.type === 'string' ? schema.type : 'anything');

const compare = (before: Node, now: Node, at: string): string[] => {
  const [olds, news] = [alternatives(before), alternatives(now)];
  const kinds = [...new Set([...olds, ...news].map(kindOf))];
  return kinds.flatMap((kind) => {
    const [from, to] = [olds, news].map((nodes) => joined(nodes.filter((node) => kindOf(node) === kind))) as [
      readonly Node[],
      readonly Node[],
    ];
    if (to.length === 0) return [`${at}: may no longer be ${kind}, which is recorded`];
    if (from.length === 0) return [`${at}: may be ${kind} now, which a reader does not expect`];
    const [one, other] = [from[0], to[0]];
    if (from.length === 1 && to.length === 1 && one && other) return compareSame(one, other, at);
    return compareMany(from, to, at);
  });
};

/** Lists of values of one type are one list, open when one of them is. */
const joined = (nodes: readonly Node[]): readonly Node[] => {
  const lists = nodes.map(({ schema }) => valuesOf(schema));
  const [first] = nodes;
  if (!first || nodes.length === 1 || lists.includes(null)) return nodes;
  const { enum: _closed, const: _one, ...rest } = first.schema;
  const open = nodes.some(({ schema }) => schema['x-extensible-enum'] !== undefined);
  const values = lists.flatMap((list) => list ?? []);
  return [{ ...first, schema: { ...rest, [open ? 'x-extensible-enum' : 'enum']: values } }];
};

/** Each of several alternatives of one type must be there on both sides. */
const compareMany = (from: readonly Node[], to: readonly Node[], at: string): string[] => {
  const fits = (one: Node, other: Node): boolean => compareSame(one, other, at).length === 0;
  return [
    ...from.flatMap((one, index) =>
      to.some((other) => fits(one, other)) ? [] : [`${at}: alternative ${index + 1} is gone or changed`],
    ),
    ...to.flatMap((other, index) =>
      from.some((one) => fits(one, other))
        ? []
        : [`${at}: alternative ${index + 1} is new or changed, and a reader does not expect it`],
    ),
  ];
};

const compareSame = (before: Node, now: Node, at: string): string[] => [
  ...compareValues(before.schema, now.schema, at),
  ...compareForm(before.schema, now.schema, at),
  ...compareMembers(before, now, at),
  ...compareChild(before, now, at, 'items', '[]'),
  ...compareChild(before, now, at, 'additionalProperties', '*'),
];

/** Null: any value. */
const valuesOf = (schema: Schema): readonly unknown[] | null =>
  'const' in schema ? [schema.const] : (schema.enum ?? schema['x-extensible-enum'] ?? null);

const compareValues = (before: Schema, now: Schema, at: string): string[] => {
  const [olds, news] = [valuesOf(before), valuesOf(now)];
  if (olds === null && news === null) return [];
  if (olds === null) return [`${at}: is limited to a list of values now; others may be recorded`];
  if (news === null) return [`${at}: is no longer limited to ${JSON.stringify(olds)}`];
  const wasOpen = before['x-extensible-enum'] !== undefined;
  const isOpen = now['x-extensible-enum'] !== undefined;
  const gone = olds.filter((value) => !news.includes(value));
  const added = news.filter((value) => !olds.includes(value));
  return [
    ...(wasOpen === isOpen ? [] : [`${at}: its list of values was ${wasOpen ? 'open' : 'closed'} and is not any more`]),
    ...gone.map((value) => `${at}: the value ${JSON.stringify(value)} is gone, but may be recorded`),
    ...(wasOpen ? [] : added.map((value) => `${at}: the value ${JSON.stringify(value)} is new in a closed list`)),
  ];
};

const FORM = ['pattern', 'format', 'minimum', 'maximum'] as const;

const compareForm = (before: Schema, now: Schema, at: string): string[] =>
  FORM.flatMap((keyword) =>
    before[keyword] === now[keyword]
      ? []
      : [`${at}: its ${keyword} was ${String(before[keyword])} and is ${String(now[keyword])}`],
  );

const compareMembers = (before: Node, now: Node, at: string): string[] => {
  const [olds, news] = [before.schema.properties ?? {}, now.schema.properties ?? {}];
  const [always, alwaysNow] = [new Set(before.schema.required), new Set(now.schema.required)];
  const problems: string[] = [];
  for (const [name, old] of Object.entries(olds)) {
    const member = `${at}.${name}`;
    const fresh = news[name];
    if (!fresh) problems.push(`${member}: is gone`);
    else {
      if (always.has(name) && !alwaysNow.has(name)) problems.push(`${member}: may be left out now`);
      if (!always.has(name) && alwaysNow.has(name))
        problems.push(`${member}: is required now, but may be left out in what is recorded`);
      problems.push(...compare({ ...before, schema: old }, { ...now, schema: fresh }, member));
    }
  }
  for (const name of Object.keys(news))
    if (!olds[name] && alwaysNow.has(name))
      problems.push(`${at}.${name}: is new and required, but not in what is recorded`);
  return problems;
};

const compareChild = (
  before: Node,
  now: Node,
  at: string,
  keyword: 'items' | 'additionalProperties',
  place: string,
): string[] => {
  const [old, fresh] = [before.schema[keyword], now.schema[keyword]];
  if (typeof old === 'object' && typeof fresh === 'object')
    return compare({ ...before, schema: old }, { ...now, schema: fresh }, at + place);
  return isDeepStrictEqual(old, fresh)
    ? []
    : [`${at}${place}: was ${JSON.stringify(old)} and is ${JSON.stringify(fresh)}`];
};
