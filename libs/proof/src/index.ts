export { canonicalJson, requestHash } from './canonical-json';
export {
  checkpointSigner,
  openCheckpoint,
  originOf,
  type Checkpoint,
  type CheckpointSigner,
  type SignedCheckpoint,
} from './checkpoint';
export { chainHash, contentHash, GENESIS_HASH, type HashedHeader } from './hash-chain';
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
