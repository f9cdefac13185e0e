export { reporting } from './reporting';
export { makeSums } from './projection/make-sums';
