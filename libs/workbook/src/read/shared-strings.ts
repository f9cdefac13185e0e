import { SPREADSHEET, type ReadLimits } from './limits';
import { WorkbookRefused } from './refusal';
import { plain, XmlScanner, type XmlListener } from './xml-scanner';

/**
 * The workbook's table of texts, kept as one run of UTF-8 outside the heap: a table of 400,000 texts takes 15 MB here and
 * 600 MB as a document tree.
 */
export class SharedStrings {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private used = 0;
  private ends = new Uint32Array(1024);
  private count = 0;

  constructor(private readonly limits: ReadLimits) {}

  add(text: string): void {
    const needed = this.used + text.length * 3;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, this.used);
      this.bytes = grown;
    }
    this.used += this.bytes.write(text, this.used);
    if (this.used > this.limits.sharedTextBytes)
      throw new WorkbookRefused('too-much-text', { limit: this.limits.sharedTextBytes });
    if (this.count === this.ends.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.ends[this.count++] = this.used;
  }

  /** @throws WorkbookRefused when there is no such text. */
  at(index: number): string {
    const end = index >= 0 && index < this.count ? this.ends[index] : undefined;
    if (end === undefined) throw new WorkbookRefused('damaged');
    return this.bytes.toString('utf8', index === 0 ? 0 : this.ends[index - 1], end);
  }
}

/**
 * Gathers the text of one string item or one cell: its `t` elements, rich text runs one after another, without the
 * phonetic guides of `rPh`.
 */
export class TextGatherer {
  private text = '';
  private inText = false;
  private inPhonetic = false;

  start(): void {
    this.text = '';
    this.inText = this.inPhonetic = false;
  }

  open(name: string): void {
    if (name === 't') this.inText = true;
    else if (name === 'rPh') this.inPhonetic = true;
  }

  close(name: string): void {
    if (name === 't') this.inText = false;
    else if (name === 'rPh') this.inPhonetic = false;
  }

  add(raw: string): void {
    if (!this.inText || this.inPhonetic) return;
    this.text += plain(raw);
    if (this.text.length > SPREADSHEET.cellChars)
      throw new WorkbookRefused('too-much-text', { limit: SPREADSHEET.cellChars });
  }

  take(): string {
    return unescaped(this.text);
  }
}

/** Spreadsheets write characters that XML cannot hold as `_x000D_`. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

/** @throws WorkbookRefused */
export const readSharedStrings = async (
  chunks: AsyncIterable<Uint8Array>,
  limits: ReadLimits,
): Promise<SharedStrings> => {
  const strings = new SharedStrings(limits);
  const item = new TextGatherer();
  const listener: XmlListener = {
    open: (name) => (name === 'si' ? item.start() : item.open(name)),
    close: (name) => (name === 'si' ? strings.add(item.take()) : item.close(name)),
    text: (raw) => item.add(raw),
  };
  const scanner = new XmlScanner(listener);
  for await (const chunk of chunks) scanner.write(chunk);
  scanner.end();
  return strings;
};
