export { ApiClient, type ApiClientOptions } from './api-client';
export { Failure, Refused, Unreachable, type ProblemAnswer } from './failure';
export { importWorkbook, type ImportFault, type ImportJob } from './import-job';
export { NotAsScenario, playScenario, readScenario, type Scenario, type Step, type Watching } from './scenario';
export { runBills, type BillRunJob } from './bill-run-job';
