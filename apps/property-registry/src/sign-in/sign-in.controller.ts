import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
import { heads, type Tx } from '@propledger/event-log';
import { Attempts, CodeField, Problem, problemResponse, Public, TextField } from '@propledger/service-kit';
import { OperatorArchive } from '../archive/operator-archive';
import { passwordFits, unlessTooMany } from '../archive/passwords';
import { TOKEN_SECONDS, TokenIssuer } from './token-issuer';

export class SignInBody {
  @CodeField({ description: '工号', example: 'admin' })
  operator!: string;
  @TextField({ exact: true, max: 200, description: '密码' })
  password!: string;
}
export class SignedIn {
  @ApiProperty({ description: 'Authorization: Bearer …' })
  accessToken!: string;
  @ApiProperty({ enum: ['Bearer'] })
  tokenType!: 'Bearer';
  @ApiProperty({ type: 'integer', example: TOKEN_SECONDS, description: '秒 seconds' })
  expiresIn!: number;
}
class PublicKey {
  @ApiProperty({ example: 'EC' })
  kty!: string;
  @ApiProperty({ example: 'P-256' })
  crv!: string;
  @ApiProperty()
  x!: string;
  @ApiProperty()
  y!: string;
  @ApiProperty()
  kid!: string;
  @ApiProperty({ example: 'ES256' })
  alg!: string;
  @ApiProperty({ example: 'sig' })
  use!: string;
}
export class PublicKeys {
  @ApiProperty({ type: [PublicKey] })
  keys!: PublicKey[];
}

/** Where sign-in happens: here, or at a configured identity provider. */
export class SignInPlace {
  constructor(
    readonly isHere: boolean,
    readonly tx: Tx,
  ) {}
}

@ApiTags('sign-in 登录')
@Controller()
export class SignInController {
  constructor(
    private readonly archive: OperatorArchive,
    private readonly issuer: TokenIssuer,
    private readonly attempts: Attempts,
    private readonly place: SignInPlace,
  ) {}

  @Post('tokens')
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'signIn', summary: '登录 Sign in: a token for twelve hours' })
  @ApiOkResponse({ type: SignedIn })
  @problemResponse(401, 'wrong-password')
  @problemResponse(409, 'sign-in-elsewhere')
  @problemResponse(429, 'too-many-requests')
  async signIn(@Body() { operator, password }: SignInBody): Promise<SignedIn> {
    if (!this.place.isHere) throw new Problem('sign-in-elsewhere');
    const retryAfterSeconds = this.attempts.take(operator);
    if (retryAfterSeconds > 0) throw new Problem('too-many-requests', { retryAfterSeconds });
    const found = await this.archive.find(operator);
    const fits = await unlessTooMany(passwordFits(password, found?.passwordHash ?? null));
    if (!fits || found?.enabled !== true) throw new Problem('wrong-password');
    this.attempts.giveBack(operator);
    const [group] = await heads(this.place.tx, [GROUP_BOOK]);
    const accessToken = await this.issuer.sign(operator, group?.position ?? 0);
    return { accessToken, tokenType: 'Bearer', expiresIn: TOKEN_SECONDS };
  }

  @Get('jwks')
  @Public()
  @ApiOperation({ operationId: 'getPublicKeys', summary: '验签公钥 The keys that tokens are checked with (JWKS)' })
  @ApiOkResponse({ type: PublicKeys })
  getPublicKeys(): PublicKeys {
    return this.issuer.publicKeys() as PublicKeys;
  }
}
