import { FAULTS } from './faults';
import type { ReceiptVerdict } from './receipt';
import type { Verdict } from './verify-bundle';

/** Both verdicts for people, each line ended. */
export const inWords = (bundle: Verdict | undefined, receipt: ReceiptVerdict | undefined): string =>
  [...(bundle ? ofBundle(bundle) : []), ...(receipt ? ofReceipt(receipt) : [])].map((line) => `${line}\n`).join('');

const ofBundle = (verdict: Verdict): string[] => {
  if (!verdict.intact)
    return [`校验不通过 DOES NOT VERIFY @${verdict.position} ${verdict.fault}: ${FAULTS[verdict.fault]}`];
  const { topic, book, position, hash, seals, closings, key, origin, size, root, consistentWith } = verdict;
  return [
    `账簿完好 the book is intact: ${topic} ${book}`,
    `  事件 events       ${position}`,
    `  末位 head         ${position}:${hash}`,
    `  关账 closings     ${closings}`,
    `  封存 seals        ${seals}`,
    `  日志 log          ${origin}, ${size} 叶 leaves, ${root}`,
    ...consistentWith.map((older) => `  旧检查点成立 stands since the checkpoint of ${older} leaves`),
    `  公钥 key          ${key}`,
  ];
};

const ofReceipt = (verdict: ReceiptVerdict): string[] => {
  if (!verdict.valid) return [`收据证明不成立 THE RECEIPT'S PROOF DOES NOT HOLD: ${verdict.fault}`];
  const { book, position, type, body } = verdict;
  return [
    `收据在日志中 the receipt is in the log: ${book} @${position} ${type}`,
    `  ${JSON.stringify(body)}`,
    '  其后是否红冲不在此证明内 whether it was reversed since is not in this proof',
  ];
};
