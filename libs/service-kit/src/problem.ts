import { ApiProperty } from '@nestjs/swagger';

/** One faulty input: where it stands (a JSON pointer below /body, /query, /path or /header) and what is wrong with it. */
export class ProblemEntry {
  @ApiProperty({ example: '/body/tenders/0/amount' })
  pointer!: string;
  @ApiProperty({ example: 'matches' })
  code!: string;
  @ApiProperty({ example: '金额最多两位小数 an amount has two decimals' })
  message!: string;
}

/** An error answer as RFC 9457 has it, `application/problem+json`. `type` is stable: build on it, not on texts. */
export class ProblemBody {
  @ApiProperty({ example: 'urn:propledger:problem:receipt-number-taken' })
  type!: string;
  @ApiProperty({ example: '收据号已被使用 The receipt number is taken' })
  title!: string;
  @ApiProperty({ example: 409 })
  status!: number;
  @ApiProperty({ required: false, description: 'This case: which number, which date …' })
  detail?: string;
  @ApiProperty({ required: false, type: [ProblemEntry], description: 'For input: one entry per faulty field.' })
  errors?: ProblemEntry[];
  @ApiProperty({ required: false, description: 'Names this request in the logs.' })
  correlationId?: string;
}

/** What a problem code means: its status, and its title in Chinese and English. */
export interface ProblemKind {
  readonly status: number;
  readonly zh: string;
  readonly en: string;
}
export type ProblemCatalogue = Readonly<Record<string, ProblemKind>>;

const kind = (status: number, zh: string, en: string): ProblemKind => ({ status, zh, en });

/** The problems that every service may answer with; a service adds its own. */
export const COMMON_PROBLEMS = {
  'invalid-input': kind(400, '输入有误', 'The input is not valid'),
  'bad-request': kind(400, '请求无法读取', 'The request cannot be read'),
  'idempotency-key-required': kind(400, '缺少 Idempotency-Key', 'Commands need an Idempotency-Key header'),
  'not-signed-in': kind(401, '请先登录', 'Sign in first'),
  'wrong-password': kind(401, '工号或密码不对', 'Operator or password is wrong'),
  forbidden: kind(403, '没有这项权限', 'You have no right to this'),
  'not-found': kind(404, '没有找到', 'There is no such thing'),
  'method-not-allowed': kind(405, '不支持这种请求方法', 'This method is not supported here'),
  'not-acceptable': kind(406, '没有所要的格式', 'This format is not offered'),
  conflict: kind(409, '与现有数据冲突', 'This conflicts with what stands'),
  'idempotency-key-reused': kind(
    422,
    '这个 Idempotency-Key 已用于另一请求',
    'This Idempotency-Key was used for another request',
  ),
  'book-held': kind(
    409,
    '项目正在导入或撤销导入, 请稍后再试',
    'The project is being imported or undone; try again later',
  ),
  'payload-too-large': kind(413, '内容太大', 'The content is too large'),
  'unsupported-media-type': kind(415, '不支持这种内容类型', 'This content type is not supported'),
  unprocessable: kind(422, '无法处理', 'This cannot be done'),
  'too-many-requests': kind(429, '请求太频繁, 请稍后再试', 'Too many requests; try again later'),
  internal: kind(500, '系统内部错误', 'Internal error'),
  'not-caught-up': kind(
    503,
    '数据尚未同步到所要的位置, 请稍后再试',
    'Not caught up to what you ask for yet; try again',
  ),
  overloaded: kind(503, '系统繁忙, 请稍后再试', 'Busy; try again later'),
  unavailable: kind(503, '所需的服务暂时不可用', 'A service that this needs is not available'),
} as const satisfies ProblemCatalogue;

export interface ProblemExtras {
  /** This case, in a sentence; Chinese first. Never personal data. */
  readonly detail?: string;
  readonly errors?: readonly ProblemEntry[];
  readonly retryAfterSeconds?: number;
  /** Members of its own that the service documents. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown by controllers (not below them) to answer with a problem. The code stands in the service's catalogue. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(code);
  }
}
