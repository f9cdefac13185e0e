import { openCheckpoint, verifyReceiptProof } from '@propledger/proof';

/** Whether one receipt's proof holds, and what it is about. */
export type ReceiptVerdict =
  | {
      readonly valid: true;
      readonly book: string;
      readonly position: number;
      readonly type: string;
      readonly body: unknown;
      readonly size: number;
    }
  | { readonly valid: false; readonly fault: string };

/**
 * Checks a receipt's proof. An older checkpoint of the same size must have the same root; other sizes can't be compared
 * without more.
 */
export const receiptVerdict = (proof: string, key: string, checkpoints: readonly string[]): ReceiptVerdict => {
  const result = verifyReceiptProof(proof, key);
  if (!result.valid) return result;
  const { checkpoint, event } = result;
  const known = checkpoints.map((text) => openCheckpoint(text, key));
  if (known.some((one) => one?.size === checkpoint.size && one.root !== checkpoint.root))
    return { valid: false, fault: 'consistency-broken' };
  const { book, position, type, bodyText } = event;
  return { valid: true, book, position, type, body: JSON.parse(bodyText) as unknown, size: checkpoint.size };
};
