import { Controller, Get, Header, Param, Query, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags, PickType } from '@nestjs/swagger';
import { GROUP_BOOK, type RecordedEvent } from '@propledger/contracts';
import {
  hashesAt,
  heads,
  positionsRecordedBy,
  readHeaders,
  factsReader,
  type ReadFacts,
  readUnreadEvents,
  readUnreadOfBooks,
  type EventHeader,
  type HeadsWatch,
  type Tx,
  type UnreadEvent,
} from '@propledger/event-log';
import { eventLine } from '@propledger/proof';
import { Matches } from 'class-validator';
import { Caller as CallerClass } from './caller';
import { Allow, Caller, problemResponse } from './decorators';
import { CODE_PATTERN, IntField, isCode, TextField, TextsField, TimeField } from './fields';
import { Problem } from './problem';

/** What the feed reads from: this service's own database, outside any transaction, and its watch over heads. */
export interface EventFeed {
  readonly tx: Tx;
  readonly watch: HeadsWatch;
  /** Default: by `tx`. */
  readonly facts?: ReadFacts;
}

class BookHead {
  @ApiProperty({ example: 'YT01', description: '~group: 集团账簿 the group book' })
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 0 })
  position!: number;
  @ApiProperty({ description: 'SHA-256 of the book up to position, hex' })
  hash!: string;
  @ApiProperty({ type: String, nullable: true, description: '已关账到 closed through this period' })
  closedThrough!: string | null;
}
class BookHeads {
  @ApiProperty({ type: [BookHead] })
  items!: BookHead[];
}
class BookHash {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 1 })
  position!: number;
  @ApiProperty({ description: 'SHA-256 of the book up to position, hex' })
  hash!: string;
}
class BookHashes {
  @ApiProperty({ type: [BookHash] })
  items!: BookHash[];
}
class MovedHeads {
  @ApiProperty({ description: 'Give it back as `since` to wait for the next moves.' })
  since!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { YT01: 120 } })
  heads!: Record<string, number>;
}
class RecordedPositions {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 1 },
    example: { YT01: 120 },
    description: '各账簿此时末位; 此前无记录的账簿不列 a book without anything recorded by then is not among them',
  })
  positions!: Record<string, number>;
}
class BookEventHeader {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer' })
  position!: number;
  @ApiProperty()
  eventId!: string;
  @ApiProperty()
  commandId!: string;
  @ApiProperty({ example: 'receipt.taken' })
  type!: string;
  @ApiProperty({ type: 'integer' })
  schemaVersion!: number;
  @ApiProperty({ example: '2026-03-31' })
  effectiveDate!: string;
  @ApiProperty({ type: String, nullable: true, example: '2026-03' })
  accountingPeriod!: string | null;
  @ApiProperty()
  recordedAt!: string;
  @ApiProperty()
  actor!: string;
  @ApiProperty({ example: 'api' })
  source!: string;
  @ApiProperty({ type: 'integer', nullable: true })
  reversesPosition!: number | null;
  @ApiProperty()
  correlationId!: string;
  @ApiProperty({ type: String, nullable: true })
  causationId!: string | null;
}
class BookEvent extends BookEventHeader {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '见 libs/contracts as libs/contracts has it',
  })
  body!: unknown;
  @ApiProperty()
  contentHash!: string;
  @ApiProperty()
  hash!: string;
}
class BookFact extends PickType(BookEvent, [
  ...(['book', 'position', 'type', 'effectiveDate', 'accountingPeriod', 'reversesPosition', 'body'] as const),
]) {}
class BookEvents {
  @ApiProperty({ type: [BookEvent] })
  items!: RecordedEvent[];
}
class BookEventHeaders {
  @ApiProperty({ type: [BookEventHeader] })
  items!: EventHeader[];
}

class MovedQuery {
  @TextField({ max: 200, optional: true })
  since?: string;
  @IntField({ min: 0, max: 25_000, optional: true, description: '毫秒 milliseconds to wait for a move, default 0' })
  wait?: number;
}
class RecordedByQuery {
  @TimeField({ description: '时刻, 不得晚于现在 not later than now' })
  time!: string;
}
const MAX_POSITIONS = 500;
class HeadersQuery {
  @ApiProperty({
    example: '3,17,18',
    description: `位置, 逗号分隔, 至多 ${MAX_POSITIONS} 个 positions, comma-separated`,
  })
  @Matches(new RegExp(`^[1-9][0-9]{0,15}(,[1-9][0-9]{0,15}){0,${MAX_POSITIONS - 1}}$`))
  positions!: string;
}
const PLACE = '^[1-9][0-9]{0,14}:.+$';
class HashesQuery {
  @TextsField({
    most: 100,
    pattern: PLACE,
    description: '位置:账簿, 可重复 POSITION:BOOK, may be repeated',
    example: ['120:YT01'],
  })
  at!: string[];
}
class BooksEventsQuery {
  @TextsField({
    most: 100,
    pattern: '^(0|[1-9][0-9]{0,14}):.+$',
    description: '位置:账簿, 可重复, 取其后的事件 POSITION:BOOK, may be repeated: events behind that position',
    example: ['120:YT01'],
  })
  from!: string[];
  @IntField({ min: 1, max: 100, optional: true, description: '每册至多 of each book at most, default 100' })
  limit?: number;
}
class EventsQuery {
  @IntField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    optional: true,
    description: 'Positions after this one; default 0',
  })
  after_position?: number;
  @IntField({ min: 1, max: 2000, optional: true })
  limit?: number;
}

