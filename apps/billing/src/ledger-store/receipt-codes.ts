import { drawRandom } from '@propledger/event-log';
import type { ReceiptState } from '@propledger/ledger-core';

// Crockford's letters: none is mistaken for another when read aloud or typed from paper.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 25;

/** 125 random bits: who has a receipt's code may see the proof that the receipt is in the log. */
const newCode = (): string => {
  let code = '';
  for (const byte of drawRandom(LENGTH)) code += LETTERS[byte % 32];
  return code;
};

/** Codes of receipts that are being written. They stand beside the state: no rule and no event knows of them. */
const codes = new WeakMap<ReceiptState, string>();

/** Gives a receipt that was just taken its code. */
export const giveCode = (receipt: ReceiptState): string => {
  const code = newCode();
  codes.set(receipt, code);
  return code;
};

/** The code of a receipt that is being written; null: it is there already. */
export const codeOf = (receipt: ReceiptState): string | null => codes.get(receipt) ?? null;

/** As it is printed: five groups of five. */
export const shownCode = (code: string): string => code.replace(/(.{5})(?=.)/g, '$1-');

/** A code as somebody typed it, with or without groups; null: it can't be one. */
export const readCode = (text: string): string | null => {
  const code = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return code.length === LENGTH && [...code].every((letter) => LETTERS.includes(letter)) ? code : null;
};
