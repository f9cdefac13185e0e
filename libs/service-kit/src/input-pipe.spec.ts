import { CodeField, FlagField, IntField, TextField, TextsField } from './fields';
import { InputPipe } from './input-pipe';
import { ListField, PartField } from './part-fields';
import { Problem } from './problem';

class Delay {
  @IntField({ min: 0, max: 12 })
  months!: number;
}
class Body {
  @CodeField({ optional: true })
  code?: string;
  @TextField({ max: 10, optional: true })
  item?: string;
  @TextField({ max: 10, optional: true, exact: true })
  password?: string;
  @IntField({ min: 0, max: 1_000, optional: true })
  priority?: number;
  @FlagField({ optional: true })
  flag?: boolean;
  @TextsField({ most: 3, pattern: '^.+$', optional: true })
  texts?: string[];
  @TextsField({ least: 0, most: 3, pattern: '^.+$', optional: true })
  groups?: string[];
  @PartField(() => Delay, { optional: true })
  delay?: Delay;
  @PartField(() => Delay, { optional: true, nullable: true })
  none?: Delay | null;
  @ListField(() => Delay, { min: 1, max: 3, optional: true })
  list?: Delay[];
}
class Needing {
  @PartField(() => Delay, {})
  delay!: Delay;
}

const taken = async (body: unknown, metatype: new () => object = Body): Promise<object> => ({
  ...((await new InputPipe().transform(body, { type: 'body', metatype })) as object),
});
const faultsOf = async (body: unknown, metatype?: new () => object): Promise<string[]> => {
  try {
    return [JSON.stringify(await taken(body, metatype))];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return (error.extras.errors ?? []).map(({ pointer }) => pointer);
  }
};

it.each<[string, object, string]>([
  ['a list where there is one object', { delay: [] }, '/body/delay'],
  ['a list of one where there is one object', { delay: [{ months: 1 }] }, '/body/delay'],
  ['null where there may be an object or nothing', { delay: null }, '/body/delay'],
  ['a text where there is an object', { delay: 'x' }, '/body/delay'],
  ['a list in a list', { list: [[]] }, '/body/list'],
  ['null in a list', { list: [null] }, '/body/list'],
  ['null for a list', { list: null }, '/body/list'],
  ['no text where there must be one', { texts: [] }, '/body/texts'],
  ['a blank text', { item: '  ' }, '/body/item'],
  ['a code that no address can name', { code: '..' }, '/body/code'],
  ['another', { code: '.' }, '/body/code'],
  ['an empty number', { priority: '' }, '/body/priority'],
  ['a blank one', { priority: ' ' }, '/body/priority'],
  ['true for a number', { priority: true }, '/body/priority'],
  ['a number with an exponent', { priority: '1e2' }, '/body/priority'],
  ['one with a sign', { priority: '+1' }, '/body/priority'],
  ['one with zeros before it', { priority: '007' }, '/body/priority'],
  ['one in hexadecimal', { priority: '0x10' }, '/body/priority'],
  ['a name that every object answers to', { toString: 'x' }, '/body/toString'],
  ['another', { constructor: 1 }, '/body/constructor'],
  ['one further in', { list: [{ months: 1 }, { months: 1, valueOf: 2 }] }, '/body/list/1/valueOf'],
])('refuses %s', async (_, body, pointer) => {
  expect((await faultsOf(body))[0]).toBe(pointer);
});

it('refuses a body without an object that it must have, and one that is nested too deep to go through', async () => {
  expect(await faultsOf({}, Needing)).toEqual(['/body/delay']);
  const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;
  expect(await faultsOf({ list: deep })).toEqual(['/body']);
  expect(await faultsOf(deep)).toEqual(['/body']);
});

it('takes a text without the blanks around it, and a password with them', async () => {
  expect(await taken({ item: ' 物业费\u3000', password: ' a b ' })).toMatchObject({
    item: '物业费',
    password: ' a b ',
  });
});

it('takes what is right', async () => {
  const body = { code: '..a', priority: 12, flag: true, texts: ['x'], groups: [], delay: { months: 0 }, none: null };
  expect(await taken(body)).toEqual(body);
  expect(await taken({ priority: '12' })).toEqual({ priority: 12 });
  expect(await taken({ list: [{ months: 2 }] })).toEqual({ list: [{ months: 2 }] });
});
