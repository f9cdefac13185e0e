import type { Type } from '@nestjs/common';
import type { Transact, Tx } from '@propledger/event-log';
import { archiveImports, importController, type Peer, referencesController } from '@propledger/service-kit';
import type { CustomersBooks } from '../archive/customers-books';
import { answerReferences } from './answer-references';
import { checkStage } from './check-stage';
import { STAGED_SHEETS } from './staged-sheets';
import { waitingDrafts } from './waiting-drafts';

/** Customer-service's side of the import protocol. */
export const customersImports = (reader: Tx, transact: Transact, registry: Peer, books: CustomersBooks): Type[] => {
  const imports = archiveImports({
    transact,
    books,
    staged: STAGED_SHEETS,
    check: (id) => checkStage(reader, transact, registry, id),
    references: (id, asked) => answerReferences(reader, id, asked),
    otherBlockers: waitingDrafts,
  });
  const codes = ['项目编码', '资源编码', '客户编码', '合同编号'];
  return [
    importController(imports, { sheets: STAGED_SHEETS.sheets, codes, totals: null }),
    referencesController(imports),
  ];
};
