import { sqliteAdapters, type SqliteAdapterName } from '../../drivers/sqlite/open.js';
import type { DataFlowSchema } from '../../nodes/node.js';
import type { Logger } from '../logger.js';
import { profileNames, type ProfileName } from '../profiles.js';
import { errorModes, type ErrorMode } from '../settings.js';
import type { ValueType } from './value-type.js';

/** Every option by its name as messages write it, and the type of its checked value; undefined where there may be none. */
export interface OptionValues {
  url: string;
  readUrl: string | undefined;
  directUrl: string | undefined;
  pooling: 'session' | 'transaction';
  batchReads: boolean;
  schema: DataFlowSchema | undefined;
  profile: ProfileName | undefined;
  driver: SqliteAdapterName | 'pg' | undefined;
  'pool.max': number;
  'pool.acquireTimeoutMs': number;
  'pool.idleTimeoutMs': number;
  'pool.maxLifetimeMs': number;
  'timeouts.connectMs': number;
  'timeouts.statementMs': number;
  'timeouts.lockMs': number;
  'timeouts.idleInTransactionMs': number;
  'tls.mode': 'require' | 'verify-ca' | 'verify-full' | undefined;
  'tls.ca': string | undefined;
  'tls.cert': string | undefined;
  'tls.key': string | undefined;
  'tls.serverName': string | undefined;
  migrations: 'auto' | 'off';
  'schemaCache.enabled': boolean;
  'schemaCache.ttlMs': number;
  'schemaCache.maxSize': number;
  'schemaCache.validate': boolean;
  'errors.mode': ErrorMode;
  debug: boolean;
  logger: Logger | undefined;
  slowQueryMs: number;
  metrics: boolean;
  telemetry: boolean | undefined;
}

export type OptionName = keyof OptionValues;

export interface OptionDescription<T> {
  readonly type: ValueType;
  readonly default: T;
  /** Stands in when code gives no value. */
  readonly variable?: string;
  /** The variable is read only when the URL comes from DATABASE_URL, whose database it describes. */
  readonly besideUrl?: true;
  /** It is for PostgreSQL only, since SQLite …. */
  readonly sinceSqlite?: string;
  /** Never shown. */
  readonly secret?: true;
  /** For docs/configuration.md. */
  readonly text: string;
}

/** setTimeout takes no longer time. */
const longest = 2 ** 31 - 1;
const milliseconds = (least: number): ValueType => ({ kind: 'integer', least, most: longest });
const boolean: ValueType = { kind: 'boolean' };

const noServer = 'has no server';

