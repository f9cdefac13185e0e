import type { Format } from '../query';

export const MEDIA_TYPE: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

const OFFERED = Object.entries(MEDIA_TYPE) as [Format, string][];

interface Range {
  readonly type: string;
  readonly quality: number;
}

/** What an Accept header wants most of what is offered; JSON where it doesn't mind; null: none of it. */
export const formatOf = (accept: string | undefined): Format | null => {
  if (accept === undefined || accept.trim() === '') return 'json';
  const ranges = accept.split(',').map(rangeOf);
  let best: { format: Format; quality: number } | null = null;
  for (const [format, type] of OFFERED) {
    const quality = qualityOf(type, ranges);
    if (quality > (best?.quality ?? 0)) best = { format, quality };
  }
  return best?.format ?? null;
};

const rangeOf = (text: string): Range => {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
};

/** The most specific range that covers a type decides. */
const qualityOf = (type: string, ranges: readonly Range[]): number => {
  const [family = ''] = type.split('/');
  for (const wanted of [type, `${family}/*`, '*/*']) {
    const found = ranges.find((range) => range.type === wanted);
    if (found !== undefined) return found.quality;
  }
  return 0;
};
