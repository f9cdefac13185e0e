export { customers } from './customers';