/** The one description of the options: checks, environment variables, `db.config` and docs/configuration.md are made from it. */
export const optionTable: { readonly [Name in OptionName]: OptionDescription<OptionValues[Name]> } = {
  url: {
    type: { kind: 'url' }, default: ':memory:', variable: 'DATABASE_URL',
    text: 'The database: `:memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`.',
  },
  readUrl: {
    type: { kind: 'url' }, default: undefined, variable: 'DATAFLOW_READ_URL', besideUrl: true, sinceSqlite: 'has no replicas',
    text: 'A read replica for reads outside of transactions. After a write, reads go to `url` until the replica has it.',
  },
  directUrl: {
    type: { kind: 'url' }, default: undefined, variable: 'DATAFLOW_DIRECT_URL', besideUrl: true, sinceSqlite: noServer,
    text: 'The server itself, when `url` names a PgBouncer; tables are created there.',
  },
  pooling: {
    type: { kind: 'choice', of: ['session', 'transaction'] }, default: 'session', variable: 'DATAFLOW_POOLING', besideUrl: true, sinceSqlite: noServer,
    text: '`transaction` when `url` names a PgBouncer that lends a connection for one transaction.',
  },
  batchReads: {
    type: boolean, default: true, variable: 'DATAFLOW_BATCH_READS',
    text: 'Whether reads by id that are made at once, outside of transactions, go as one query (pg and sqlite3).',
  },
  schema: { type: { kind: 'schema' }, default: undefined, text: '`schema` of the generated index: gives `db.models` its operations.' },
  profile: {
    type: { kind: 'choice', of: profileNames }, default: undefined, variable: 'DATAFLOW_PROFILE',
    text: 'The defaults of a profile, see below.',
  },
  driver: {
    type: { kind: 'choice', of: [...sqliteAdapters, 'pg'] }, default: undefined,
    text: 'The package that talks to the database. Default for SQLite: the first present of better-sqlite3, node:sqlite, sqlite3; for PostgreSQL: pg.',
  },
  'pool.max': {
    type: { kind: 'integer', least: 1, most: 10_000 }, default: 10, variable: 'DATAFLOW_POOL_MAX',
    text: 'Most connections at once. SQLite on a file: one writes, up to four others read; in memory there is one.',
  },
  'pool.acquireTimeoutMs': {
    type: milliseconds(1), default: 30_000, variable: 'DATAFLOW_POOL_ACQUIRE_TIMEOUT_MS',
    text: "How long a call waits for a connection, or on SQLite for another transaction's lock, before it fails with DF-534.",
  },
  'pool.idleTimeoutMs': {
    type: milliseconds(0), default: 10_000, variable: 'DATAFLOW_POOL_IDLE_TIMEOUT_MS', sinceSqlite: 'keeps its few connections open',
    text: 'How long a connection stays open unused; 0 is forever.',
  },
  'pool.maxLifetimeMs': {
    type: milliseconds(0), default: 0, variable: 'DATAFLOW_POOL_MAX_LIFETIME_MS', sinceSqlite: 'keeps its few connections open',
    text: 'How old a connection may get before it is closed and replaced, once it is free; 0 is forever.',
  },
  'timeouts.connectMs': {
    type: milliseconds(0), default: 10_000, variable: 'DATAFLOW_TIMEOUTS_CONNECT_MS', sinceSqlite: 'opens a file',
    text: 'To make a connection; 0 is no limit.',
  },
  'timeouts.statementMs': {
    type: milliseconds(0), default: 0, variable: 'DATAFLOW_TIMEOUTS_STATEMENT_MS', sinceSqlite: 'cannot end a statement',
    text: 'Of one statement on the server; 0 is what the server and the role have.',
  },
  'timeouts.lockMs': {
    type: milliseconds(0), default: 0, variable: 'DATAFLOW_TIMEOUTS_LOCK_MS', sinceSqlite: 'has one lock, see pool.acquireTimeoutMs',
    text: 'Of the wait for a lock in the server; 0 is what the server and the role have.',
  },
  'timeouts.idleInTransactionMs': {
    type: milliseconds(0), default: 0, variable: 'DATAFLOW_TIMEOUTS_IDLE_IN_TRANSACTION_MS', sinceSqlite: noServer,
    text: 'How long a transaction may do nothing before the server ends it; 0 is what the server and the role have.',
  },
  'tls.mode': {
    type: { kind: 'choice', of: ['require', 'verify-ca', 'verify-full'] }, default: undefined, sinceSqlite: noServer,
    text: '`require`: encrypted. `verify-ca`: and by an authority that is trusted. `verify-full`, the default once `tls` is given: and to the host that was asked for.',
  },
  'tls.ca': { type: { kind: 'certificate' }, default: undefined, sinceSqlite: noServer, text: 'Certificates of trusted authorities, PEM. Without: those of Node.' },
  'tls.cert': { type: { kind: 'certificate' }, default: undefined, sinceSqlite: noServer, text: "The client's certificate, PEM; with `tls.key`." },
  'tls.key': { type: { kind: 'privateKey' }, default: undefined, sinceSqlite: noServer, secret: true, text: "The client's private key, PEM; with `tls.cert`." },
  'tls.serverName': { type: { kind: 'text' }, default: undefined, sinceSqlite: noServer, text: "The name the server's certificate must have, when it is not the host's." },
  migrations: {
    type: { kind: 'choice', of: ['auto', 'off'] }, default: 'auto', variable: 'DATAFLOW_MIGRATIONS',
    text: '`auto` creates missing tables on first use; `off` never creates anything.',
  },
  'schemaCache.enabled': {
    type: boolean, default: true, variable: 'DATAFLOW_SCHEMA_CACHE_ENABLED',
    text: 'Whether it is remembered which tables are there. Without, every call looks.',
  },
  'schemaCache.ttlMs': {
    type: milliseconds(0), default: 0, variable: 'DATAFLOW_SCHEMA_CACHE_TTL_MS',
    text: 'Time until a table is looked for again; 0 is never.',
  },
  'schemaCache.maxSize': {
    type: { kind: 'integer', least: 1, most: 1_000_000 }, default: 10_000, variable: 'DATAFLOW_SCHEMA_CACHE_MAX_SIZE',
    text: 'Most tables that are remembered; the one that was not used for longest is forgotten first.',
  },
  'schemaCache.validate': {
    type: boolean, default: false, variable: 'DATAFLOW_SCHEMA_CACHE_VALIDATE',
    text: "Compares the table's columns with the model's on first use and after `ttlMs`.",
  },
  'errors.mode': {
    type: { kind: 'choice', of: errorModes }, default: 'full', variable: 'DATAFLOW_ERRORS_MODE',
    text: "How much an error tells: `full`; `minimal`, which is code, one line and context; `disabled`, the driver's own error as it came.",
  },
  debug: { type: boolean, default: false, variable: 'DATAFLOW_DEBUG', text: 'Writes a line per step to the logger.' },
  logger: { type: { kind: 'logger' }, default: undefined, text: 'Where log lines go: any object with the methods debug, info, warn and error. Default: `console`.' },
  slowQueryMs: {
    type: milliseconds(0), default: 0, variable: 'DATAFLOW_SLOW_QUERY_MS',
    text: 'Statements that take longer are reported to the logger, with their plan; 0 is none.',
  },
  metrics: { type: boolean, default: false, variable: 'DATAFLOW_METRICS', text: 'Counts operations, their errors and their times for `db.metrics()`.' },
  telemetry: {
    type: boolean, default: undefined, variable: 'DATAFLOW_TELEMETRY',
    text: 'OpenTelemetry spans and metrics, through the package @opentelemetry/api. Default: when a provider is registered by the time the database is first used.',
  },
};

export const optionNames = Object.keys(optionTable) as readonly OptionName[];
