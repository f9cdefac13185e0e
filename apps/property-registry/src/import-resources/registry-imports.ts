import type { Transact } from '@propledger/event-log';
import { archiveImports, importController, referencesController } from '@propledger/service-kit';
import type { Type } from '@nestjs/common';
import type { RegistryBooks } from '../archive/registry-books';
import { answerReferences } from './answer-references';
import { checkStage } from './check-stage';
import { STAGED_SHEETS } from './staged-sheets';

/** The registry's side of the import protocol. */
export const registryImports = (transact: Transact, books: RegistryBooks): Type[] => {
  const imports = archiveImports({
    transact,
    books,
    staged: STAGED_SHEETS,
    check: (id) => checkStage(transact, id),
    references: (id, asked) => transact((tx) => answerReferences(tx, id, asked)),
  });
  const codes = ['项目编码', '资源编码', '所属房间'];
  return [
    importController(imports, { sheets: STAGED_SHEETS.sheets, codes, totals: null }),
    referencesController(imports),
  ];
};
