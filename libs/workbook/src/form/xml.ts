import { textValue } from '../write/text-value';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** A text for between tags or in an attribute. */
export const escaped = (text: string): string =>
  textValue(text).replace(/[&<>"\r\n\t]/g, (char) => ESCAPES[char] ?? char);

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
