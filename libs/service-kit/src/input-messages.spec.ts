import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { ChoiceField, CodeField, FlagField, IntField } from './fields';
import { inputMessage } from './input-messages';
import { ListField, PartField } from './part-fields';

class Part {
  @CodeField()
  code!: string;
}
class Body {
  @ChoiceField(['甲', '乙'])
  choice!: string;
  @IntField({ min: 1, max: 12 })
  low!: number;
  @IntField({ min: 1, max: 12 })
  high!: number;
  @IntField({ min: 1, max: 12 })
  broken!: number;
  @FlagField()
  flag!: boolean;
  @ListField(() => Part, { min: 1, max: 2 })
  few!: Part[];
  @ListField(() => Part, { min: 1, max: 2 })
  many!: Part[];
  @ListField(() => Part, { min: 1, max: 2 })
  noList!: Part[];
  @PartField(() => Part, {})
  part!: Part;
}

const faultsOf = (input: object): Record<string, string> => {
  const faults: Record<string, string> = {};
  const visit = ({ property, constraints, children }: ValidationError): void => {
    for (const [name, message] of Object.entries(constraints ?? {}))
      faults[`${property} ${name}`] = inputMessage(name, message);
    children?.forEach(visit);
  };
  validateSync(plainToInstance(Body, input), { whitelist: true, forbidNonWhitelisted: true }).forEach(visit);
  return faults;
};

describe('what a faulty member is told', () => {
  const faults = faultsOf({
    ...{ choice: '丙', low: 0, high: 13, broken: 1.5, flag: 'maybe', few: [], part: 'text', unknown: 1 },
    ...{ many: [{ code: 'A' }, { code: 'B' }, { code: ' ' }], noList: 'text' },
  });

  it('is said in Chinese first, then in English, with the limit', () => {
    expect(faults).toMatchObject({
      'choice isIn': '须为其中之一: 甲, 乙 one of: 甲, 乙',
      'low min': '不能小于 1 not below 1',
      'high max': '不能大于 12 not above 12',
      'broken isInt': '须为整数 a whole number',
      'flag isBoolean': '须为 true 或 false true or false',
      'few arrayMinSize': '至少 1 项 at least 1 of them',
      'many arrayMaxSize': '至多 2 项 at most 2 of them',
      'noList isArray': '须为列表 a list',
      'part nestedValidation': '须为对象, 或对象的列表 an object, or a list of objects',
      'unknown whitelistValidation': '没有这一项 there is no such member here',
      'code code': '编码须为 1 至 64 个字符, 前后无空格 a code has 1 to 64 characters, no blanks around it',
    });
  });

  it('is never English alone', () => {
    for (const text of Object.values(faults)) expect(text).toMatch(/^\p{Script=Han}.* [a-z]/u);
    expect(inputMessage('isSomethingNew', 'must be new')).toBe('输入有误 must be new');
  });
});
