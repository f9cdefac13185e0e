import { Body, Controller, Get, HttpCode, Post, type Type } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { TOPICS } from '@propledger/contracts';
import type { BookConsumer, Relay } from '@propledger/event-log';
import type { Caller as CallerClass } from './caller';
import { Allow, Caller, IdempotencyKey, problemResponse } from './decorators';
import { TextField } from './fields';
import { BookParam, TopicParam } from './params';
import { Problem } from './problem';

class ParkedBookOfTopic {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '已处理到 applied up to' })
  position!: number;
  @ApiProperty({ description: '为何停下 why it stands still' })
  reason!: string;
  @ApiProperty({ format: 'date-time' })
  at!: string;
}
class ConsumedTopic {
  @ApiProperty({ enum: TOPICS })
  topic!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '尚未处理的事件数 events known and not applied yet' })
  lag!: number;
  @ApiProperty({ type: String, nullable: true, description: '取不到事件的原因 why events could not be had last time' })
  trouble!: string | null;
  @ApiProperty({ type: [ParkedBookOfTopic] })
  parked!: ParkedBookOfTopic[];
}
class ConsumedTopics {
  @ApiProperty({ type: [ConsumedTopic] })
  items!: ConsumedTopic[];
}

/** What this service follows of others, and the command that lets a parked book go on. */
export const consumersController = (consumers: readonly BookConsumer[]): Type => {
  @ApiTags('consumers 事件消费')
  @Controller('consumers')
  class ConsumersController {
    @Get()
    @Allow('audit')
    @ApiOperation({ operationId: 'listConsumers', summary: '各主题落后多少 How far this service is behind each topic' })
    @ApiOkResponse({ type: ConsumedTopics })
    list(@Caller() caller: CallerClass): ConsumedTopics {
      return { items: consumers.map((consumer) => stateOf(consumer, caller)) };
    }

    @Post(':topic/parked/:book/release')
    @HttpCode(200)
    @Allow('operators')
    @ApiOperation({
      operationId: 'releaseBook',
      summary: '放行停下的账簿 Let a parked book be tried again',
      description:
        '所有实例都会再试; 若事件仍不能处理, 会再次停下 In every instance. An event that still cannot be applied parks it again.',
    })
    @ApiOkResponse({ type: ConsumedTopic })
    @problemResponse(404, 'not-found')
    async release(
      @TopicParam('topic') topic: string,
      @BookParam('book') book: string,
      @Caller() caller: CallerClass,
      @IdempotencyKey() _key: string,
    ): Promise<ConsumedTopic> {
      caller.require('operators', null);
      const consumer = consumers.find((one) => one.status().topic === topic);
      if (!consumer) throw new Problem('not-found');
      // One that is not parked, or not any more, is as it was asked for.
      if (!(await consumer.release(book)) && !consumer.knows(book)) throw new Problem('not-found', { detail: book });
      return stateOf(consumer, caller);
    }
  }
  return ConsumersController;
};

/** How far a consumer is, with those of its parked books that the caller may audit. */
export const stateOf = (consumer: Pick<BookConsumer, 'status'>, caller: CallerClass): ConsumedTopic => {
  const { topic, lag, trouble, parked } = consumer.status();
  const visible = parked.filter(({ book }) => caller.mayAudit(book));
  return {
    ...{ topic, lag, trouble },
    parked: visible.map(({ book, position, reason, at }) => ({ book, position, reason, at })),
  };
};

class RelayState {
  @ApiProperty({ enum: TOPICS })
  topic!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '尚未发布的事件数 events not published yet' })
  lag!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: '其账簿数 in how many books' })
  books!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: '本进程已发布 published by this process' })
  published!: number;
  @ApiProperty({ type: String, nullable: true, description: '未能发布的原因 why nothing could be published last time' })
  trouble!: string | null;
}
class Refill {
  @TextField({ max: 64, optional: true, description: '只此账簿, 默认全部 this book alone, default all' })
  book?: string;
}

/** What this service publishes, and the command that publishes it again. Null: there are no brokers. */
export const relayController = (relay: Relay | null): Type => {
  @ApiTags('relay 事件发布')
  @Controller('relay')
  class RelayController {
    @Get()
    @Allow('audit')
    @ApiOperation({ operationId: 'getRelay', summary: '发布落后多少 How far publishing is behind the books' })
    @ApiOkResponse({ type: RelayState })
    @problemResponse(404, 'not-found: 没有 Kafka there are no brokers')
    get(@Caller() caller: CallerClass): RelayState {
      caller.require('audit', null);
      return { ...there(relay).status() };
    }

    @Post('refill')
    @HttpCode(202)
    @Allow('operators')
    @ApiOperation({
      operationId: 'refillTopic',
      summary: '从账簿重新发布 Publish everything again from the books',
      description: '主题丢失事件之后用; 消费者会略过已有的 After a topic lost events; consumers drop what they have.',
    })
    @ApiAcceptedResponse({ type: RelayState })
    @problemResponse(404, 'not-found: 没有 Kafka 或这本账簿 there are no brokers, or no such book')
    async refill(
      @Body() { book }: Refill,
      @Caller() caller: CallerClass,
      @IdempotencyKey() _key: string,
    ): Promise<RelayState> {
      caller.require('operators', null);
      if (!(await there(relay).refill(book))) throw new Problem('not-found', { detail: book ?? '' });
      return { ...there(relay).status() };
    }
  }
  return RelayController;
};

const there = (relay: Relay | null): Relay => {
  if (relay === null) throw new Problem('not-found', { detail: 'KAFKA_BROKERS' });
  return relay;
};
