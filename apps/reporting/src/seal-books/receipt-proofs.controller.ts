import { Controller, Get, Header, Ip, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { RECEIPT_PROOF_FORMAT, type ReceiptProof, receiptProofText } from '@propledger/proof';
import { Attempts, type Peer, PeerRefused, Problem, problemResponse, Public } from '@propledger/service-kit';
import { SealedLog } from './sealed-log';

/** What billing tells of a receipt's code. */
type Evidence = Pick<ReceiptProof, 'event' | 'previousHash' | 'followingContentHashes'>;

/** Where a receipt's event is asked for. */
export class ReceiptSource {
  /** @param billings one a region. */
  constructor(private readonly billings: readonly Peer[]) {}

  /** Null: nobody's code. */
  async evidenceOf(code: string): Promise<Evidence | null> {
    for (const billing of this.billings)
      try {
        return await billing.call<Evidence>('GET', `receipt-evidence/${encodeURIComponent(code)}`);
      } catch (error) {
        if (!(error instanceof PeerRefused && error.status === 404)) throw error;
      }
    return null;
  }
}

/** 收据核验: whoever holds a receipt's code may have the proof that the receipt is in the log. */
@ApiTags('log 签封')
@Controller('receipt-proofs')
export class ReceiptProofsController {
  constructor(
    private readonly log: SealedLog,
    private readonly receipts: ReceiptSource,
    private readonly attempts: Attempts,
  ) {}

  @Get(':code')
  @Public()
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({
    operationId: 'getReceiptProof',
    summary: '收据在日志中的证明, 凭收据上的收据码 The proof that a receipt is in the log',
    description:
      `一份可离线核验的文件 (${RECEIPT_PROOF_FORMAT}), 请按原样保存 A document that can be checked offline; keep its bytes as they ` +
      'are. Of other receipts it holds hashes only.',
  })
  @ApiParam({ name: 'code', schema: { type: 'string', maxLength: 100 }, example: 'K7Q2M-9XRTA-0ZC4E-WHB6N-P1D8S' })
  @ApiOkResponse({
    description: RECEIPT_PROOF_FORMAT,
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
  })
  @problemResponse(404, 'receipt-not-found, no-log; not-sealed-yet: with Retry-After')
  @problemResponse(429, 'too-many-requests')
  async get(@Param('code') code: string, @Ip() address: string): Promise<string> {
    const retryAfterSeconds = this.attempts.take(address);
    if (retryAfterSeconds > 0) throw new Problem('too-many-requests', { retryAfterSeconds });
    // In this order: no leaf of this tree ends behind what is told of the receipt after it.
    const kept = await this.log.checkpoint(null);
    const evidence = await this.receipts.evidenceOf(code);
    if (evidence === null) throw new Problem('receipt-not-found');

    const { event, previousHash, followingContentHashes } = evidence;
    const proven = await this.log.covering('ledger', event.book, event.position, kept);
    if (proven === null) throw new Problem('not-sealed-yet', { retryAfterSeconds: 3 });
    const { topic, firstPosition, lastPosition, index } = proven.leaf;
    return receiptProofText({
      format: RECEIPT_PROOF_FORMAT,
      event,
      previousHash,
      followingContentHashes: followingContentHashes.slice(0, lastPosition - event.position),
      leaf: { topic, firstPosition, lastPosition, index },
      inclusion: proven.inclusion,
      checkpoint: kept.checkpoint,
    });
  }
}
