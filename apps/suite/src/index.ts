export { startSuiteProcess, type StartSuite, type SuiteProcess } from './suite-process';
