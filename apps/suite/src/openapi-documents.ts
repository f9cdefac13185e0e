import { describeService, type ServiceConfig } from '@propledger/service-kit';
import { join } from 'node:path';
import { SERVICE_APPS } from './service-apps';

const FOLDERS = {
  registry: 'property-registry',
  customers: 'customer-service',
  billing: 'billing',
  reports: 'reporting',
  onboarding: 'onboarding',
} as const;

// Describing a service connects to nothing.
const NOWHERE: ServiceConfig = {
  databaseUrl: 'postgres://nowhere.invalid/none',
  peers: {
    registry: 'http://nowhere.invalid',
    customers: 'http://nowhere.invalid',
    billing: 'http://nowhere.invalid',
    reports: 'http://nowhere.invalid',
    onboarding: 'http://nowhere.invalid',
  },
  serviceKey: 'for describing only, signs nothing',
  oidcOperatorClaim: 'sub',
  region: 'local',
  sealIntervalMs: 3_000,
  logLevel: 'silent',
  host: '127.0.0.1',
  port: 0,
  poolSize: 2,
  driftPauseSeconds: 0,
};

/** Every service's OpenAPI document, by the file that keeps it. */
export const openapiDocuments = async (): Promise<Map<string, string>> => {
  const documents = new Map<string, string>();
  for (const app of SERVICE_APPS) {
    const file = join(__dirname, '../../..', 'apps', FOLDERS[app.name], 'openapi.json');
    documents.set(file, `${JSON.stringify(await describeService(app, NOWHERE), null, 2)}\n`);
  }
  return documents;
};
