import { Controller, Headers, Query, Res } from '@nestjs/common';
import type { After as AfterPositions } from '@propledger/contracts';
import { After, Caller, type CallerIdentity } from '@propledger/service-kit';
import type { FastifyReply } from 'fastify';
import { ReportQuery } from '../query';
import { ReportRoute } from '../report-route';
import { Reports } from '../reports';
import { arrearsSummary } from './arrears-summary';

@Controller('arrears-summary')
export class ArrearsSummaryController {
  constructor(private readonly reports: Reports) {}

  @ReportRoute(arrearsSummary)
  async read(
    @Query() query: ReportQuery,
    @Caller() caller: CallerIdentity,
    @After() after: AfterPositions | null,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { headers, body } = await this.reports.answer(arrearsSummary, query, { caller, after, accept });
    void reply.headers(headers).send(body);
  }
}
