export { canonicalJson, requestHash } from './canonical-json';
export { chainHash, contentHash, GENESIS_HASH, type HashedHeader } from './hash-chain';
export {
  BOOK_FAULTS,
  verifyBook,
  type BookFault,
  type ChainPoint,
  type VerifiableEvent,
  type Verification,
  type VerifyOptions,
} from './verify-book';
