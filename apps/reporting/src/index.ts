export { reporting } from './reporting';
