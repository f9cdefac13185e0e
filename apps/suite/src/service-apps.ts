import { billing } from '@propledger/billing';
import { customers } from '@propledger/customer-service';
import { onboarding } from '@propledger/onboarding';
import { registry } from '@propledger/property-registry';
import { reporting } from '@propledger/reporting';
import type { ServiceApp } from '@propledger/service-kit';

/** The five services, each before those that ask it. */
export const SERVICE_APPS: readonly ServiceApp[] = [registry, customers, billing, reporting, onboarding];
