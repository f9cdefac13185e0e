import { runMain, runService } from '@propledger/service-kit';
import { customers } from './customers';

runMain(() => runService(customers));
