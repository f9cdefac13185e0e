import { incompatibilities } from './compatible';
import type { Schema } from './schema';

const money: Schema = { type: 'string', pattern: '^-?\\d+\\.\\d{2}$' };
const line: Schema = {
  type: 'object',
  properties: {
    account: { type: 'string', 'x-extensible-enum': ['receivable', 'income'] },
    amount: { $ref: '#/definitions/Money' },
  },
  required: ['account', 'amount'],
};
const released: Schema = {
  type: 'object',
  properties: {
    origin: { type: 'string', enum: ['run', 'manual'] },
    customer: { type: 'string' },
    tie: { type: ['string', 'null'] },
    priority: { type: 'integer', minimum: 1 },
    note: { type: 'string' },
    lines: { type: 'array', items: { $ref: '#/definitions/Line' } },
    scope: {
      anyOf: [
        { type: 'object', properties: { group: { const: true, type: 'boolean' } }, required: ['group'] },
        { type: 'object', properties: { project: { type: 'string' } }, required: ['project'] },
      ],
    },
    method: {
      anyOf: [
        { type: 'string', 'x-extensible-enum': ['面积'] },
        { type: 'string', 'x-extensible-enum': ['手工'] },
      ],
    },
  },
  required: ['origin', 'customer', 'tie', 'priority', 'lines', 'scope', 'method'],
  definitions: { Money: money, Line: line },
};

/** The released schema with some members of the body or definitions replaced; undefined: without them. */
const changed = (
  properties: Readonly<Record<string, Schema | undefined>>,
  { required = released.required, definitions = {} }: Pick<Schema, 'required' | 'definitions'> = {},
): Schema => ({
  ...released,
  properties: Object.fromEntries(
    Object.entries({ ...released.properties, ...properties }).filter(
      (entry): entry is [string, Schema] => entry[1] !== undefined,
    ),
  ),
  ...(required && { required }),
  definitions: { ...released.definitions, ...definitions },
});
const withLine = (properties: Readonly<Record<string, Schema>>, required = line.required): Schema =>
  changed(
    {},
    {
      definitions: {
        Line: { ...line, properties: { ...line.properties, ...properties }, ...(required && { required }) },
      },
    },
  );

const problemsOf = (now: Schema): string[] =>
  incompatibilities(new Map([['ledger/a', released]]), new Map([['ledger/a', now]]));

describe('what an old reader can read', () => {
  it.each<[string, Schema]>([
    ['the same again', released],
    ['a new member that may be left out', changed({ extra: { type: 'string' } })],
    ['a new member of a definition that may be left out', withLine({ customer: { type: 'string' } })],
    [
      'a new value of an open list',
      withLine({ account: { type: 'string', 'x-extensible-enum': ['receivable', 'income', 'late-fee'] } }),
    ],
    [
      'another name of a definition',
      {
        ...changed({ lines: { type: 'array', items: { $ref: '#/definitions/Entry' } } }),
        definitions: { Money: money, Entry: line },
      },
    ],
    ['other words about it', changed({ customer: { type: 'string', description: 'the code of the customer' } })],
    ['a null written as an alternative', changed({ tie: { anyOf: [{ type: 'null' }, { type: 'string' }] } })],
    [
      'open lists joined, with a value more',
      changed({ method: { type: 'string', 'x-extensible-enum': ['手工', '面积', '用量'] } }),
    ],
  ])('%s', (_, now) => {
    expect(problemsOf(now)).toEqual([]);
  });

  it('new types of event', () => {
    const before = new Map([['ledger/a', released]]);
    expect(incompatibilities(before, new Map([...before, ['ledger/b', released]]))).toEqual([]);
  });
});

describe('what an old reader could not read, or a new one not what was recorded', () => {
  it.each<[string, Schema, RegExp]>([
    ['a member removed', changed({ customer: undefined }), /customer: is gone/],
    ['a member removed that could be left out', changed({ note: undefined }), /note: is gone/],
    ['a member renamed', changed({ customer: undefined, payer: { type: 'string' } }), /customer: is gone/],
    [
      'a member that is not always there any more',
      changed({}, { required: ['origin'] }),
      /customer: may be left out now/,
    ],
    [
      'a member that must be there now',
      changed({}, { required: [...(released.required ?? []), 'note'] }),
      /note: is required now/,
    ],
    [
      'a new member that must be there',
      changed({ tax: money }, { required: [...(released.required ?? []), 'tax'] }),
      /tax: is new and required/,
    ],
    [
      'a member of a definition that must be there',
      withLine({ tax: money }, ['account', 'amount', 'tax']),
      /lines\[\]\.tax: is new and required/,
    ],
    ['another type', changed({ customer: { type: 'integer' } }), /customer: may no longer be string/],
    ['null where there was none', changed({ customer: { type: ['string', 'null'] } }), /customer: may be null now/],
    ['no null where there was one', changed({ tie: { type: 'string' } }), /tie: may no longer be null/],
    [
      'another form',
      changed({}, { definitions: { Money: { type: 'string', pattern: '^\\d+$' } } }),
      /amount: its pattern/,
    ],
    ['no form', changed({}, { definitions: { Money: { type: 'string' } } }), /amount: its pattern/],
    ['another limit', changed({ priority: { type: 'integer', minimum: 0 } }), /priority: its minimum/],
    [
      'a value more in a closed list',
      changed({ origin: { type: 'string', enum: ['run', 'manual', 'lease'] } }),
      /"lease" is new/,
    ],
    ['a value fewer', changed({ origin: { type: 'string', enum: ['run'] } }), /"manual" is gone/],
    [
      'a value fewer in an open list',
      withLine({ account: { type: 'string', 'x-extensible-enum': ['receivable'] } }),
      /"income" is gone/,
    ],
    [
      'a closed list that was open',
      withLine({ account: { type: 'string', enum: ['receivable', 'income'] } }),
      /was open/,
    ],
    [
      'an open list that was closed',
      changed({ origin: { type: 'string', 'x-extensible-enum': ['run', 'manual'] } }),
      /was closed/,
    ],
    ['any value where there was a list', changed({ origin: { type: 'string' } }), /no longer limited/],
    ['a list where any value was', changed({ customer: { type: 'string', enum: ['K1'] } }), /limited to a list/],
    ['one for many', changed({ lines: { $ref: '#/definitions/Line' } }), /lines: may no longer be array/],
    [
      'an alternative more',
      changed({
        scope: {
          anyOf: [
            ...(released.properties?.['scope']?.anyOf ?? []),
            { type: 'object', properties: { region: { type: 'string' } }, required: ['region'] },
          ],
        },
      }),
      /scope: alternative 3 is new/,
    ],
    [
      'an alternative fewer',
      changed({ scope: { anyOf: released.properties?.['scope']?.anyOf?.slice(1) ?? [] } }),
      /scope/,
    ],
  ])('%s', (_, now, problem) => {
    expect(problemsOf(now).join('\n')).toMatch(problem);
  });

  it('a type of event that is gone', () => {
    expect(incompatibilities(new Map([['ledger/a', released]]), new Map())).toEqual([
      'ledger/a: is gone, but events of it are recorded',
    ]);
  });
});
