export { openBookHead, signBookHead, type BookHead } from './book-head';
export {
  BUNDLE_FORMAT,
  eventLine,
  headerLine,
  SEAL_PREFIX,
  sealLine,
  type BundleHeader,
  type BundleSeal,
  type Consistency,
} from './bundle';
export { canonicalBytes, canonicalJson, readCanonical, requestHash } from './canonical-json';
export {
  checkpointSigner,
  openCheckpoint,
  originOf,
  type Checkpoint,
  type CheckpointSigner,
  type SignedCheckpoint,
} from './checkpoint';
export { chainHash, ContentHasher, contentHash, GENESIS_HASH, type HashedHeader } from './hash-chain';
export {
  consistencyNodes,
  consistencyProof,
  EMPTY_ROOT,
  frontier,
  inclusionNodes,
  inclusionProof,
  isConsistent,
  isIncluded,
  leafHash,
  nodeHash,
  nodesAdded,
  rootOf,
  type NodeId,
  type ReadNode,
  type TreeNode,
} from './merkle';
export { isPlainCanonical } from './plain-canonical';
export {
  RECEIPT_PROOF_FAULTS,
  RECEIPT_PROOF_FORMAT,
  receiptProofText,
  verifyReceiptProof,
  type ProvenEvent,
  type ReceiptProof,
  type ReceiptProofFault,
  type ReceiptVerification,
} from './receipt-proof';
export { sealLeaf, sealLeafHash, type SealedRange } from './seal-leaf';
export {
  BOOK_FAULTS,
  verifyBook,
  type BookFault,
  type ChainPoint,
  type VerifiableEvent,
  type Verification,
  type VerifyOptions,
} from './verify-book';
export { isVerifierKey, noteSigner, openNote, type NoteSigner } from './signed-note';