/** Of `POSITION:BOOK`. */
const placeOf = (place: string): { readonly book: string; readonly position: number } => {
  const colon = place.indexOf(':');
  return { position: Number(place.slice(0, colon)), book: place.slice(colon + 1) };
};

const BOOK_PARAM = {
  name: 'book',
  schema: { type: 'string' as const, minLength: 1, maxLength: 64, pattern: `^~group$|${CODE_PATTERN}` },
};
const LINES = 'application/x-ndjson; charset=utf-8';

/**
 * The event API of a service that keeps books: what consumers pull from, auditors re-read, and gaps are filled from.
 * `token` is the injection token of the service's EventFeed.
 */
export const eventFeedController = (feed: EventFeed): Type => {
  const readFacts = feed.facts ?? factsReader(feed.tx);
  @ApiTags('books 账簿')
  @Controller('books')
  class EventFeedController {
    @Get()
    @Allow('audit')
    @ApiOperation({ operationId: 'listBooks', summary: '账簿及其末位 Books and their heads' })
    @ApiOkResponse({ type: BookHeads })
    async list(@Caller() caller: CallerClass): Promise<BookHeads> {
      const all = await heads(feed.tx);
      return {
        items: all
          .filter(({ book }) => caller.mayAudit(book))
          .map(({ book, position, hash, closedThrough }) => ({ book, position, hash, closedThrough })),
      };
    }

    @Get('moved')
    @Allow('audit')
    @ApiOperation({ operationId: 'watchBooks', summary: '等待账簿移动 Wait for books to move (long poll)' })
    @ApiOkResponse({ type: MovedHeads })
    async moved(@Query() query: MovedQuery, @Caller() caller: CallerClass): Promise<MovedHeads> {
      const { since, heads: moved } = await feed.watch.moved(query.since ?? null, query.wait ?? 0);
      return { since, heads: Object.fromEntries(Object.entries(moved).filter(([book]) => caller.mayAudit(book))) };
    }

    @Get('recorded-by')
    @Allow('audit')
    @ApiOperation({
      operationId: 'positionsRecordedBy',
      summary: '各账簿在某时刻的末位 Where books stood at a time',
      description:
        '该时刻及以前录入的最后一笔的位置; 每次问都一样 Positions of the last events recorded at or before it; the same whenever asked.',
    })
    @ApiOkResponse({ type: RecordedPositions })
    async recordedBy(@Query() { time }: RecordedByQuery, @Caller() caller: CallerClass): Promise<RecordedPositions> {
      const recorded = await positionsRecordedBy(feed.tx, time);
      if (recorded === null)
        throw new Problem('invalid-input', {
          errors: [{ pointer: '/query/time', code: 'time', message: '时刻未到 a time that is still to come' }],
        });
      return { positions: Object.fromEntries([...recorded].filter(([book]) => caller.mayAudit(book))) };
    }

    @Get('hashes')
    @Allow('audit')
    @ApiOperation({
      operationId: 'readHashes',
      summary: '账簿在某些位置的散列 What books hashed to at positions',
      description: '没有的位置从略 Positions that a book does not have are left out.',
    })
    @ApiOkResponse({ type: BookHashes })
    async hashes(@Query() { at }: HashesQuery, @Caller() caller: CallerClass): Promise<BookHashes> {
      const places = at.map(placeOf);
      if (places.some(({ book }) => !caller.mayAudit(book))) throw new Problem('forbidden');
      return { items: await hashesAt(feed.tx, places) };
    }

    @Get('events')
    @Allow('audit')
    @ApiOperation({
      operationId: 'readBooks',
      summary: '一并续读多册账簿 Read on in several books at once',
      description: '按册、按位置排列; 没有的账簿从略 Book by book, in order; a book that is not there is left out.',
    })
    @ApiOkResponse({ type: BookEvents })
    @Header('content-type', 'application/json; charset=utf-8')
    async eventsOfBooks(
      @Query() { from, limit = 100 }: BooksEventsQuery,
      @Caller() caller: CallerClass,
    ): Promise<string> {
      const places = from.map(placeOf).map(({ book, position }) => ({ book, after: position }));
      if (places.some(({ book }) => !caller.mayAudit(book))) throw new Problem('forbidden');
      const events = await readUnreadOfBooks(feed.tx, places, limit);
      return `{"items":[${events.map(eventText).join(',')}]}`;
    }

    @Get(':book/events')
    @Allow('audit')
    @ApiOperation({ operationId: 'readBook', summary: '逐条读账簿 Read a book event by event' })
    @ApiParam(BOOK_PARAM)
    @ApiOkResponse({ type: BookEvents })
    @problemResponse(404, 'not-found')
    @Header('content-type', 'application/json; charset=utf-8')
    async events(
      @Param('book') book: string,
      @Query() query: EventsQuery,
      @Caller() caller: CallerClass,
    ): Promise<string> {
      this.mustBeVisible(book, caller);
      const events = await readUnreadEvents(feed.tx, book, query.after_position ?? 0, query.limit ?? 500);
      if (events.length === 0) await this.mustBeThere(book);
      return `{"items":[${events.map(eventText).join(',')}]}`;
    }

    @Get(':book/event-lines')
    @Allow('audit')
    @Header('content-type', LINES)
    @ApiOperation({
      operationId: 'readBookLines',
      summary: '逐行读账簿, 与审计包中相同 Read a book as the lines of an audit bundle',
      description:
        '每行一事件, 正文与入账时的字节相同 One event a line, its body byte for byte as it was hashed. Fewer lines than asked for: the book ends there.',
    })
    @ApiParam(BOOK_PARAM)
    @ApiOkResponse({ content: { [LINES]: { schema: { type: 'string' } } } })
    @problemResponse(404, 'not-found')
    async lines(
      @Param('book') book: string,
      @Query() query: EventsQuery,
      @Caller() caller: CallerClass,
    ): Promise<string> {
      this.mustBeVisible(book, caller);
      const events = await readUnreadEvents(feed.tx, book, query.after_position ?? 0, query.limit ?? 500);
      if (events.length === 0) await this.mustBeThere(book);
      return events.map(eventLine).join('');
    }

    @Get(':book/facts')
    @Allow('audit')
    @Header('content-type', 'application/json; charset=utf-8')
    @ApiOperation({
      operationId: 'readFacts',
      summary: '账簿所载事实, 供重建 What a book says: events without who recorded them when, to fold projections from',
      description: '少于所求条数即至末尾 Fewer than asked for: the book ends there.',
    })
    @ApiParam(BOOK_PARAM)
    @ApiOkResponse({ type: [BookFact] })
    @problemResponse(404, 'not-found')
    async facts(
      @Param('book') book: string,
      @Query() query: EventsQuery,
      @Caller() caller: CallerClass,
    ): Promise<string | Buffer> {
      this.mustBeVisible(book, caller);
      const facts = await readFacts(book, query.after_position ?? 0, query.limit ?? 500);
      if (facts.length === '[]'.length) await this.mustBeThere(book);
      return facts;
    }

    @Get(':book/headers')
    @Allow('audit')
    @ApiOperation({
      operationId: 'readHeaders',
      summary: '若干事件的记录信息, 不含内容 What, when and by whom: some events of a book without their bodies',
    })
    @ApiParam(BOOK_PARAM)
    @ApiOkResponse({ type: BookEventHeaders })
    @problemResponse(404, 'not-found')
    async headers(
      @Param('book') book: string,
      @Query() { positions }: HeadersQuery,
      @Caller() caller: CallerClass,
    ): Promise<BookEventHeaders> {
      this.mustBeVisible(book, caller);
      await this.mustBeThere(book);
      return { items: await readHeaders(feed.tx, book, positions.split(',').map(Number)) };
    }

    private mustBeVisible(book: string, caller: CallerClass): void {
      if (book !== GROUP_BOOK && !isCode(book))
        throw new Problem('invalid-input', {
          errors: [{ pointer: '/path/book', code: 'code', message: '编码有误 not a code' }],
        });
      if (!caller.mayAudit(book)) throw new Problem('forbidden');
    }

    private async mustBeThere(book: string): Promise<void> {
      if ((await heads(feed.tx, [book])).length === 0) throw new Problem('not-found');
    }
  }
  return EventFeedController;
};

/** An event as JSON. Its body goes out as it is stored, without being read. */
const eventText = ({ bodyText, ...header }: UnreadEvent): string =>
  `${JSON.stringify(header).slice(0, -1)},"body":${bodyText}}`;
