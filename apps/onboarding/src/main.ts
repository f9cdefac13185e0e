import { runMain, runService } from '@propledger/service-kit';
import { onboarding } from './onboarding';

runMain(() => runService(onboarding));
