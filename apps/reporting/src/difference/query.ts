import { TextField } from '@propledger/service-kit';
import { ReportQuery } from '../query';

/** What a difference may be asked with: a report's question, and what to compare it with. */
export class DifferenceQuery extends ReportQuery {
  @TextField({
    max: 40,
    optional: true,
    description: '对照: 切片或时刻, 默认现在 What `known` is compared with: a cut or a time; by default now',
  })
  against?: string;
}
