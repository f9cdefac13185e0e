import { CORRECTED_FACTS, TOPICS } from '@propledger/contracts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { auditExport, type AuditExportAsked } from './audit-export';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { billRun, decideBillRun } from './bill-run';
import { billRuns, decideBillRuns } from './bill-run-batch';
import type { BillRunOrder } from './bill-run-job';
import { closePeriod } from './close-period';
import { correctCharges, listCorrections, previewCorrection, type CorrectionScope } from './corrections';
import { EXIT, EXIT_HELP } from './exit-codes';
import { Failure } from './failure';
import { explainCharge } from './explain';
import { importFile } from './import-file';
import { journalExport, type JournalExportAsked } from './journal-export';
import { JOURNAL_FORMATS } from './journal/write-journal';
import { lateFees } from './late-fees';
import { login } from './login';
import { readTender, receive, type Tender } from './receive';
import { FORMATS, report, REPORTS, type ReportAsked } from './report';
import { replay, type ReplayAsked } from './replay';
import {
  CONSUMING,
  type Consuming,
  PUBLISHING,
  type Publishing,
  refillTopic,
  releaseBook,
  showConsumers,
} from './transport';
import { readPoint, verify, VERIFIED_SERVICES, type VerifiedService } from './verify';
import type { Invocation } from './session';
import { template } from './template';

