import { Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { After as AfterPositions } from '@propledger/contracts';
import { After, Caller, type CallerIdentity, Problem } from '@propledger/service-kit';
import type { FastifyReply } from 'fastify';
import { ALL_REPORTS } from '../all-reports';
import { Reports } from '../reports';
import type { Report } from '../report';
import { DifferenceRoute } from './difference-route';
import { DifferenceQuery } from './query';

@Controller(':report/difference')
export class DifferenceController {
  constructor(private readonly reports: Reports) {}

  @DifferenceRoute('difference')
  entries(
    @Param('report') report: string,
    @Query() query: DifferenceQuery,
    @Caller() caller: CallerIdentity,
    @After() after: AfterPositions | null,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer('difference', report, query, { caller, after, accept }, reply);
  }

  @DifferenceRoute('difference-rows')
  rows(
    @Param('report') report: string,
    @Query() query: DifferenceQuery,
    @Caller() caller: CallerIdentity,
    @After() after: AfterPositions | null,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer('difference-rows', report, query, { caller, after, accept }, reply);
  }

  private async answer(
    part: 'difference' | 'difference-rows',
    report: string,
    query: DifferenceQuery,
    asker: Parameters<Reports['difference']>[3],
    reply: FastifyReply,
  ): Promise<void> {
    const { headers, body } = await this.reports.difference(part, reportNamed(report), query, asker);
    void reply.headers(headers).send(body);
  }
}

const reportNamed = (name: string): Report => {
  const report = ALL_REPORTS.find((one) => one.name === name);
  if (report === undefined) throw new Problem('not-found');
  return report;
};
