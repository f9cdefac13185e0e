import { posix } from 'node:path';
import { showsDate } from './serial-day';
import { WorkbookRefused } from './refusal';
import { attribute, XmlScanner, type XmlListener } from './xml-scanner';
import type { ZipArchive } from './zip';

/** Where the parts of a workbook are, and what its cells need to be understood. */
export interface PackageParts {
  readonly sheets: readonly { readonly name: string; readonly part: string }[];
  readonly sharedStrings: string | null;
  readonly epoch: 1900 | 1904;
  /** Whether cells of a style, by its number, show dates. */
  readonly dateStyles: readonly boolean[];
}

interface Relation {
  readonly id: string;
  readonly type: string;
  readonly target: string;
}

/** @throws WorkbookRefused */
export const readPackageParts = async (archive: ZipArchive): Promise<PackageParts> => {
  await refuseWhatIsNoPlainWorkbook(archive);
  const root = await relations(archive, '');
  const workbook = root.find(({ type }) => type === 'officeDocument')?.target;
  if (workbook === undefined || !archive.has(workbook)) throw new WorkbookRefused('not-a-workbook');

  const related = await relations(archive, workbook);
  const { sheets, epoch } = await readWorkbookPart(archive, workbook);
  const one = (type: string) => related.find((relation) => relation.type === type)?.target ?? null;
  const styles = one('styles');
  return {
    sheets: sheets.flatMap(({ name, id }) => {
      const relation = related.find((candidate) => candidate.id === id);
      if (!relation) throw new WorkbookRefused('damaged');
      return relation.type === 'worksheet' ? [{ name, part: relation.target }] : [];
    }),
    sharedStrings: one('sharedStrings'),
    epoch,
    dateStyles: styles !== null && archive.has(styles) ? await readDateStyles(archive, styles) : [],
  };
};

const scan = async (archive: ZipArchive, part: string, listener: Partial<XmlListener>): Promise<void> => {
  const nothing = () => undefined;
  const scanner = new XmlScanner({ open: nothing, close: nothing, text: nothing, ...listener });
  for await (const chunk of archive.inflate(part)) scanner.write(chunk);
  scanner.end();
};

const refuseWhatIsNoPlainWorkbook = async (archive: ZipArchive): Promise<void> => {
  if (archive.has('EncryptedPackage')) throw new WorkbookRefused('encrypted');
  if (archive.has('xl/workbook.bin')) throw new WorkbookRefused('old-format');
  if (archive.names().some((name) => name.endsWith('vbaproject.bin') || name.startsWith('xl/macrosheets/')))
    throw new WorkbookRefused('macros');
  if (!archive.has('[Content_Types].xml') || !archive.has('_rels/.rels')) throw new WorkbookRefused('not-a-workbook');
  await scan(archive, '[Content_Types].xml', {
    open: (_, attributes) => {
      if (/macroEnabled/i.test(attribute(attributes, 'ContentType') ?? '')) throw new WorkbookRefused('macros');
    },
  });
};

/** The relations of a part; targets are names in the archive. */
const relations = async (archive: ZipArchive, part: string): Promise<Relation[]> => {
  const folder = posix.dirname(part);
  const name = part === '' ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const found: Relation[] = [];
  if (!archive.has(name)) return found;
  await scan(archive, name, {
    open: (tag, attributes) => {
      if (tag !== 'Relationship' || attribute(attributes, 'TargetMode') === 'External') return;
      const target = (attribute(attributes, 'Target') ?? '').replaceAll('\\', '/');
      found.push({
        id: attribute(attributes, 'Id') ?? '',
        // Transitional and strict workbooks differ in the address before the last word.
        type: (attribute(attributes, 'Type') ?? '').replace(/^.*\//, ''),
        target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target),
      });
    },
  });
  return found;
};

const readWorkbookPart = async (
  archive: ZipArchive,
  part: string,
): Promise<{ sheets: { name: string; id: string }[]; epoch: 1900 | 1904 }> => {
  const sheets: { name: string; id: string }[] = [];
  let epoch: 1900 | 1904 = 1900;
  await scan(archive, part, {
    open: (tag, attributes) => {
      if (tag === 'workbookPr' && /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '')) epoch = 1904;
      if (tag === 'sheet')
        sheets.push({ name: attribute(attributes, 'name') ?? '', id: attribute(attributes, 'id') ?? '' });
    },
  });
  return { sheets, epoch };
};

const readDateStyles = async (archive: ZipArchive, part: string): Promise<boolean[]> => {
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let inCellStyles = false;
  await scan(archive, part, {
    open: (tag, attributes) => {
      if (tag === 'numFmt')
        codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '');
      else if (tag === 'cellXfs') inCellStyles = true;
      else if (tag === 'xf' && inCellStyles) formats.push(Number(attribute(attributes, 'numFmtId') ?? 0));
    },
    close: (tag) => {
      if (tag === 'cellXfs') inCellStyles = false;
    },
  });
  return formats.map((id) => showsDate(id, codes.get(id)));
};
