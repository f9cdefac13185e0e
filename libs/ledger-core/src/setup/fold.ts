import { compareRecords, type MeterRecord } from '../meter/usage';
import { parseMoney } from '../money';
import type { LedgerEntry } from '../ledger/facts';
import { unreachable } from '../decision';
import { known } from '../ledger/find';
import { putBinding } from '../ledger/put';
import { itemTermsKey, poolAmountKey, type BookState } from '../ledger/state';

type StandardEntry = Extract<LedgerEntry, { type: `standard.${string}` }>;
type BindingEntry = Extract<LedgerEntry, { type: `binding.${string}` }>;

/** A withdrawn standard that is defined anew is the same object again. */
export const foldStandard = (book: BookState, entry: StandardEntry): void => {
  const { position, body } = entry;
  const before = book.standards.get(body.standard);
  if (entry.type === 'standard.defined' && !before) {
    const made = { code: body.standard, standard: entry.body, position, withdrawn: false };
    book.standards.set(body.standard, made);
    book.touched.standards.add(made);
    return;
  }
  const standard = known(before, `standard ${body.standard}`);
  standard.position = position;
  standard.withdrawn = entry.type === 'standard.withdrawn';
  if (entry.type !== 'standard.withdrawn') standard.standard = entry.body;
  book.touched.standards.add(standard);
};

type ItemEntry = Extract<LedgerEntry, { type: `item.${string}` }>;
type DeveloperEntry = Extract<LedgerEntry, { type: `developer.${string}` }>;

/** Terms that are set again for their day are the same object again. */
export const foldItemTerms = (book: BookState, entry: ItemEntry): void => {
  const { position, body } = entry;
  const key = itemTermsKey(body.item, body.from);
  const before = book.itemTerms.get(key);
  const terms = entry.type === 'item.terms-set' ? entry.body : known(before, `terms ${key}`).terms;
  const state = { ...before, terms, position, withdrawn: entry.type === 'item.terms-withdrawn' };
  const kept = before === undefined ? state : Object.assign(before, state);
  book.itemTerms.set(key, kept);
  book.touched.itemTerms.add(kept);
};

export const foldDeveloper = (book: BookState, entry: DeveloperEntry): void => {
  const { position, body } = entry;
  const before = book.developers.get(body.from);
  const developer = entry.type === 'developer.named' ? entry.body : known(before, `developer ${body.from}`).developer;
  const state = { ...before, developer, position, withdrawn: entry.type === 'developer.withdrawn' };
  const kept = before === undefined ? state : Object.assign(before, state);
  book.developers.set(body.from, kept);
  book.touched.developers.add(kept);
};

type VacancyEntry = Extract<LedgerEntry, { type: `vacancy.${string}` }>;

export const foldVacancy = (book: BookState, entry: VacancyEntry): void => {
  const { position } = entry;
  if (entry.type === 'vacancy.withdrawn') {
    const gone = known(book.vacancies.get(entry.body.vacancy), `vacancy ${entry.body.vacancy}`);
    Object.assign(gone, { position, withdrawn: true });
    book.touched.vacancies.add(gone);
    return;
  }
  const { vacancy: id, resource, from, to } = entry.body;
  const state = { id, vacancy: { vacancy: id, resource, from, to }, position, withdrawn: false };
  const before = book.vacancies.get(id);
  const kept = before === undefined ? state : Object.assign(before, state);
  book.vacancies.set(id, kept);
  book.touched.vacancies.add(kept);
};

export const foldBinding = (book: BookState, entry: BindingEntry): void => {
  const { position, body } = entry;
  if (entry.type === 'binding.made') {
    const made = { id: body.binding, binding: entry.body, position, withdrawn: false };
    putBinding(book, made);
    book.touched.bindings.add(made);
    return;
  }
  const binding = known(book.bindings.get(body.binding), `binding ${body.binding}`);
  binding.position = position;
  if (entry.type === 'binding.withdrawn') binding.withdrawn = true;
  else binding.binding = entry.body;
  book.touched.bindings.add(binding);
};

type MeterEntry = Extract<LedgerEntry, { type: `meter.${string}` }>;
type PoolEntry = Exclude<Extract<LedgerEntry, { type: `pool.${string}` }>, { type: 'pool.shared' }>;