export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The command line, with every command run as `invocation` says (its url and json come from the arguments). */
export const makeProgram = (invocation: Omit<Invocation, 'url' | 'json'>): Command => {
  const program = new Command('propledger')
    .description('物业账簿 propledger 命令行 command line')
    .version((JSON.parse(readFileSync(`${__dirname}/../package.json`, 'utf8')) as { version: string }).version)
    .addOption(new Option('--url <url>', '服务地址 where the services are').default(DEFAULT_URL).env('PROPLEDGER_URL'))
    .option('--json', '以 JSON 输出 print JSON', false)
    .addHelpText('after', EXIT_HELP);
  const invoked = (command: Command): Invocation => {
    const { url, json } = command.optsWithGlobals<{ url: string; json: boolean }>();
    return { ...invocation, url: url.replace(/\/+$/, ''), json };
  };
  const command = (usage: string, description: string): Command =>
    program.command(usage).description(description).addHelpText('after', EXIT_HELP);
  const withKey = (one: Command): Command =>
    one.option(
      '--key <key>',
      '幂等键, 重发上次未得答复的命令 Idempotency-Key, to repeat a command that was not answered',
    );
  const keyOf = ({ key }: { key?: string }): string => key ?? randomUUID();

  command('login <operator>', '登录 (密码: 提示输入、标准输入或 PROPLEDGER_PASSWORD) sign in').action(
    (operator: string, _options: unknown, self: Command) => login(invoked(self), operator),
  );

  command('template [name]', '下载导入模板, 不带名称则列出 download a template to fill in; without a name, list them')
    .option('--out <file>', '写入文件 write to a file')
    .option('--project <code>', '以该项目已有的编码为下拉列表 with drop-downs of what this project has')
    .action((name: string | undefined, options: { out?: string; project?: string }, self: Command) =>
      template(invoked(self), name, options),
    );

  withKey(command('import <file>', '导入工作簿 import a workbook'))
    .option('--dry-run', '只检查, 不入账 check only', false)
    .option(
      '--errors <file>',
      '有错时写出标红的工作簿, 改正后可再导入 where to write the workbook with its faulty cells in red, to be corrected',
    )
    .action((file: string, options: { dryRun: boolean; key?: string; errors?: string }, self: Command) =>
      importFile(invoked(self), file, { dryRun: options.dryRun, errors: options.errors, key: keyOf(options) }),
    );

  withKey(command('bill-run <project> <period>', '出账 raise the charges of a period'))
    .requiredOption('--date <day>', '业务日期, 预交款于此日冲抵 the day on which prepayments are applied')
    .option('--draft', '只试算, 不入账 only compute it; see bill-run-post', false)
    .option('--item <name...>', '只出这些收费项目 these items alone')
    .option('--standard <code...>', '只出这些收费标准 these standards alone')
    .option('--resource <code...>', '只出这些资源 these resources alone')
    .action((project: string, period: string, options: BillRunOptions, self: Command) =>
      billRun(invoked(self), project, orderOf(period, options), keyOf(options)),
    );
  for (const [name, decision, told] of [
    ['bill-run-post', 'post', '试算入账 post a draft as it was shown'],
    ['bill-run-recompute', 'recompute', '重新试算 compute a draft again'],
    ['bill-run-discard', 'discard', '弃用试算 throw a draft away'],
    ['bill-run-retry', 'retry', '重新开始失败的出账 begin a run that failed once more'],
  ] as const)
    withKey(command(`${name} <project> <run>`, told)).action(
      (project: string, id: string, options: { key?: string }, self: Command) =>
        decideBillRun(invoked(self), { project, run: id, decision }, {}, keyOf(options)),
    );
  withKey(
    command(
      'bill-run-reverse <project> <run>',
      '整体红冲一次出账 reverse everything that a run did, unless it is paid',
    ),
  )
    .option('--date <day>', '红冲日期, 缺省为各笔自己的日期 by default the day of each entry', readDay)
    .addOption(
      new Option('--posting <period>', '账期已关时记入首个未关账期 post to the first open period').choices([
        'first-open',
      ]),
    )
    .action((project: string, id: string, { key, date, posting }: ReversalOptions, self: Command) => {
      const body = { ...(date === undefined ? {} : { date }), ...(posting === undefined ? {} : { posting }) };
      return decideBillRun(invoked(self), { project, run: id, decision: 'reversal' }, body, keyOf(key ? { key } : {}));
    });

  withKey(command('bill-runs <period>', '区域或集团出账 a bill run for every project of a region, or of the group'))
    .requiredOption('--date <day>', '业务日期 the day on which prepayments are applied', readDay)
    .option('--region <name>', '区域, 缺省为整个集团 by default the whole group')
    .option('--draft', '只试算 only compute it; see bill-runs-post', false)
    .action((period: string, { date, region, draft, ...options }: BillRunsOptions, self: Command) => {
      const order = { period, date, ...(region === undefined ? {} : { region }), ...(draft ? { draft } : {}) };
      return billRuns(invoked(self), order, keyOf(options));
    });
  for (const [name, decision, told] of [
    ['bill-runs-show', null, '区域或集团出账的进度 how the runs of several projects go'],
    ['bill-runs-post', 'post', '一并入账 post them'],
    ['bill-runs-discard', 'discard', '一并弃用 throw them away'],
    ['bill-runs-reverse', 'reversal', '一并整体红冲 reverse them'],
    ['bill-runs-retry', 'retry', '重新开始失败的 begin those that failed once more'],
  ] as const)
    withKey(command(`${name} <batch>`, told)).action((batch: string, options: { key?: string }, self: Command) =>
      decideBillRuns(invoked(self), batch, decision, keyOf(options)),
    );

  const scoped = (one: Command): Command =>
    one
      .requiredOption('--from <period>', '自此账期 from this period')
      .requiredOption('--to <period>', '至此账期 up to this period')
      .option('--standard <code>', '仅此收费标准 this standard alone')
      .option('--resource <code>', '仅此资源 this resource alone');
  scoped(command('correction-preview <project>', '哪些应收本应不同 which charges should have been different'))
    .option('--supposing <file>', '假设的事实, JSON 文件 facts as they might be, in a JSON file')
    .action((project: string, { supposing, ...options }: ScopeOptions & { supposing?: string }, self: Command) =>
      previewCorrection(invoked(self), project, scopeOf(options), supposing),
    );
  withKey(scoped(command('correct <project>', '更正: 只入账差额 book what charges should have been different by')))
    .addOption(
      new Option('--fact <name>', '更正的是什么 which fact was otherwise')
        .choices(CORRECTED_FACTS)
        .makeOptionMandatory(),
    )
    .option('--of <code>', '标准、资源、仪表或绑定的编码 what it is about')
    .requiredOption('--reason <text>', '原因 why')
    .requiredOption('--date <day>', '更正日期 the day of the correction', readDay)
    .option('--preview <hash>', '所预览的结果, 有变动则拒绝 refused when something else came of it by now')
    .addOption(
      new Option('--posting <period>', '账期已关时记入首个未关账期 post to the first open period').choices([
        'first-open',
      ]),
    )
    .action((project: string, options: CorrectOptions, self: Command) => {
      const { fact, of, reason, date, preview, posting } = options;
      const order = {
        ...{ ...scopeOf(options), fact, reason, date },
        ...(of === undefined ? {} : { of }),
        ...(preview === undefined ? {} : { preview }),
        ...(posting === undefined ? {} : { posting }),
      };
      return correctCharges(invoked(self), project, order, keyOf(options));
    });
  command('corrections <project>', '更正记录 corrections that were booked')
    .addOption(new Option('--fact <name>', '更正的是什么 which fact was otherwise').choices(CORRECTED_FACTS))
    .option('--of <code>', '标准、资源、仪表或绑定的编码 what it was about')
    .option('--from <day>', '自此日 from this day', readDay)
    .option('--to <day>', '至此日 up to this day', readDay)
    .action((project: string, options: Record<string, string | undefined>, self: Command) =>
      listCorrections(invoked(self), project, inOrder(options)),
    );

  withKey(command('late-fees <project>', '计违约金 raise what late fees have grown by'))
    .requiredOption('--as-of <day>', '计至此日 (含) up to and including this day')
    .action((project: string, options: { asOf: string; key?: string }, self: Command) =>
      lateFees(invoked(self), project, options.asOf, keyOf(options)),
    );

  command('explain <project> <charge>', '说明一笔应收怎样算出 explain a charge').action(
    (project: string, charge: string, _options: unknown, self: Command) =>
      explainCharge(invoked(self), project, charge),
  );

  withKey(command('receive <project>', '收款 book a receipt'))
    .requiredOption('--receipt-no <number>', '收据号 receipt number')
    .requiredOption('--date <day>', '收款日期 day of the receipt')
    .requiredOption('--customer <code>', '客户编码 customer')
    .requiredOption(
      '--tender <method=amount[=reference]>',
      '收款方式与金额, 可多次 may be repeated',
      (text: string, all?: Tender[]) => readTender(text, all),
    )
    .option('--resource <code>', '资源编码 settle only this resource')
    .option('--item <name>', '收费项目 settle only this item')
    .option('--remark <text>', '备注 remark')
    .addOption(
      new Option('--posting <period>', '账期已关时记入首个未关账期 post to the first open period').choices([
        'first-open',
      ]),
    )
    .action((project: string, options: ReceiveOptions, self: Command) => {
      const { receiptNo, date, customer, tender, resource, item, remark, posting } = options;
      const receipt = {
        ...{ receiptNo, date, customer, tenders: tender },
        ...(resource === undefined ? {} : { resource }),
        ...(item === undefined ? {} : { item }),
        ...(remark === undefined ? {} : { remark }),
        ...(posting === undefined ? {} : { posting }),
      };
      return receive(invoked(self), project, receipt, keyOf(options));
    });

  withKey(command('close <project> <period>', '关账 close a period')).action(
    (project: string, period: string, options: { key?: string }, self: Command) =>
      closePeriod(invoked(self), project, period, keyOf(options)),
  );

  command('report <name>', `报表 report: ${REPORTS.join(', ')}`)
    .option('--as-of <day>', '截至日期 as of this day')
    .option('--period <period>', '账期 period, YYYY-MM')
    .option('--project <code...>', '项目, 默认所有有权的 projects, default all you may see')
    .option(
      '--known <cut>',
      '当时所知: 此前答复的切片, 或时刻 (RFC 3339) as known then: the cut of an earlier answer, or a time',
    )
    .option(
      '--difference [cut]',
      '与另一切片或时刻 (默认现在) 之间的差异分录 the entries between --known and another cut or time, default now',
    )
    .option('--rows', '与 --difference 同用: 列差异行 with --difference: the rows that differ')
    .addOption(new Option('--format <format>', '格式 format').choices(FORMATS).default('csv'))
    .option('--out <file>', '写入文件 write to a file')
    .action((name: string, options: ReportAsked, self: Command) => report(invoked(self), name, options));

  withKey(
    command('replay', '从账簿重建报表数据, 与现用的比对 rebuild the projections, and compare them with those in use'),
  )
    .option('--take', '并启用, 即使有所不同 and use what was rebuilt, even where it differs', false)
    .option('--leave', '退回此前的数据 go back to what was in use before', false)
    .action((options: ReplayAsked & { key?: string }, self: Command) => replay(invoked(self), options, keyOf(options)));

  command('verify <book>', '重算账簿的哈希链 recompute the chain of a book (~group: 集团账簿)')
    .addOption(
      new Option('--service <name>', '哪个服务的账簿 whose book').choices(VERIFIED_SERVICES).default('billing'),
    )
    .option(
      '--known <position:hash>',
      '此前记下的位置与哈希, 须仍成立 a point written down earlier, which must still stand',
    )
    .action((book: string, options: { service: VerifiedService; known?: string }, self: Command) =>
      verify(invoked(self), options.service, book, options.known === undefined ? null : readPoint(options.known)),
    );

  command(
    'consumers <service>',
    '消费其他服务的事件落后多少, 哪些账簿停下 what a service follows, and which books are parked',
  ).action((service: Consuming, _options: unknown, self: Command) =>
    showConsumers(invoked(self), among(service, CONSUMING)),
  );

  withKey(command('release <service> <topic> <book>', '放行停下的账簿 let a parked book be tried again')).action(
    (service: Consuming, topic: string, book: string, options: { key?: string }, self: Command) =>
      releaseBook(invoked(self), among(service, CONSUMING), topic, book, keyOf(options)),
  );

  withKey(command('refill <service>', '从账簿重新发布到 Kafka publish the events of a service to Kafka again'))
    .option('--book <book>', '只此账簿 this book alone')
    .action((service: Publishing, options: { book?: string; key?: string }, self: Command) =>
      refillTopic(invoked(self), among(service, PUBLISHING), options.book, keyOf(options)),
    );

  const audit = command('audit', '审计 for auditors');
  audit
    .command('export <book>')
    .description('导出审计包, 供 propledger-verify 离线校验 write a bundle that propledger-verify checks offline')
    .addHelpText('after', EXIT_HELP)
    .requiredOption('--out <file>', '写入文件 write to a file')
    .addOption(new Option('--topic <name>', '哪个主题的账簿 whose book').choices(TOPICS).default('ledger'))
    .option(
      '--since <checkpoint>',
      '此前保存的检查点文件, 附上一致性证明, 可多次 a checkpoint kept from earlier, to be proved consistent; may be repeated',
      (file: string, all: string[] = []) => [...all, file],
      [],
    )
    .action((book: string, options: AuditExportAsked, self: Command) => auditExport(invoked(self), book, options));

  const journal = command('journal', '分录 journals');
  journal
    .command('export <book>')
    .description('导出分录为纯文本记账格式 write the journal in a plain-text accounting format')
    .addHelpText('after', EXIT_HELP)
    .addOption(new Option('--format <name>', '格式 format').choices(JOURNAL_FORMATS).makeOptionMandatory())
    .option('--from <day>', '自此日 from this effective date', readDay)
    .option('--to <day>', '至此日 up to this effective date', readDay)
    .option('--out <file>', '写入文件 write to a file')
    .action((book: string, options: JournalExportAsked, self: Command) =>
      journalExport(invoked(self), book, inOrder(options)),
    );
  return program;
};

