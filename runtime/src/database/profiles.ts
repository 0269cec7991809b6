import type { OptionValues } from './options/option-table.js';
import type { DataFlowOptions } from './options.js';

export const profileNames = ['development', 'testing', 'production', 'enterprise'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What a profile says about an option unless code or the environment do. */
export type ProfileValues = Partial<Omit<OptionValues, 'profile' | 'url' | 'schema'>>;

const production: ProfileValues = {
  migrations: 'off',
  'schemaCache.validate': true,
  'errors.mode': 'minimal',
  'pool.acquireTimeoutMs': 10_000,
  'pool.idleTimeoutMs': 30_000,
  'pool.maxLifetimeMs': 30 * 60_000,
  'timeouts.statementMs': 30_000,
  'timeouts.lockMs': 10_000,
  'timeouts.idleInTransactionMs': 60_000,
  slowQueryMs: 1000,
};

/** The profiles. What is for PostgreSQL alone is left out on SQLite. */
export const profiles: { readonly [Name in ProfileName]: ProfileValues } = {
  development: { 'pool.max': 5, 'schemaCache.validate': true, slowQueryMs: 500 },
  testing: { 'pool.max': 5, 'pool.acquireTimeoutMs': 5000, 'timeouts.statementMs': 10_000, 'timeouts.lockMs': 5000 },
  production,
  enterprise: {
    ...production,
    'tls.mode': 'verify-full',
    'pool.acquireTimeoutMs': 5000,
    'timeouts.connectMs': 5000,
    'timeouts.statementMs': 10_000,
    'timeouts.lockMs': 3000,
    'timeouts.idleInTransactionMs': 30_000,
    'schemaCache.ttlMs': 5 * 60_000,
    slowQueryMs: 200,
  },
};

/** What can be given beside a profile. */
export type ProfileOptions<Models extends object> = Omit<DataFlowOptions<Models>, 'profile' | 'url'>;
