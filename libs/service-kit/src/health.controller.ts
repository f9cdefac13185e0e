import { Controller, Get, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public, problemResponse } from './decorators';
import type { BookConsumer, Relay } from '@propledger/event-log';
import { within } from './metrics';
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
  alarms?(): readonly string[] | Promise<readonly string[]>;
}

/** A probe does not wait longer for a dependency. */
const LOOK_LIMIT_MS = 3_000;

/**
 * Whether the service's own database answers with its tables: what `notReady` says of it. Of a failure only the kind is
 * told, since anybody may ask.
 *
 * @param look a statement that reads one row at most.
 */
export const missingDatabase = async (look: () => Promise<unknown>): Promise<Readonly<Record<string, string>>> => {
  try {
    await within(LOOK_LIMIT_MS, look());
    return {};
  } catch (error) {
    const { code } = error as { code?: unknown };
    return { database: `无法使用 cannot be used${typeof code === 'string' ? ` (${code})` : ''}` };
  }
};

/** What the service says that somebody must look at; a failure to say so is itself something to look at. */
export const alarmsOf = async (report: HealthReport): Promise<readonly string[]> => {
  try {
    return await within(LOOK_LIMIT_MS, report.alarms?.() ?? []);
  } catch {
    return ['无法得知 what there is to look at could not be read'];
  }
};

/** A projection is stuck when it has been behind for so long. */
const STUCK_SECONDS = 300;

/**
 * What is wrong with projections: books parked before an event that cannot be applied, topics that cannot be read, and
 * those that do not catch up. Other books go on, and what is known serves, so none of it stands in the way of serving.
 */
export const consumerAlarms = (consumers: readonly BookConsumer[]): string[] =>
  consumers.flatMap((consumer) => {
    const { topic, parked, trouble, lag, lagSeconds, ahead } = consumer.status();
    return [
      ...parked.map(({ book, position }) => `${topic} ${book}: 停在事件前 stands still before event ${position + 1}`),
      ...ahead.map(
        ({ book, position, head }) =>
          `${topic} ${book}: 已处理到 ${position}, 来源只有 ${head} applied up to ${position}, its owner has ${head} events`,
      ),
      ...(trouble === null ? [] : [`${topic}: 读不到事件 its events cannot be read or applied now`]),
      ...(lagSeconds < STUCK_SECONDS
        ? []
        : [`${topic}: 落后 ${lag} 个事件 behind by ${lag} events for ${Math.round(lagSeconds)} s`]),
    ];
  });

/** What is wrong with publishing; what is recorded meanwhile is published later, and consumers can ask for it. */
export const relayAlarms = (relay: Relay | null): string[] => {
  const status = relay?.status();
  return status === undefined || status.trouble === null
    ? []
    : [`${status.topic}: 事件发不出去 ${status.lag} events cannot be published now`];
};

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
      return { status: 'ok', alarms: await alarmsOf(report) };
    }
  }
  return HealthController;
};
