import type { StagedSheets } from '@propledger/service-kit';
import { CUSTOMERS_SHEETS, TAKEN, type CustomersSheet } from '../archive/sheet-rows';

/** What a row defines, as import_stage has it. Codes hold no line breaks. */
const customerKey = (project: string, customer: string): string => `customer ${project}\n${customer}`;
const leaseKey = (project: string, lease: string): string => `lease ${project}\n${lease}`;
/** The same of columns, in SQL. */
export const CUSTOMER_KEY = (project: string, customer: string): string =>
  `('customer ' || ${project} || E'\\n' || ${customer})`;

export const STAGED_SHEETS: StagedSheets<CustomersSheet> = {
  sheets: CUSTOMERS_SHEETS,
  taken: TAKEN,
  columns: ['project', 'resource', 'lease', 'defines'],
  columnsOf: (sheet, { 项目编码: project, 客户编码: customer, 资源编码: resource, 合同编号: lease }) => ({
    project: project ?? null,
    resource: resource ?? null,
    lease: lease ?? null,
    defines:
      sheet === '客户档案' && project && customer
        ? customerKey(project, customer)
        : sheet === '租赁合同' && project && lease
          ? leaseKey(project, lease)
          : null,
  }),
};
