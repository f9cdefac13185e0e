import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';
import { signedIn, type Invocation } from './session';

/** A receipt as it was written; amounts in yuan with two decimals. */
export interface ReceiptGiven {
  readonly receiptNo: string;
  readonly date: string;
  readonly customer: string;
  readonly resource?: string;
  readonly item?: string;
  readonly tenders: readonly Tender[];
  readonly remark?: string;
  readonly posting?: 'first-open';
}

export interface Tender {
  readonly method: string;
  readonly amount: string;
  readonly reference?: string;
}

/** Reads `METHOD=AMOUNT` or `METHOD=AMOUNT=REFERENCE`, as in 微信=120.00=4200001. */
export const readTender = (text: string, earlier: readonly Tender[] = []): Tender[] => {
  const [method = '', amount = '', ...reference] = text.split('=');
  if (method === '' || !/^\d+(\.\d{1,2})?$/.test(amount))
    throw new Failure(EXIT.usage, `收款须写作 方式=金额[=流水号] a tender is METHOD=AMOUNT[=REFERENCE]: ${text}`);
  const [yuan = '', fen = ''] = amount.split('.');
  const tender = { method, amount: `${BigInt(yuan)}.${fen.padEnd(2, '0')}` };
  return [...earlier, reference.length === 0 ? tender : { ...tender, reference: reference.join('=') }];
};

/** Books a receipt. The same receipt with the same key is booked once. */
export const receive = (invocation: Invocation, project: string, receipt: ReceiptGiven, key: string): Promise<void> =>
  signedIn(invocation, async (client) => {
    const answer = await client.command<object>(path`/billing/v1/projects/${project}/receipts`, receipt, key);
    invocation.print(invocation.json ? JSON.stringify(answer) : `已入账 booked: ${project} ${receipt.receiptNo}`);
  });
