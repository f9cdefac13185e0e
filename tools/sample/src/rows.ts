import type { SheetName } from '@propledger/contracts';
import { FIRST_PERIOD } from './span';
import type { History, MonthOfCounter } from './history';
import type { Property } from './property';
import type { Cell } from './workbook-bytes';

export type Rows = Partial<Record<SheetName, Cell[][]>>;

const yuan = (fen: number): number => fen / 100;

/** Rows of the opening workbook, in the order of the sheets' columns. */
export const openingRows = (
  { plan, spaces, people, stays, standardsOf, chargedFrom }: Property,
  history: History,
): Rows => {
  const project = plan.code;
  const rooms = spaces.filter(({ building }) => building !== '');
  const parking = spaces.filter(({ building }) => building === '');
  return {
    项目: [[project, plan.name, plan.region, plan.company, FIRST_PERIOD]],
    物业资源: rooms.map(({ code, name, nature, building, entrance, floor, room, area, handedOverOn }) => [
      project,
      code,
      name,
      nature,
      building,
      entrance,
      floor,
      room,
      yuan(area),
      '',
      '',
      handedOverOn,
    ]),
    车位: parking.map(({ code, nature, place, area, parent }) => [project, code, nature, place, yuan(area), parent]),
    客户档案: people.map(({ code, name, kind, phone }) => [project, code, name, kind, '', '', phone, '']),
    入住关系: stays.map(({ space, person, relation, from, to, payer }) => [
      project,
      space.code,
      person.code,
      relation,
      from,
      to,
      payer ? '是' : '否',
    ]),
    收费标准: plan.standards.flatMap(({ code, name, item, method, dueDay, rounding, priority, cycle, prices }) =>
      prices.map(({ price, from, to }) => [
        project,
        code,
        name,
        item,
        method,
        price / 10_000,
        dueDay,
        rounding,
        priority,
        from,
        to,
        cycle,
      ]),
    ),
    收费绑定: spaces.flatMap((space) => {
      const from = chargedFrom(space);
      return from === null ? [] : standardsOf(space).map(({ code }) => [project, space.code, code, from, '']);
    }),
    历史欠费: history.arrears.map(({ space, person, item, from, to, dueOn, amount }) => [
      project,
      space.code,
      person.code,
      item,
      from,
      to,
      dueOn,
      yuan(amount),
    ]),
    押金台账: history.deposits.map(({ space, person, kind, on, amount, receiptNo }) => [
      project,
      space.code,
      person.code,
      kind,
      on,
      yuan(amount),
      receiptNo,
    ]),
    预交款: history.prepayments.map(({ person, amount }) => [project, person.code, '', yuan(amount)]),
  };
};

/** A project's rows of a month's 实收补录. */
export const receiptRows = ({ plan }: Property, { receipts }: MonthOfCounter): Cell[][] =>
  receipts.map(({ receiptNo, on, person, method, amount }) => [
    plan.code,
    receiptNo,
    on,
    person.code,
    '',
    '',
    method,
    yuan(amount),
    '',
  ]);
