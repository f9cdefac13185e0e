export { ensureFirstAdministrator, registry } from './registry';
