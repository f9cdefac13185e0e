import { Problem, type CallerIdentity } from '@propledger/service-kit';
import type { ImportRecord } from './import-record';
import type { Imports } from './imports';
import { maySee } from './import-view';

/** @throws Problem `not-found`, `forbidden`. */
export const visibleImport = async (imports: Imports, id: string, caller: CallerIdentity): Promise<ImportRecord> => {
  const record = await imports.find(id);
  if (!record) throw new Problem('not-found');
  if (!maySee(caller, record)) throw new Problem('forbidden');
  return record;
};
