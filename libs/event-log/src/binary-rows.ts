/** What a field of a row may be of: the type of its column, exactly. */
export type FieldType = 'text' | 'jsonb' | 'int' | 'bigint' | 'boolean' | 'date' | 'timestamptz' | 'uuid' | 'bytea';
export type FieldValue = string | number | boolean | null;

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const NO_MORE_ROWS = 0xffff;
const NULL = 0xffffffff;
const JSONB_VERSION = 1;
const FIRST_SIZE = 65_536;
/** Longer texts are written by Node. */
const SHORT = 48;
/** Exact as a number, whatever the digits. */
const EXACT_DIGITS = 15;
const DAY_MS = 86_400_000;
const SINCE_MS = Date.UTC(2000, 0, 1);

/** Fields as PostgreSQL reads them in COPY's binary format, one after the other. */
export class BinaryFields {
  protected bytes = Buffer.allocUnsafe(FIRST_SIZE);
  protected length = 0;

  /**
   * @param value of text, uuid and bytea (hex) a string; of numbers a number or digits; `YYYY-MM-DD`; of timestamptz RFC 3339 in UTC
   * with six digits of a second.
   */
  add(type: FieldType, value: FieldValue): void {
    if (value === null) {
      this.reserve(4);
      return this.uint32(NULL);
    }
    switch (type) {
      case 'text':
        return this.text(value as string);
      case 'int':
        return this.int(value as number);
      case 'bigint':
        return this.bigint(value as number | string);
      case 'boolean':
        return this.boolean(value as boolean);
      case 'date':
        return this.int((Date.parse(value as string) - SINCE_MS) / DAY_MS);
      case 'timestamptz':
        return this.timestamp(value as string);
      case 'uuid':
        return this.hex((value as string).replaceAll('-', ''));
      case 'bytea':
        return this.hex(value as string);
      case 'jsonb':
        return this.json(value as string);
    }
  }

  text(value: string): void {
    const most = 3 * value.length;
    this.reserve(4 + most);
    const from = this.length + 4;
    const end = value.length <= SHORT ? this.ascii(value, from) : null;
    this.sized(end ?? from + this.bytes.write(value, from));
  }

  /** A text that is encoded already. */
  utf8(bytes: Uint8Array): void {
    this.reserve(4 + bytes.length);
    this.uint32(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  hex(digits: string): void {
    this.reserve(4 + digits.length / 2);
    this.sized(this.length + 4 + this.bytes.write(digits, this.length + 4, 'hex'));
  }

  bigint(value: number | string): void {
    this.reserve(12);
    this.uint32(8);
    if (typeof value === 'number' || value.length <= EXACT_DIGITS) {
      const whole = Number(value);
      this.uint32(Math.floor(whole / 2 ** 32));
      this.uint32(whole);
    } else {
      this.bytes.writeBigInt64BE(BigInt(value), this.length);
      this.length += 8;
    }
  }

  int(value: number): void {
    this.reserve(8);
    this.uint32(4);
    this.uint32(value);
  }

  boolean(value: boolean): void {
    this.reserve(5);
    this.uint32(1);
    this.bytes[this.length++] = value ? 1 : 0;
  }

  private json(value: string): void {
    this.reserve(5 + 3 * value.length);
    const from = this.length + 4;
    this.bytes[from] = JSONB_VERSION;
    this.sized(from + 1 + this.bytes.write(value, from + 1));
  }

  /** Fields that were written before. */
  addAll(fields: BinaryFields): void {
    this.reserve(fields.length);
    this.bytes.set(fields.bytes.subarray(0, fields.length), this.length);
    this.length += fields.length;
  }

  private timestamp(value: string): void {
    const micros = BigInt(Date.parse(value) - SINCE_MS) * 1_000n + BigInt(value.slice(23, 26));
    this.bigint(micros.toString());
  }

  /** Where the text ends; null: it has other characters than those of ASCII. */
  private ascii(value: string, from: number): number | null {
    const { bytes } = this;
    for (let i = 0; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return null;
      bytes[from + i] = code;
    }
    return from + value.length;
  }

  /** What was written behind its size ends here. */
  private sized(end: number): void {
    const size = end - this.length - 4;
    this.uint32(size);
    this.length = end;
  }

  protected reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + size));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  protected uint32(value: number): void {
    const { bytes, length } = this;
    bytes[length] = value >>> 24;
    bytes[length + 1] = value >>> 16;
    bytes[length + 2] = value >>> 8;
    bytes[length + 3] = value;
    this.length = length + 4;
  }

  protected uint16(value: number): void {
    this.reserve(2);
    this.bytes[this.length++] = value >>> 8;
    this.bytes[this.length++] = value;
  }
}

/**
 * Rows of COPY's binary format: as text they would be twice the work for PostgreSQL. Each row is begun, and then has all its fields, in the
 * order of the columns.
 */
export class BinaryRows extends BinaryFields {
  /** @param columns how many fields a row has. */
  constructor(private readonly columns: number) {
    super();
    this.bytes.set(SIGNATURE);
    this.length = SIGNATURE.length;
  }

  begin(): void {
    this.uint16(this.columns);
  }

  /** Everything that was written, to be sent. */
  end(): Buffer {
    this.uint16(NO_MORE_ROWS);
    return this.bytes.subarray(0, this.length);
  }
}
