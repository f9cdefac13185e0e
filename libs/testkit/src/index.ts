export { freshDatabase, type FreshDatabase } from './fresh-database';
export { pythonWith } from './python';
