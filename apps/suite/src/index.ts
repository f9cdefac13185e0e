export { ensureDatabases, type ServiceDatabases } from './databases';
export { startSuiteProcess, type StartSuite, type SuiteProcess } from './suite-process';
