const SERVICES = [
  ['registry', '项目、资源与操作员', 'Projects, resources and operators'],
  ['customers', '客户与入住', 'Customers and occupancies'],
  ['billing', '收费标准、出账、收款与关账', 'Standards, bill runs, receipts and closing'],
  ['reports', '报表', 'Reports'],
  ['onboarding', '工作簿导入', 'Workbook imports'],
] as const;

const REPORTS = [
  ['collection', '各项目收缴情况', 'Collection by project'],
  ['arrears-detail', '欠费明细', 'Arrears in detail'],
  ['arrears-summary', '欠费汇总', 'Arrears summed up'],
  ['receivable', '应收与收缴', 'Receivable and collected'],
  ['deposits', '押金', 'Deposits'],
  ['prepayments', '预交款', 'Prepayments'],
  ['cashbook', '收款日报', 'Cashbook'],
] as const;

const links = (entries: readonly (readonly [string, string, string])[], href: (name: string) => string): string =>
  entries.map(([name, zh, en]) => `<li><a href="${href(name)}">${zh}</a> <span lang="en">${en}</span></li>`).join('\n');

/** What `/` shows. It loads nothing from elsewhere. */
export const indexPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>物业账簿 propledger</title>
<style>
body { font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733; }
h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin-top: 1.6rem } ul { padding-left: 1.2rem } a { color: #0b5cad } span { color: #5b6773 }
code { background: #eef2f5; padding: .1rem .3rem }
</style>
</head>
<body>
<h1>物业账簿 <span lang="en">propledger</span></h1>
<h2>接口文档 <span lang="en">API documents</span></h2>
<ul>
${links(SERVICES, (name) => `/${name}/v1/docs`)}
</ul>
<h2>报表 <span lang="en">Reports</span></h2>
<p>需要登录令牌 <span lang="en">These need a token</span>: <code>propledger report collection --period 2026-10</code></p>
<ul>
${links(REPORTS, (name) => `/reports/v1/docs#/reports/${name}`)}
</ul>
<h2>状态 <span lang="en">Health</span></h2>
<ul><li><a href="/health/ready">/health/ready</a></li><li><a href="/health/live">/health/live</a></li></ul>
</body>
</html>
`;
