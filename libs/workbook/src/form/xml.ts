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

/** Most texts have nothing to escape, and there are millions of them. */
const TO_ESCAPE = /[&<>"_\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;

/** A text for between tags or in an attribute. */
export const escaped = (text: string): string =>
  TO_ESCAPE.test(text) ? textValue(text).replace(/[&<>"\r\n\t]/g, (char) => ESCAPES[char] ?? char) : text;

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
