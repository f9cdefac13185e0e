import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Day } from '@propledger/contracts';
import { Allow, Caller, type CallerIdentity, Problem, problemResponse } from '@propledger/service-kit';
import { Projections } from '../projections';
import { CUT_ID_PATTERN } from './cut';
import { findCut } from './cut-store';

class CutView {
  @ApiProperty({ pattern: CUT_ID_PATTERN })
  cut!: string;

  @ApiProperty({
    type: String,
    format: 'date',
    description: '取切片之日 The day on which it was taken, which is asOf where none is given',
  })
  takenOn!: Day;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
    description: '各主题各账簿的位置 Positions by topic and book',
    example: { ledger: { YT01: 5120 }, registry: { YT01: 214 } },
  })
  positions!: { ledger: Record<string, number>; registry: Record<string, number> };
}

@ApiTags('cuts 切片')
@Controller('cuts')
export class CutsController {
  constructor(private readonly projections: Projections) {}

  @Get(':cut')
  @Allow('view')
  @ApiOperation({ operationId: 'getCut', summary: '切片所知的各账簿位置 What an answer knew: positions by book' })
  @ApiParam({ name: 'cut', schema: { type: 'string', pattern: CUT_ID_PATTERN } })
  @ApiOkResponse({ type: CutView })
  @problemResponse(404, 'cut-not-found')
  async getCut(@Param('cut') id: string, @Caller() caller: CallerIdentity): Promise<CutView> {
    if (!new RegExp(CUT_ID_PATTERN).test(id))
      throw new Problem('invalid-input', {
        errors: [{ pointer: '/path/cut', code: 'cut', message: '不是切片编号 not the id of a cut' }],
      });
    const cut = await findCut(this.projections.tx, id);
    if (cut === null) throw new Problem('cut-not-found');
    for (const { book } of cut.books) caller.require('view', book);
    const positions = (topic: 'ledger' | 'registry'): Record<string, number> =>
      Object.fromEntries(cut.books.map((known) => [known.book, known[topic]]));
    return {
      cut: id,
      takenOn: cut.takenOn,
      positions: { ledger: positions('ledger'), registry: positions('registry') },
    };
  }
}
