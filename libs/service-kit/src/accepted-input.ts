import { getMetadataStorage, ValidationTypes, type ValidatorConstraintInterface } from 'class-validator';

type Class = new () => object;
type Values = Record<string, unknown>;
type Condition = (object: object, value: unknown) => boolean;

interface Rule {
  readonly constraint: ValidatorConstraintInterface;
  readonly constraints: unknown[];
  /** Of a list, what each item must keep to. */
  readonly each: boolean;
}

interface Member {
  /** When one does not hold, the rules do not apply. */
  readonly conditions: readonly Condition[];
  readonly rules: readonly Rule[];
  /** The class of the objects that it holds; null: it holds none, or of an unknown class. */
  readonly part: Class | null;
}

const PART = 'propledger:part';

/** Says of what class the objects of a member are. */
export const partOf =
  (part: () => Class): PropertyDecorator =>
  (target, member) =>
    Reflect.defineMetadata(PART, part, target, member);

/**
 * The input as an instance of its class when it is plainly right: every member known and of a kind that is taken as it came, every
 * rule of class-validator that the class names kept. Null: it is faulty, or not plain enough to say; then class-transformer and
 * class-validator have the word. They do the same at ten times the cost, most of it for the faults of input that has none.
 */
export const acceptedInput = (type: Class, input: unknown): object | null => {
  const members = membersOf(type);
  return members === null || members.size === 0 || !isPlain(input) ? null : instance(type, members, input);
};

const instance = (type: Class, members: ReadonlyMap<string, Member>, input: Values): object | null => {
  const made = new type();
  for (const name of Object.keys(input)) {
    const member = members.get(name);
    if (member === undefined) return null;
    const value = taken(member, input[name]);
    if (value === UNSURE) return null;
    (made as Values)[name] = value;
  }
  for (const [name, member] of members) if (!holds(member, made, name)) return null;
  return made;
};

const UNSURE = Symbol('unsure');

const taken = ({ part }: Member, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (part === null) return UNSURE;
  if (!Array.isArray(value)) return acceptedInput(part, value) ?? UNSURE;
  const items: object[] = [];
  for (const one of value as unknown[]) {
    const item = acceptedInput(part, one);
    if (item === null) return UNSURE;
    items.push(item);
  }
  return items;
};

const holds = ({ conditions, rules, part }: Member, object: object, property: string): boolean => {
  const value = (object as Values)[property];
  for (const applies of conditions) if (!applies(object, value)) return true;
  const isObject = typeof value === 'object' && value !== null;
  if (part !== null && value !== undefined && !isObject) return false;
  for (const { constraint, constraints, each } of rules) {
    if (each && isObject) return false;
    if (
      constraint.validate(value, { targetName: object.constructor.name, property, object, value, constraints }) !== true
    )
      return false;
  }
  return true;
};

const isPlain = (input: unknown): input is Values => {
  if (typeof input !== 'object' || input === null) return false;
  const prototype: unknown = Object.getPrototypeOf(input);
  return prototype === Object.prototype || prototype === null;
};

/** Names that every object answers to: class-validator takes them for members that it knows. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Where the input has a member of such a name that its class does not have: `/tenders/0/constructor`. Null: nowhere. */
export const inheritedName = (type: Class, input: unknown, path = ''): string | null => {
  if (typeof input !== 'object' || input === null) return null;
  if (Array.isArray(input))
    return firstOf(input.entries(), ([nth, item]) => inheritedName(type, item, `${path}/${nth}`));
  const members = membersOf(type);
  return firstOf(Object.entries(input), ([name, value]) => {
    const member = members?.get(name);
    if (member === undefined) return INHERITED.has(name) ? `${path}/${name}` : null;
    return member.part === null ? null : inheritedName(member.part, value, `${path}/${name}`);
  });
};

const firstOf = <Item>(items: Iterable<Item>, find: (item: Item) => string | null): string | null => {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
};

/** Whether the input is nested deeper than this. */
export const isDeeperThan = (most: number, input: unknown): boolean => {
  if (typeof input !== 'object' || input === null) return false;
  return most === 0 || Object.values(input).some((value) => isDeeperThan(most - 1, value));
};

const known = new Map<Class, ReadonlyMap<string, Member> | null>();

/** What class-validator knows of a class; null: something of it is not looked after here. */
const membersOf = (type: Class): ReadonlyMap<string, Member> | null => {
  let members = known.get(type);
  if (members === undefined) known.set(type, (members = readMembers(type)));
  return members;
};

const readMembers = (type: Class): ReadonlyMap<string, Member> | null => {
  const storage = getMetadataStorage();
  const members = new Map<string, { conditions: Condition[]; rules: Rule[]; part: Class | null }>();
  for (const metadata of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const { propertyName, constraints, each } = metadata;
    let member = members.get(propertyName);
    if (member === undefined) members.set(propertyName, (member = { conditions: [], rules: [], part: null }));
    switch (metadata.type) {
      case ValidationTypes.WHITELIST:
        break;
      case ValidationTypes.CONDITIONAL_VALIDATION:
        member.conditions.push(constraints[0] as Condition);
        break;
      case ValidationTypes.NESTED_VALIDATION: {
        const part = Reflect.getMetadata(PART, type.prototype as object, propertyName) as (() => Class) | undefined;
        if (part === undefined) return null;
        member.part = part();
        break;
      }
      case ValidationTypes.CUSTOM_VALIDATION: {
        const found = storage.getTargetValidatorConstraints(metadata.constraintCls);
        if (metadata.validateIf !== undefined || found.some(({ async }) => async)) return null;
        for (const { instance: constraint } of found) member.rules.push({ constraint, constraints, each });
        break;
      }
      default:
        return null;
    }
  }
  return members;
};
