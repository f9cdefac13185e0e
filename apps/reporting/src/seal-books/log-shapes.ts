import { ApiProperty } from '@nestjs/swagger';
import { TOPICS, type Topic } from '@propledger/contracts';
import { ChoiceField, IntField, PageQuery, TextField } from '@propledger/service-kit';

export const HASH = {
  type: String,
  pattern: '^[0-9a-f]{64}$',
  example: '9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a',
} as const;
const HASHES = { type: 'array', items: { type: 'string', pattern: HASH.pattern } } as const;
const NOTE = {
  description: '签名的检查点 the signed note (C2SP tlog-checkpoint)',
  example: 'propledger/local\n1204\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— propledger/local Az3grlg…\n',
} as const;
const MOST = Number.MAX_SAFE_INTEGER;

export class HeadQuery {
  @ChoiceField(TOPICS, { description: '主题 which service’s books' })
  topic!: Topic;
  @TextField({ max: 64, description: '账簿 the book', example: 'YT01' })
  book!: string;
  @IntField({ min: 1, max: MOST, optional: true, description: '检查点的大小, 默认最新 the checkpoint’s size' })
  size?: number;
}

export class BookOfLog extends PageQuery {
  @ChoiceField(TOPICS, { description: '主题 which service’s books' })
  topic!: Topic;
  @TextField({ max: 64, description: '账簿 the book', example: 'YT01' })
  book!: string;
  @IntField({ min: 1, max: MOST, optional: true, description: '检查点的大小, 默认最新 the checkpoint’s size' })
  size?: number;
}

export class InclusionQuery {
  @ChoiceField(TOPICS, { description: '主题 which service’s books' })
  topic!: Topic;
  @TextField({ max: 64, description: '账簿 the book', example: 'YT01' })
  book!: string;
  @IntField({ min: 1, max: MOST, description: '事件的位置 the event’s position' })
  position!: number;
  @IntField({ min: 1, max: MOST, optional: true, description: '检查点的大小, 默认最新 the checkpoint’s size' })
  size?: number;
}

export class ConsistencyQuery {
  @IntField({ min: 0, max: MOST, description: '较早的大小 the earlier size' })
  from!: number;
  @IntField({
    min: 1,
    max: MOST,
    optional: true,
    description: '较晚的检查点的大小, 默认最新 the later checkpoint’s size',
  })
  to?: number;
}

export class SealedLeaf {
  @ApiProperty({ enum: TOPICS })
  topic!: Topic;
  @ApiProperty({ example: 'YT01' })
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 1 })
  firstPosition!: number;
  @ApiProperty({ type: 'integer', minimum: 1 })
  lastPosition!: number;
  @ApiProperty({ ...HASH, description: '账簿在 lastPosition 的散列 what the book hashed to at lastPosition' })
  hash!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '在日志中的序号 its place in the log' })
  index!: number;
}
export class LeafWithPath {
  @ApiProperty({ type: SealedLeaf })
  leaf!: SealedLeaf;
  @ApiProperty({ ...HASHES, description: '审计路径, 自下而上 the audit path, lowest sibling first (RFC 9162)' })
  inclusion!: string[];
}
export class Inclusion extends LeafWithPath {
  @ApiProperty(NOTE)
  checkpoint!: string;
}
export class LeavesPage {
  @ApiProperty({ type: [LeafWithPath] })
  items!: LeafWithPath[];
  @ApiProperty(NOTE)
  checkpoint!: string;
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
export class Consistency {
  @ApiProperty({ type: 'integer', minimum: 0 })
  from!: number;
  @ApiProperty({ type: 'integer', minimum: 1 })
  to!: number;
  @ApiProperty({ ...HASHES, description: '一致性证明 the consistency proof (RFC 9162)' })
  consistency!: string[];
  @ApiProperty({ ...NOTE, description: 'to 的检查点 the checkpoint of `to`' })
  checkpoint!: string;
}
export class KeptCheckpointView {
  @ApiProperty({ type: 'integer', minimum: 1 })
  size!: number;
  @ApiProperty(HASH)
  root!: string;
  @ApiProperty({ format: 'date-time' })
  sealedAt!: string;
  @ApiProperty(NOTE)
  checkpoint!: string;
}
export class CheckpointsPage {
  @ApiProperty({ type: [KeptCheckpointView] })
  items!: KeptCheckpointView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
