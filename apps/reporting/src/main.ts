import { runMain, runService } from '@propledger/service-kit';
import { reporting } from './reporting';

runMain(() => runService(reporting));
