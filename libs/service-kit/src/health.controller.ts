import { Controller, Get, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public, problemResponse } from './decorators';
import { Problem } from './problem';

class Health {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

/** Liveness: the process answers. Readiness: everything it needs to serve is there. */
export const healthController = (notReady: () => Promise<Readonly<Record<string, string>>>): Type => {
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
    @ApiOkResponse({ type: Health })
    @problemResponse(503, 'unavailable: names what is missing')
    async ready(): Promise<Health> {
      const missing = Object.entries(await notReady());
      if (missing.length > 0)
        throw new Problem('unavailable', {
          detail: missing.map(([what, why]) => `${what}: ${why}`).join('; '),
          retryAfterSeconds: 2,
        });
      return { status: 'ok' };
    }
  }
  return HealthController;
};
