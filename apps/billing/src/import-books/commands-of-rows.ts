import type { ChargeMethod, Rounding, SheetRow, Standard } from '@propledger/contracts';
import { parseMoney, type NewCharge } from '@propledger/ledger-core';
import type { LedgerTask } from '../ledger-store/task';
import { cell, required } from './staged-row';

type Command = LedgerTask['command'];

const amountOf = (row: SheetRow, column: string): bigint => parseMoney(required(row, column));

/** Rows of one standard, in the file's order, as the standard that they describe. */
export const standardOfRows = (rows: readonly SheetRow[]): Standard => {
  const [first] = rows;
  if (first === undefined) throw new Error('a standard has at least one row');
  return {
    standard: required(first, '标准编码'),
    name: required(first, '标准名称'),
    item: required(first, '收费项目'),
    method: required(first, '计费方式') as ChargeMethod,
    dueDay: Number(required(first, '应收日')),
    rounding: required(first, '取整') as Rounding,
    priority: Number(required(first, '优先级')),
    prices: rows.map((row) => ({
      price: required(row, '单价'),
      from: required(row, '生效日期'),
      to: cell(row, '失效日期'),
    })),
  };
};

/** A new standard is defined; one that stands is given the prices that are new. */
export const standardCommand = (standard: Standard, standing: Standard | undefined): Command =>
  standing === undefined
    ? { type: 'DefineStandard', standard }
    : {
        type: 'EditStandard',
        standard: standard.standard,
        changes: { prices: [...standing.prices, ...standard.prices] },
      };

/** `binding`: the id that the row's binding is given. */
export const bindingCommand = (row: SheetRow, binding: string): Command => ({
  type: 'MakeBinding',
  binding: {
    binding,
    resource: required(row, '资源编码'),
    standard: required(row, '标准编码'),
    from: required(row, '开始日期'),
    to: cell(row, '结束日期'),
  },
});

/** `priorityOf`: that of the project's first listed standard for an item, 99 when there is none. */
export const openingCharge = (row: SheetRow, priorityOf: (item: string) => number): NewCharge => {
  const item = required(row, '收费项目');
  return {
    resource: required(row, '资源编码'),
    customer: required(row, '客户编码'),
    item,
    from: required(row, '费用开始日期'),
    to: required(row, '费用结束日期'),
    dueOn: required(row, '应收日期'),
    priority: priorityOf(item),
    amount: amountOf(row, '欠费金额'),
    standard: null,
    binding: null,
    basis: { method: '历史欠费' },
  };
};

export const depositCommand = (row: SheetRow): Command => ({
  type: 'ReceiveDeposit',
  origin: 'opening',
  receiptNo: required(row, '收据号'),
  resource: required(row, '资源编码'),
  customer: required(row, '客户编码'),
  kind: required(row, '押金类型'),
  date: required(row, '收取日期'),
  amount: amountOf(row, '金额'),
});

export const prepaymentCommand = (row: SheetRow): Command => ({
  type: 'BringInPrepayment',
  customer: required(row, '客户编码'),
  tie: cell(row, '资源编码'),
  amount: amountOf(row, '余额'),
});

export const receiptCommand = (row: SheetRow): Command => {
  const amount = amountOf(row, '金额');
  return {
    type: 'CollectPayment',
    receiptNo: required(row, '收据号'),
    date: required(row, '收款日期'),
    customer: required(row, '客户编码'),
    resource: cell(row, '资源编码'),
    item: cell(row, '收费项目'),
    amount,
    tenders: [{ method: required(row, '收款方式'), amount, reference: null }],
    posting: 'own',
  };
};
