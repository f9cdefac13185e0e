/** One run over all projects: specs read sources, each spec makes its own databases on the one PostgreSQL of the run. */
module.exports = {
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/tools'],
  testMatch: ['**/src/**/*.spec.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'require', 'node', 'default'] },
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json'],
  transform: {
    '\\.(ts|mjs)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
    'node_modules/(jose|content-disposition)/.+\\.js$': [
      '@swc/jest',
      { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(hucre|jose|content-disposition)/)', '/(apps|libs|tools)/[^/]+/dist/'],
  globalSetup: '<rootDir>/libs/testkit/src/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testkit/src/global-teardown.ts',
  // On two cores: a third of the time of a worker is spent waiting for services, brokers and databases to start.
  maxWorkers: 3,
  testTimeout: 60_000,
};
