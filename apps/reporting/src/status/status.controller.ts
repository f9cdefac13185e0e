import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK, TOPICS } from '@propledger/contracts';
import { Allow, Caller, type CallerIdentity } from '@propledger/service-kit';
import { Projections, READ_TOPICS } from '../projections';
import { SEAL_ALARMS, Sealing } from '../sealing';

class ParkedBook {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '已处理到 applied up to' })
  position!: number;
  @ApiProperty({ description: '为何停下 why it stands still' })
  reason!: string;
  @ApiProperty({ format: 'date-time' })
  at!: string;
}
class FollowedTopic {
  @ApiProperty({ enum: READ_TOPICS })
  topic!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '尚未处理的事件数 events known and not applied yet' })
  lag!: number;
  @ApiProperty({ type: String, nullable: true, description: '取不到事件的原因 why events could not be read last time' })
  trouble!: string | null;
  @ApiProperty({
    type: [ParkedBook],
    description: '停在坏事件前的账簿 books that stand before an event that cannot be applied',
  })
  parked!: ParkedBook[];
}
class SealAlarm {
  @ApiProperty({ enum: TOPICS })
  topic!: string;
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: '已签封到 sealed up to' })
  position!: number;
  @ApiProperty({ enum: SEAL_ALARMS })
  reason!: string;
}
class SealStatus {
  @ApiProperty({
    type: String,
    nullable: true,
    description: '上次未能签封的原因 why books could not be sealed last time',
  })
  trouble!: string | null;
  @ApiProperty({
    type: [SealAlarm],
    description:
      '与已签封内容不符的账簿, 不再签封 books that are not what was sealed of them, and are not sealed further',
  })
  alarms!: SealAlarm[];
}
class ReportingStatus {
  @ApiProperty({ type: [FollowedTopic] })
  topics!: FollowedTopic[];
  @ApiProperty({ type: SealStatus, nullable: true, description: 'null: 这里不签封 nothing is sealed here' })
  sealing!: SealStatus | null;
}

@ApiTags('status 状态')
@Controller('status')
export class StatusController {
  constructor(
    private readonly projections: Projections,
    private readonly sealing: Sealing,
  ) {}

  @Get()
  @Allow('audit')
  @ApiOperation({ operationId: 'getStatus', summary: '报表落后多少 How far the reports are behind the books' })
  @ApiOkResponse({ type: ReportingStatus })
  getStatus(@Caller() caller: CallerIdentity): ReportingStatus {
    const sealing = this.sealing.status();
    const mayAudit = (book: string): boolean => caller.may('audit', book === GROUP_BOOK ? null : book);
    return {
      sealing: sealing && { ...sealing, alarms: sealing.alarms.filter(({ book }) => mayAudit(book)) },
      topics: READ_TOPICS.map((topic) => {
        const { lag, trouble, parked } = this.projections.followers[topic].status();
        const visible = parked.filter(({ book }) => caller.may('audit', book));
        return {
          ...{ topic, lag, trouble },
          parked: visible.map(({ book, position, reason, at }) => ({ book, position, reason, at })),
        };
      }),
    };
  }
}