type ReadRecord = Extract<MeterRecord, { readonly kind: 'read' }>;

/** A withdrawn meter that is installed anew is the same object again. */
export const foldMeter = (book: BookState, entry: MeterEntry): void => {
  const { position } = entry;
  const before = book.meters.get(entry.body.meter);
  if (entry.type === 'meter.installed') {
    const { body } = entry;
    const meter = before ?? { code: body.meter, meter: body, position, withdrawn: false, records: [] };
    Object.assign(meter, { meter: body, position, withdrawn: false });
    book.meters.set(body.meter, meter);
    book.touched.meters.add(meter);
    return;
  }
  const meter = known(before, `meter ${entry.body.meter}`);
  switch (entry.type) {
    case 'meter.changed':
      meter.meter = entry.body;
      meter.position = position;
      book.touched.meters.add(meter);
      return;
    case 'meter.withdrawn':
      meter.position = position;
      meter.withdrawn = true;
      book.touched.meters.add(meter);
      return;
    case 'meter.read':
    case 'meter.replaced': {
      const { meter: code, ...rest } = entry.body;
      const kind = entry.type === 'meter.read' ? 'read' : 'replaced';
      const record = { position, kind, ...rest } as MeterRecord;
      meter.records.push(record);
      meter.records.sort(compareRecords);
      book.touched.meterRecords.add({ position, meter: code, record, withdrawnBy: null });
      return;
    }
    case 'meter.reading-confirmed': {
      const { record: confirmed } = entry.body;
      const at = meter.records.findIndex((one) => one.position === confirmed);
      const { review: _, ...record } = known(meter.records[at], `record ${confirmed.toString()}`) as ReadRecord;
      meter.records[at] = record;
      // What this batch itself has recorded is touched already.
      const touched = [...book.touched.meterRecords].find((one) => one.position === confirmed);
      if (touched) book.touched.meterRecords.delete(touched);
      book.touched.meterRecords.add({ position: confirmed, meter: meter.code, record, withdrawnBy: null });
      return;
    }
    case 'meter.record-withdrawn': {
      const { record: withdrawn } = entry.body;
      const at = meter.records.findIndex((one) => one.position === withdrawn);
      const record = known(meter.records[at], `record ${withdrawn.toString()}`);
      meter.records.splice(at, 1);
      // What this batch itself has recorded is touched already.
      const touched = [...book.touched.meterRecords].find((one) => one.position === withdrawn);
      if (touched) touched.withdrawnBy = position;
      else book.touched.meterRecords.add({ position: withdrawn, meter: meter.code, record, withdrawnBy: position });
      return;
    }
    default:
      return unreachable(entry);
  }
};

export const foldPool = (book: BookState, entry: PoolEntry): void => {
  const { position } = entry;
  switch (entry.type) {
    case 'pool.defined': {
      const pool = { code: entry.body.pool, pool: entry.body, position, withdrawn: false };
      book.pools.set(pool.code, pool);
      book.touched.pools.add(pool);
      return;
    }
    case 'pool.changed': {
      const pool = known(book.pools.get(entry.body.pool), `pool ${entry.body.pool}`);
      pool.pool = entry.body;
      pool.position = position;
      book.touched.pools.add(pool);
      return;
    }
    case 'pool.withdrawn': {
      const pool = known(book.pools.get(entry.body.pool), `pool ${entry.body.pool}`);
      pool.position = position;
      pool.withdrawn = true;
      book.touched.pools.add(pool);
      return;
    }
    case 'pool.amount-set': {
      const { pool, period, amount } = entry.body;
      const set = { pool, period, amount: parseMoney(amount), position, withdrawn: false };
      book.poolAmounts.set(poolAmountKey(pool, period), set);
      book.touched.poolAmounts.add(set);
      return;
    }
    case 'pool.amount-withdrawn': {
      const { pool, period } = entry.body;
      const amount = known(book.poolAmounts.get(poolAmountKey(pool, period)), `amount of ${pool} in ${period}`);
      amount.position = position;
      amount.withdrawn = true;
      book.touched.poolAmounts.add(amount);
      return;
    }
    default:
      return unreachable(entry);
  }
};
