import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@propledger/service-kit';
import { Allow as MayStand } from 'class-validator';

export const AFTER_EXAMPLE = 'eyJjdXN0b21lcnMiOnsiWVQwMSI6MTJ9fQ';

/** What every command answers with. */
export class Recorded {
  @ApiProperty({
    example: AFTER_EXAMPLE,
    description: '传给查询的 after, 即可看到本次结果 Give it to a query as `after`',
  })
  after!: string;
}

/** The members of a body that were given: the others stand as undefined in its instance. */
export const given = <Members extends object>(body: object): Members =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Members;

/** `after` is read, checked and documented by @After(); here it only may stand beside the other parameters. */
export class OneQuery {
  @MayStand()
  after?: string;
}
export class ListQuery extends PageQuery {
  @MayStand()
  after?: string;
}
