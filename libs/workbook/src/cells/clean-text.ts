// White space of any width, and what has no width at all.
const BLANKS = '[\\s\\u0085\\u180e\\u200b-\\u200f\\u2060\\u2800\\u3164\\ufeff]';
const AROUND = new RegExp(`^${BLANKS}+|${BLANKS}+$`, 'g');
const EVERY = new RegExp(`${BLANKS}+`, 'g');

/** Without the blanks around it: full-width, no-break and zero-width ones too. */
export const trimmed = (text: string): string => text.replace(AROUND, '');

/** Without any blanks. Header names are compared in this form. */
export const withoutBlanks = (text: string): string => text.replace(EVERY, '');

/** Full-width digits, letters and signs as their plain forms, for what is read as a number or a date. */
export const halfWidth = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[\u2212\u3002]/g, (char) => (char === '\u2212' ? '-' : '.'));

/** Breaks and tabs inside a text become one space: a value is one line in every report and export. */
export const oneLine = (text: string): string => text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ');

/** What cannot be stored or shown: control characters, halves of pairs, and the sign for what could not be decoded. */
export const isUnreadable = (text: string): boolean => /[\p{Cc}\p{Cs}\ufffd\ufffe\uffff]/u.test(text);
