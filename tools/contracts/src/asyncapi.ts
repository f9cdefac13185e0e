import { headsTopicName, REGION_PATTERN, topicName, TOPICS, type Topic } from '@propledger/contracts';
import { stringify } from 'yaml';
import type { EventSchemas } from './event-schemas';
import { mapSchema, referredTo, type Schema } from './schema';

const inComponents = (schema: Schema): Schema =>
  mapSchema(schema, (part) => {
    const name = referredTo(part);
    return name === undefined ? part : { ...part, $ref: `#/components/schemas/${name}` };
  });

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });

/**
 * CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the body is the message. Headers are UTF-8 text. What is not
 * of CloudEvents itself is an extension, with which a consumer has the whole event as the owner's API gives it.
 */
export const HEADERS: Schema = {
  type: 'object',
  properties: {
    'content-type': text('The body is JSON.', { const: 'application/json' }),
    ce_specversion: text('The version of CloudEvents.', { const: '1.0' }),
    ce_id: text('The event, unique for ever. A message may come twice.', { format: 'uuid' }),
    ce_source: text('The region and topic in which it stands: `/north/ledger`.', { format: 'uri-reference' }),
    ce_type: text('The type of event, as the messages below name it.'),
    ce_subject: text('The book.'),
    ce_partitionkey: text('The book, as in the key.'),
    ce_time: text('When it was recorded; never decreasing in a book.', { format: 'date-time' }),
    ce_sequence: text(
      'The position in the book: 1, 2, 3 … without a gap. What comes again has a position that was seen.',
      { pattern: '^[1-9][0-9]*$' },
    ),
    ce_region: text('The region.', { pattern: REGION_PATTERN }),
    ce_schemaversion: text('Of the body.', { pattern: '^[1-9][0-9]*$' }),
    ce_effectivedate: text('The day from which it holds.', { pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    ce_accountingperiod: text('The period it is posted into 入账期; absent on facts that are not postings.', {
      pattern: '^\\d{4}-\\d{2}$',
    }),
    ce_commandid: text('The command that made it.'),
    ce_actor: text('The operator’s code.'),
    ce_origin: text('What brought it in: `api`, `import:ID`, `run:ID`, `undo:ID`.'),
    ce_reverses: text('The position of the event that it reverses.', { pattern: '^[1-9][0-9]*$' }),
    ce_correlationid: text('Of the request that led to it.'),
    ce_causationid: text('Of what caused it, where that is another event or command.'),
    ce_contenthash: text('SHA-256 of its content, hex.', { pattern: '^[0-9a-f]{64}$' }),
    ce_hash: text('SHA-256 of the chain of its book up to here, hex.', { pattern: '^[0-9a-f]{64}$' }),
  },
  required: [
    ...['content-type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_partitionkey', 'ce_time'],
    ...['ce_sequence', 'ce_region', 'ce_schemaversion', 'ce_effectivedate', 'ce_commandid', 'ce_actor', 'ce_origin'],
    ...['ce_correlationid', 'ce_contenthash', 'ce_hash'],
  ],
};

/** Of the compacted topics: the last message of a key says where its book ends. */
const HEAD: Schema = {
  type: 'object',
  properties: {
    position: { type: 'integer', minimum: 1, description: 'Of the last event of the book.' },
    hash: text('Of the chain of the book up to there, hex.', { pattern: '^[0-9a-f]{64}$' }),
  },
  required: ['position', 'hash'],
};

const ABOUT: Readonly<Record<Topic, string>> = {
  registry: 'Projects, resources, operators and their grants 项目、资源、操作员与权限.',
  customers: 'Customers by code, and who owns, rents and pays for what 客户与入住关系.',
  ledger:
    'Everything that was booked: standards, charges, receipts, prepayments, deposits, write-offs, periods 收费账本.',
};

const DESCRIPTION = `Every event of every book, one a message, in the order of its book.

A **book** is one project's log in one service (or \`~group\`); it is the key, so a book stays in one partition. Keep a cursor a
book, in the same transaction as what you make of the events: a position that you have seen is dropped, the next one is
applied, and a later one means that something is missing: fetch it from the owner's API
(\`GET /{registry,customers,billing}/v1/books/{book}/events?after_position=N\`) or wait; never skip.

Ignore types, members and values of open lists (\`x-extensible-enum\`) that you do not know: they may be added at any time.
What is here is not removed or changed. Amounts are yuan as strings with two decimals; numbers are whole.`;

/** The AsyncAPI document of the topics, as YAML. */
export const asyncapi = ({ bodies, definitions }: EventSchemas): string => {
  const messages: Record<string, object> = {};
  const channels: Record<string, object> = {};
  const operations: Record<string, object> = {};
  const ofRegion = { region: { $ref: '#/components/parameters/region' } };
  const key = { kafka: { key: { type: 'string', description: 'The book.' } } };
  messages['head'] = {
    name: 'head',
    title: 'How far a book has come',
    contentType: 'application/json',
    payload: { $ref: '#/components/schemas/BookHead' },
    bindings: key,
  };
  for (const topic of TOPICS) {
    const types = Object.entries(bodies[topic]);
    for (const [type, body] of types)
      messages[`${topic}.${type}`] = {
        name: type,
        title: type,
        contentType: 'application/json',
        headers: { $ref: '#/components/schemas/Headers' },
        correlationId: { $ref: '#/components/correlationIds/command' },
        payload: { $ref: `#/components/schemas/${body}` },
        bindings: key,
      };
    channels[topic] = {
      address: topicName('{region}', topic),
      description: ABOUT[topic],
      parameters: ofRegion,
      messages: Object.fromEntries(types.map(([type]) => [type, { $ref: `#/components/messages/${topic}.${type}` }])),
    };
    channels[`${topic}Heads`] = {
      address: headsTopicName('{region}', topic),
      description: 'Compacted: how far each book has come, so that a consumer can tell whether it has everything.',
      parameters: ofRegion,
      messages: { head: { $ref: '#/components/messages/head' } },
      bindings: { kafka: { topicConfiguration: { 'cleanup.policy': ['compact'] } } },
    };
    operations[`${topic}Heads`] = { action: 'send', channel: { $ref: `#/channels/${topic}Heads` } };
    operations[`${topic}Events`] = { action: 'send', channel: { $ref: `#/channels/${topic}` }, summary: ABOUT[topic] };
  }
  const document = {
    asyncapi: '3.0.0',
    info: { title: '物业账簿 propledger', version: '1', description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: {
      parameters: { region: { description: 'The region of the deployment, `REGION`.' } },
      correlationIds: {
        command: {
          description: 'Of the request that led to the event.',
          location: '$message.header#/ce_correlationid',
        },
      },
      messages,
      schemas: {
        Headers: HEADERS,
        BookHead: HEAD,
        ...Object.fromEntries(
          Object.entries(definitions)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([name, schema]) => [name, inComponents(schema)]),
        ),
      },
    },
  };
  const head = '# Made from libs/contracts/src by `npm run contracts`; not edited by hand.\n';
  return head + stringify(document, { lineWidth: 130, aliasDuplicateObjects: false });
};
