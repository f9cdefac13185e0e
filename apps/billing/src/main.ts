import { runMain, runService } from '@propledger/service-kit';
import { billing } from './billing';

runMain(() => runService(billing));
