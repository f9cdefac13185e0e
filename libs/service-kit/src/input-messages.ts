/** What class-validator says of a constraint by itself: in English, with its limit or its choices at the end. */
interface Said {
  /** The number or the list that the sentence ends in; empty when it ends in none. */
  readonly limit: string;
}
type Message = (said: Said) => string;

/** By the constraint's name, Chinese first. What a field says of itself stands in its own rule (fields.ts). */
const MESSAGES: Readonly<Record<string, Message>> = {
  isIn: ({ limit }) => `须为其中之一: ${limit} one of: ${limit}`,
  isInt: () => '须为整数 a whole number',
  min: ({ limit }) => `不能小于 ${limit} not below ${limit}`,
  max: ({ limit }) => `不能大于 ${limit} not above ${limit}`,
  isBoolean: () => '须为 true 或 false true or false',
  isArray: () => '须为列表 a list',
  isObject: () => '须为对象 an object',
  arrayMinSize: ({ limit }) => `至少 ${limit} 项 at least ${limit} of them`,
  arrayMaxSize: ({ limit }) => `至多 ${limit} 项 at most ${limit} of them`,
  nestedValidation: () => '须为对象, 或对象的列表 an object, or a list of objects',
  whitelistValidation: () => '没有这一项 there is no such member here',
  unknownValue: () => '须为对象 an object',
  matches: () => '不是规定的格式 not of the form that is documented',
};

const LIMIT = /(?:following values: (.*)| (-?\d+)(?: elements)?)$/s;
const IS_CHINESE_FIRST = /^[\p{Script=Han}\d]/u;

/** What a user reads of a faulty member: as its field says it, else by the name of the constraint. */
export const inputMessage = (constraint: string, message: string): string => {
  if (IS_CHINESE_FIRST.test(message)) return message;
  const [, choices, number] = LIMIT.exec(message) ?? [];
  const say = MESSAGES[constraint];
  return say ? say({ limit: choices ?? number ?? '' }) : `输入有误 ${message}`;
};
