import { openCheckpoint, verifyReceiptProof, type Checkpoint } from '@propledger/proof';

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
 * Checks a receipt's proof. A checkpoint of the same size, an older one or a bundle's, must have the same root; other sizes
 * can't be compared without more. An older one of another log or key is no witness.
 *
 * @param tree of the bundle that was checked beside it.
 */
export const receiptVerdict = (
  proof: string,
  key: string,
  checkpoints: readonly string[],
  tree?: Pick<Checkpoint, 'size' | 'root'>,
): ReceiptVerdict => {
  const result = verifyReceiptProof(proof, key);
  if (!result.valid) return result;
  const { checkpoint, event } = result;
  const known = checkpoints.map((text) => openCheckpoint(text, key));
  if (known.includes(null)) return { valid: false, fault: 'key-mismatch' };
  if ([...known, tree].some((one) => one?.size === checkpoint.size && one.root !== checkpoint.root))
    return { valid: false, fault: 'consistency-broken' };
  const { book, position, type, bodyText } = event;
  return { valid: true, book, position, type, body: JSON.parse(bodyText) as unknown, size: checkpoint.size };
};
