/** The part of JSON Schema (draft 7) in which the contracts are written. Anything else is refused, see `checkedSchema`. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  /** The values of today; a reader must expect others. */
  readonly 'x-extensible-enum'?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Definitions;
}
export type Definitions = Readonly<Record<string, Schema>>;

const KEYWORDS = new Set([
  ...[
    '$ref',
    'title',
    'description',
    'type',
    'const',
    'enum',
    'x-extensible-enum',
    'pattern',
    'format',
    'minimum',
    'maximum',
  ],
  ...['properties', 'required', 'additionalProperties', 'items', 'anyOf', 'definitions', '$schema', '$id'],
]);

/** @throws Error for a keyword that the tools here do not know: they would pass over it in silence. */
export const checkedSchema = (schema: Schema, at = '#'): Schema => {
  for (const keyword of Object.keys(schema))
    if (!KEYWORDS.has(keyword)) throw new Error(`${at}: ${keyword} is not known here`);
  childrenOf(schema).forEach(([name, child]) => checkedSchema(child, `${at}/${name}`));
  return schema;
};

/** Every schema that stands directly in this one, by its place. */
const childrenOf = ({ properties, additionalProperties, items, anyOf, definitions }: Schema): [string, Schema][] => [
  ...Object.entries(properties ?? {}),
  ...(typeof additionalProperties === 'object' ? [['*', additionalProperties] as [string, Schema]] : []),
  ...(items ? [['[]', items] as [string, Schema]] : []),
  ...(anyOf ?? []).map((child, index): [string, Schema] => [`anyOf ${index}`, child]),
  ...Object.entries(definitions ?? {}),
];

/** The schema with every schema in it, itself last, replaced. */
export const mapSchema = (schema: Schema, change: (schema: Schema) => Schema): Schema => {
  const deep = (child: Schema): Schema => mapSchema(child, change);
  const all = (children: Readonly<Record<string, Schema>>): Record<string, Schema> =>
    Object.fromEntries(Object.entries(children).map(([name, child]) => [name, deep(child)]));
  const { properties, additionalProperties, items, anyOf, definitions } = schema;
  return change({
    ...schema,
    ...(properties && { properties: all(properties) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: deep(additionalProperties) }),
    ...(items && { items: deep(items) }),
    ...(anyOf && { anyOf: anyOf.map(deep) }),
    ...(definitions && { definitions: all(definitions) }),
  });
};

const LOCAL = '#/definitions/';

/** The name of the definition that a schema refers to; undefined when it refers to none. */
export const referredTo = ({ $ref }: Schema): string | undefined =>
  $ref?.startsWith(LOCAL) ? decodeURIComponent($ref.slice(LOCAL.length)) : undefined;

export const refTo = (name: string): Schema => ({ $ref: LOCAL + name });

/** A schema with those of the definitions that it needs, directly or not. */
export const selfContained = (schema: Schema, definitions: Definitions): Schema => {
  const needed = new Map<string, Schema>();
  const visit = (part: Schema): void => {
    const name = referredTo(part);
    if (name !== undefined && !needed.has(name)) {
      const definition = definitions[name];
      if (!definition) throw new Error(`${name} is not defined`);
      needed.set(name, definition);
      visit(definition);
    }
    childrenOf(part).forEach(([, child]) => visit(child));
  };
  visit(schema);
  const sorted = [...needed].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.length === 0 ? schema : { ...schema, definitions: Object.fromEntries(sorted) };
};

/**
 * The schema as a writer keeps to it: nothing that is not described, and no value that is not listed. Readers are given the
 * schema itself, which lets both come later.
 */
export const strict = (schema: Schema): Schema =>
  mapSchema(schema, ({ 'x-extensible-enum': values, ...rest }) => ({
    ...rest,
    ...(values && { enum: values }),
    ...(rest.properties && { additionalProperties: false }),
  }));
