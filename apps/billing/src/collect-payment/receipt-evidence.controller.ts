import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { hashesAt, readStoredEvents } from '@propledger/event-log';
import { GENESIS_HASH, type ProvenEvent } from '@propledger/proof';
import { Allow, Problem, problemResponse } from '@propledger/service-kit';
import { readCode } from '../ledger-store/receipt-codes';
import { Reader } from '../ledger-store/reader';

/** As many events as a leaf of the log covers at most, without the receipt's own. */
const MOST_FOLLOWING = 4_095;

export class ReceiptEvidence {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '收据的事件, 正文为规范 JSON 文本 the receipt’s event with its body as canonical JSON text',
  })
  event!: ProvenEvent;
  @ApiProperty({ description: '前一事件处的链散列 what the book hashed to before it' })
  previousHash!: string;
  @ApiProperty({ type: [String], description: '其后事件的内容散列 the content hashes of the events behind it' })
  followingContentHashes!: string[];
}

/** What reporting makes a receipt's proof from. */
@ApiTags('receipts 收款')
@Controller('receipt-evidence')
export class ReceiptEvidenceController {
  constructor(private readonly reader: Reader) {}

  @Get(':code')
  @Allow('internal')
  @ApiOperation({
    operationId: 'getReceiptEvidence',
    summary: '凭收据码取事件及其前后散列 The event of a receipt’s code',
  })
  @ApiParam({ name: 'code', schema: { type: 'string', maxLength: 100 } })
  @ApiOkResponse({ type: ReceiptEvidence })
  @problemResponse(404, 'not-found')
  async get(@Param('code') typed: string): Promise<ReceiptEvidence> {
    const code = readCode(typed);
    const receipt = await this.reader.first<{ book: string; position: string }>(
      'select book, position from receipt where receipt_code = $1',
      [code],
    );
    if (receipt === undefined) throw new Problem('not-found');
    const { book } = receipt;
    const position = Number(receipt.position);
    const [stored] = await readStoredEvents(this.reader, book, position - 1, 1);
    if (stored === undefined) throw new Problem('not-found');
    const [before] = await hashesAt(this.reader, [{ book, position: position - 1 }]);
    const following = await this.reader.rows<{ hash: string }>(
      `select encode(content_hash, 'hex') as hash from event where book = $1 and position > $2 order by position limit $3`,
      [book, position, MOST_FOLLOWING],
    );
    const { body: _body, contentHash: _content, hash: _hash, ...event } = stored;
    return {
      event,
      previousHash: before?.hash ?? GENESIS_HASH,
      followingContentHashes: following.map(({ hash }) => hash),
    };
  }
}
