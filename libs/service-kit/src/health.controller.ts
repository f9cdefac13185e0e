import { Controller, Get, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public, problemResponse } from './decorators';
import { Problem } from './problem';

class Health {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}
class Readiness extends Health {
  @ApiProperty({
    type: [String],
    description: '不影响服务, 但须有人查看 nothing that keeps it from serving, but somebody must look at it',
  })
  alarms!: readonly string[];
}

/** What a service says of itself. */
export interface HealthReport {
  /** What stands in the way of serving, by dependency; empty: ready. */
  notReady(): Promise<Readonly<Record<string, string>>>;
  /** What somebody must look at, though it serves. */
  alarms?(): readonly string[];
}

/** Liveness: the process answers. Readiness: everything it needs to serve is there. */
export const healthController = (report: HealthReport): Type => {
  @ApiTags('health 健康')
  @Controller('health')
  class HealthController {
    @Get('live')
    @Public()
    @ApiOperation({ operationId: 'isLive', summary: '进程是否活着 Is the process alive' })
    @ApiOkResponse({ type: Health })
    live(): Health {
      return { status: 'ok' };
    }

    @Get('ready')
    @Public()
    @ApiOperation({ operationId: 'isReady', summary: '是否可以服务 Is it ready to serve' })
    @ApiOkResponse({ type: Readiness })
    @problemResponse(503, 'unavailable: names what is missing')
    async ready(): Promise<Readiness> {
      const missing = Object.entries(await report.notReady());
      if (missing.length > 0)
        throw new Problem('unavailable', {
          detail: missing.map(([what, why]) => `${what}: ${why}`).join('; '),
          retryAfterSeconds: 2,
        });
      return { status: 'ok', alarms: report.alarms?.() ?? [] };
    }
  }
  return HealthController;
};
