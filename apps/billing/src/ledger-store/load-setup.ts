import type { Tx } from '@propledger/event-log';
import { bookIn, itemTermsKey, poolAmountKey, putBinding, type LedgerState } from '@propledger/ledger-core';
import type { Asked } from './asked';
import { lookUp } from './look-up';
import {
  BINDING_COLUMNS,
  bindingOf,
  developerOf,
  itemTermsOf,
  METER_COLUMNS,
  meterOf,
  poolAmountOf,
  poolOf,
  standardOf,
  vacancyOf,
  type BindingRow,
  type DeveloperRow,
  type ItemTermsRow,
  type MeterRow,
  type PoolAmountRow,
  type PoolRow,
  type StandardRow,
  type VacancyRow,
} from './rows';

const BINDINGS = `select ${BINDING_COLUMNS} from binding b`;

/** Standards, charge items, vacancies, bindings, meters and pools by code, the bindings beside them, and what was read and set. */
export const loadSetup = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  await Promise.all([
    loadStandards(tx, state, asked),
    loadItems(tx, state, asked),
    loadVacancies(tx, state, asked),
    loadBindings(tx, state, asked),
    loadMeters(tx, state, asked),
    loadPools(tx, state, asked),
  ]);
};

const loadMeters = async (tx: Tx, state: LedgerState, { meters }: Asked): Promise<void> => {
  for (const row of await lookUp<MeterRow>(
    tx,
    meters,
    ['book text', 'meter text'],
    `select ${METER_COLUMNS} from meter m where m.book = w.book and m.meter = w.meter`,
  ))
    bookIn(state, row.book).meters.set(row.meter, meterOf(row));
};

const loadPools = async (tx: Tx, state: LedgerState, { pools }: Asked): Promise<void> => {
  const [found, amounts] = await Promise.all([
    lookUp<PoolRow>(
      tx,
      pools,
      ['book text', 'pool text'],
      'select book, pool, body, position, withdrawn from pool p where p.book = w.book and p.pool = w.pool',
    ),
    lookUp<PoolAmountRow>(
      tx,
      pools,
      ['book text', 'pool text'],
      `select book, pool, period, amount_fen, position, withdrawn from pool_amount a
        where a.book = w.book and a.pool = w.pool`,
    ),
  ]);
  for (const row of found) bookIn(state, row.book).pools.set(row.pool, poolOf(row));
  for (const row of amounts)
    bookIn(state, row.book).poolAmounts.set(poolAmountKey(row.pool, row.period), poolAmountOf(row));
};

const loadStandards = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  for (const row of await lookUp<StandardRow>(
    tx,
    asked.standards,
    ['book text', 'standard text'],
    'select book, standard, body, position, withdrawn from standard s where s.book = w.book and s.standard = w.standard',
  ))
    bookIn(state, row.book).standards.set(row.standard, standardOf(row));
};

const loadItems = async (tx: Tx, state: LedgerState, { itemTerms, developers }: Asked): Promise<void> => {
  const [terms, named] = await Promise.all([
    lookUp<ItemTermsRow>(
      tx,
      itemTerms,
      ['book text', 'item text', 'from_on text'],
      `select book, body, position, withdrawn from item_terms i
        where i.book = w.book and i.item = w.item and i.from_on = w.from_on`,
    ),
    lookUp<DeveloperRow>(
      tx,
      developers,
      ['book text', 'from_on text'],
      `select book, from_on, customer, position, withdrawn from developer d
        where d.book = w.book and d.from_on = w.from_on`,
    ),
  ]);
  for (const row of terms)
    bookIn(state, row.book).itemTerms.set(itemTermsKey(row.body.item, row.body.from), itemTermsOf(row));
  for (const row of named) bookIn(state, row.book).developers.set(row.from_on, developerOf(row));
};

const loadVacancies = async (tx: Tx, state: LedgerState, { vacancies, vacanciesOf }: Asked): Promise<void> => {
  const columns = 'v.book, v.vacancy, v.resource, v.from_on, v.to_on, v.position, v.withdrawn';
  const found = await Promise.all([
    lookUp<VacancyRow>(
      tx,
      vacancies,
      ['book text', 'vacancy text'],
      `select ${columns} from vacancy own
         join vacancy v on v.book = own.book and v.resource = own.resource and (v.vacancy = own.vacancy or not v.withdrawn)
        where own.book = w.book and own.vacancy = w.vacancy`,
    ),
    lookUp<VacancyRow>(
      tx,
      vacanciesOf,
      ['book text', 'resource text'],
      `select ${columns} from vacancy v where v.book = w.book and v.resource = w.resource and not v.withdrawn`,
    ),
  ]);
  for (const row of found.flat()) bookIn(state, row.book).vacancies.set(row.vacancy, vacancyOf(row));
};

const loadBindings = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const found = async (
    keys: readonly (readonly string[])[],
    columns: readonly string[],
    select: string,
  ): Promise<void> => {
    for (const row of await lookUp<BindingRow>(tx, keys, columns, select))
      putBinding(bookIn(state, row.book), bindingOf(row));
  };
  const byBinding = ['book text', 'binding text'];
  await Promise.all([
    found(asked.bindings, byBinding, `${BINDINGS} where b.book = w.book and b.binding = w.binding`),
    found(
      asked.bindingsOf,
      ['book text', 'resource text', 'standard text'],
      `${BINDINGS} where b.book = w.book and b.resource = w.resource and b.standard = w.standard and not b.withdrawn`,
    ),
    found(
      asked.siblingsOf,
      byBinding,
      `${BINDINGS} join binding own on b.book = own.book and b.resource = own.resource and b.standard = own.standard
      where own.book = w.book and own.binding = w.binding and not b.withdrawn`,
    ),
    found(
      asked.anyBindingTo,
      ['book text', 'standard text'],
      `${BINDINGS} where b.book = w.book and b.standard = w.standard and not b.withdrawn limit 1`,
    ),
  ]);
};