const readDay = (text: string): string => {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A day that a month does not have would be taken for one of the next.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text))
    throw new InvalidArgumentError('须为 YYYY-MM-DD it is YYYY-MM-DD');
  return text;
};

const inOrder = <Days extends { readonly from?: string | undefined; readonly to?: string | undefined }>(
  days: Days,
): Days => {
  if (days.from !== undefined && days.to !== undefined && days.from > days.to)
    throw new Failure(EXIT.usage, `--from 晚于 --to, 其间没有一天 no day is from ${days.from} to ${days.to}`);
  return days;
};

interface BillRunOptions {
  readonly date: string;
  readonly draft: boolean;
  readonly item?: string[];
  readonly standard?: string[];
  readonly resource?: string[];
  readonly key?: string;
}

const orderOf = (period: string, { date, draft, item, standard, resource }: BillRunOptions): BillRunOrder => ({
  ...{ period, date },
  ...(draft ? { draft } : {}),
  ...(item === undefined ? {} : { items: item }),
  ...(standard === undefined ? {} : { standards: standard }),
  ...(resource === undefined ? {} : { resources: resource }),
});

interface BillRunsOptions {
  readonly date: string;
  readonly region?: string;
  readonly draft: boolean;
  readonly key?: string;
}

interface ScopeOptions {
  readonly from: string;
  readonly to: string;
  readonly standard?: string;
  readonly resource?: string;
}

const scopeOf = ({ from, to, standard, resource }: ScopeOptions): CorrectionScope => ({
  ...{ from, to },
  ...(standard === undefined ? {} : { standard }),
  ...(resource === undefined ? {} : { resource }),
});

interface CorrectOptions extends ScopeOptions {
  readonly fact: string;
  readonly of?: string;
  readonly reason: string;
  readonly date: string;
  readonly preview?: string;
  readonly posting?: 'first-open';
  readonly key?: string;
}

interface ReversalOptions {
  readonly date?: string;
  readonly posting?: 'first-open';
  readonly key?: string;
}

interface ReceiveOptions {
  readonly receiptNo: string;
  readonly date: string;
  readonly customer: string;
  readonly tender: Tender[];
  readonly resource?: string;
  readonly item?: string;
  readonly remark?: string;
  readonly posting?: 'first-open';
  readonly key?: string;
}

const among = <Name extends string>(name: Name, names: readonly Name[]): Name => {
  if (names.includes(name)) return name;
  throw new Failure(EXIT.usage, `须为 must be one of ${names.join(', ')}: ${name as string}`);
};
