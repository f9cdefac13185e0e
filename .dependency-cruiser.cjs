// What may import what. Nx tags repeat the coarse part; this file is the guard.
const core = '^libs/ledger-core/src';
const contracts = '^libs/contracts/src';
const spec = '\\.spec\\.ts$';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule(
      'core-is-pure',
      'ledger-core decides from its arguments alone.',
      { path: core, pathNot: spec },
      { pathNot: [core, contracts] },
    ),
    rule(
      'contracts-stand-alone',
      'Every service reads contracts, so they depend on none.',
      { path: contracts, pathNot: spec },
      { pathNot: contracts },
    ),
    rule(
      'services-meet-on-contracts',
      'A service knows another by its contract.',
      { path: '^apps/(?!suite)([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule('reporting-knows-no-rules', 'Reports are made of events.', { path: '^apps/reporting/' }, { path: core }),
    rule(
      'slices-do-not-import-slices',
      'A use case can be read, and deleted, alone.',
      { path: '^apps/(?!suite|cli)([^/]+)/src/([^/]+)/', pathNot: ['/(ledger-store|archive|projection|relay)/', spec] },
      {
        path: '^apps/$1/src/[^/]+/',
        pathNot: [
          '^apps/$1/src/$2/',
          '/(ledger-store|archive|projection|answer|known)/',
          // What a month is computed from, to, and for whom: a correction computes it again.
          '/run-bills/(plan|run-inputs|metered|scope)\\.ts$',
          // What rules give of charges: a run gives it of those that it raises.
          '/give-discounts/discounts-lacking\\.ts$',
        ],
      },
    ),
    rule(
      'src-does-not-import-testkit',
      'The testkit is for specs.',
      { path: '^(apps|libs)/(?!testkit)', pathNot: '\\.(spec|fixture)\\.ts$' },
      { path: '^libs/testkit/' },
    ),
    rule('no-cycles', 'A cycle has no first file to read.', {}, { circular: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: '/dist/',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'require', 'node', 'default'], exportsFields: ['exports'] },
  },
};
