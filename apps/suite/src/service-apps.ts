import { registry } from '@propledger/property-registry';
import type { ServiceApp } from '@propledger/service-kit';

/** The five services, each before those that ask it. */
export const SERVICE_APPS: readonly ServiceApp[] = [registry];
