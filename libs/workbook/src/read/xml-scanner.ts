import { WorkbookRefused } from './refusal';

/** What a part's reader is told. Names come without their namespace prefix; `attributes` and `text` are as written. */
export interface XmlListener {
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(raw: string): void;
}

/** The longest tag or run of text: a cell's 32,767 characters with every one written as a reference. */
const LONGEST_TOKEN = 320 * 1024;

/**
 * Reads XML as it comes, in constant memory and linear time, and only as much of it as spreadsheets use. Document types
 * and entities are refused where they stand, so nothing can expand or be fetched.
 */
export class XmlScanner {
  private rest = '';
  /** Inside a comment, an instruction or character data: what ends it. */
  private until: '-->' | '?>' | ']]>' | null = null;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(private readonly listener: XmlListener) {}

  /** @throws WorkbookRefused */
  write(bytes: Uint8Array): void {
    this.scan(this.decode(() => this.decoder.decode(bytes, { stream: true })));
  }

  /** @throws WorkbookRefused when the part ends inside a tag. */
  end(): void {
    this.scan(this.decode(() => this.decoder.decode()));
    if (this.until !== null || this.rest.trim() !== '') throw new WorkbookRefused('damaged');
  }

  private decode(decode: () => string): string {
    try {
      return decode();
    } catch {
      throw new WorkbookRefused('damaged'); // Not UTF-8. Spreadsheets write nothing else.
    }
  }

  private scan(more: string): void {
    const xml = this.rest + more;
    let at = 0;
    while (at < xml.length) {
      const next = this.until === null ? this.markup(xml, at) : this.skip(xml, at, this.until);
      if (next === at) break;
      at = next;
    }
    this.rest = xml.slice(at);
    if (this.rest.length > LONGEST_TOKEN) throw new WorkbookRefused('too-much-text');
  }

  /** Takes one run of text or one tag, and answers where it ends; `at` when its end has not come yet. */
  private markup(xml: string, at: number): number {
    const tag = xml.indexOf('<', at);
    if (tag < 0) return at;
    if (tag > at) {
      this.listener.text(xml.slice(at, tag));
      return tag;
    }
    switch (xml.charCodeAt(at + 1)) {
      case 0x21: // !
        return this.declaration(xml, at);
      case 0x3f: // ?
        this.until = '?>';
        return at + 2;
      default:
        return this.tag(xml, at);
    }
  }

  private declaration(xml: string, at: number): number {
    if (xml.startsWith('<!--', at)) this.until = '-->';
    else if (xml.startsWith('<![CDATA[', at)) this.until = ']]>';
    else if (xml.length - at < 9 && ('<![CDATA['.startsWith(xml.slice(at)) || '<!--'.startsWith(xml.slice(at))))
      return at;
    else throw new WorkbookRefused('entities');
    return at + (this.until === '-->' ? 4 : 9);
  }

  private skip(xml: string, at: number, until: string): number {
    const end = xml.indexOf(until, at);
    // Its last characters may be the beginning of the end.
    const stop = end < 0 ? Math.max(at, xml.length - until.length + 1) : end;
    if (until === ']]>' && stop > at) this.listener.text(xml.slice(at, stop).replaceAll('&', '&amp;'));
    if (end < 0) return stop;
    this.until = null;
    return end + until.length;
  }

  private tag(xml: string, at: number): number {
    const end = tagEnd(xml, at + 1);
    if (end < 0) return at;
    if (xml.charCodeAt(at + 1) === 0x2f) {
      this.listener.close(localName(xml.slice(at + 2, end).trimEnd()));
      return end + 1;
    }
    const empty = xml.charCodeAt(end - 1) === 0x2f;
    const stop = empty ? end - 1 : end;
    let nameEnd = at + 1;
    while (nameEnd < stop && xml.charCodeAt(nameEnd) > 0x20) nameEnd++;
    const name = localName(xml.slice(at + 1, nameEnd));
    this.listener.open(name, xml.slice(nameEnd, stop));
    if (empty) this.listener.close(name);
    return end + 1;
  }
}

/** The `>` of a tag: not one that stands between quotes. */
const tagEnd = (xml: string, from: number): number => {
  let quote = 0;
  for (let at = from; at < xml.length; at++) {
    const char = xml.charCodeAt(at);
    if (quote !== 0) {
      if (char === quote) quote = 0;
    } else if (char === 0x3e) return at;
    else if (char === 0x22 || char === 0x27) quote = char;
  }
  return -1;
};

const localName = (name: string): string => {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
};

/** How an attribute is found: as every program writes it, and in any way that XML allows. */
const searches = new Map<string, { readonly usual: string; readonly any: RegExp }>();
const searchFor = (name: string): { readonly usual: string; readonly any: RegExp } => {
  const known = searches.get(name);
  if (known) return known;
  const search = { usual: ` ${name}="`, any: new RegExp(`[\\s:]${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`) };
  searches.set(name, search);
  return search;
};

/** The value of an attribute, whatever its prefix; null when it is not there. */
export const attribute = (attributes: string, name: string): string | null => {
  const { usual, any } = searchFor(name);
  const at = attributes.indexOf(usual);
  if (at >= 0) return plain(attributes.slice(at + usual.length, attributes.indexOf('"', at + usual.length)));
  if (!attributes.includes(name)) return null;
  const found = any.exec(attributes);
  return found ? plain(found[1] ?? found[2] ?? '') : null;
};

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Text with its references replaced.
 *
 * @throws WorkbookRefused for a reference that only a document type could define.
 */
export const plain = (raw: string): string => {
  if (!raw.includes('&')) return raw;
  return raw.replace(
    /&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([^;&\s]{0,64}));?/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) {
        const char = NAMED[name];
        if (char === undefined) throw new WorkbookRefused('entities');
        return char;
      }
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
};
