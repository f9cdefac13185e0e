export * from './access';
export * from './after';
export * from './customers';
export * from './event';
export * from './import';
export * from './ledger';
export * from './registry';
export * from './sheets';
