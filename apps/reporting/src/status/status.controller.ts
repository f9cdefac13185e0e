import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { TOPICS } from '@propledger/contracts';
import { Allow, Caller, stateOf, type CallerIdentity } from '@propledger/service-kit';
import { driftChecks } from '../projection/drift-checks';
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
class DriftedBook {
  @ApiProperty()
  book!: string;
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: '比对时账本的位置 position of the ledger at which it was compared',
  })
  ledger!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'and of the registry' })
  registry!: number;
  @ApiProperty({ type: [String], description: '与事件不符的表 the tables that are not what the events make' })
  tables!: string[];
  @ApiProperty({ format: 'date-time' })
  checkedAt!: string;
}
class Drift {
  @ApiProperty({ type: 'integer', minimum: 0, description: '已核对的账簿数 books looked through, each some time' })
  checked!: number;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: '最近一次核对 the last look' })
  lastCheckedAt!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: '最久未再核对的 the oldest of all last looks',
  })
  oldestCheckAt!: string | null;
  @ApiProperty({
    type: [DriftedBook],
    description: '最近一次核对不符的账簿 books that did not agree at their last look',
  })
  drifted!: DriftedBook[];
}
class ReportingStatus {
  @ApiProperty({ type: [FollowedTopic] })
  topics!: FollowedTopic[];
  @ApiProperty({ type: SealStatus, nullable: true, description: 'null: 这里不签封 nothing is sealed here' })
  sealing!: SealStatus | null;
  @ApiProperty({ type: Drift, description: '逐本重放账簿与报表数据比对 books folded again and compared, one by one' })
  drift!: Drift;
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
  async getStatus(@Caller() caller: CallerIdentity): Promise<ReportingStatus> {
    const sealing = this.sealing.status();
    const checks = (await driftChecks(this.projections.tx)).filter(({ book }) => caller.mayAudit(book));
    const times = checks.map(({ checkedAt }) => checkedAt).sort();
    return {
      sealing: sealing && { ...sealing, alarms: sealing.alarms.filter(({ book }) => caller.mayAudit(book)) },
      topics: READ_TOPICS.map((topic) => stateOf(this.projections.followers[topic], caller)),
      drift: {
        checked: checks.length,
        lastCheckedAt: times.at(-1) ?? null,
        oldestCheckAt: times[0] ?? null,
        drifted: checks
          .filter(({ tables }) => tables.length > 0)
          .map(({ tables, ...check }) => ({ ...check, tables: [...tables] })),
      },
    };
  }
}
