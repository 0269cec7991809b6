import type { SqliteAdapterName } from '../drivers/sqlite/open.js';
import type { DataFlowSchema } from '../nodes/node.js';
import type { Logger } from './logger.js';
import type { ProfileName } from './profiles.js';
import type { ErrorMode } from './settings.js';

export interface DataFlowOptions<Models extends object = object> {
  /** `:memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`. Default: the environment variable DATABASE_URL, else SQLite in memory. */
  readonly url?: string;
  /** PostgreSQL: a read replica, where reads outside of transactions go. After a write, reads go to `url` until the replica has it, so that they are never stale. */
  readonly readUrl?: string;
  /** PostgreSQL: the server itself, when `url` names a PgBouncer; tables are created there. */
  readonly directUrl?: string;
  /** PostgreSQL: `transaction` when `url` names a PgBouncer that lends a connection for one transaction. Default `session`. */
  readonly pooling?: 'session' | 'transaction';
  /** Whether reads by id that are made at once, outside of transactions, go as one query (pg and sqlite3). Default true. */
  readonly batchReads?: boolean;
  /** `schema` of the generated index. Gives `db.models` its operations; nodes run without it. */
  readonly schema?: DataFlowSchema<Models>;
  /** Defaults for a purpose, see `docs/configuration.md`; each can be overridden. `DataFlow.production(url)` and its like give it. */
  readonly profile?: ProfileName;
  /** The package that talks to the database. Default for SQLite: the first present of better-sqlite3, node:sqlite, sqlite3. */
  readonly driver?: SqliteAdapterName | 'pg';
  readonly pool?: PoolOptions;
  readonly timeouts?: TimeoutOptions;
  /** PostgreSQL: how the connection is encrypted. */
  readonly tls?: TlsOptions;
  /** `auto` (default) creates missing tables on first use; `off` never creates anything. */
  readonly migrations?: 'auto' | 'off';
  readonly schemaCache?: SchemaCacheOptions;
  readonly errors?: { readonly mode?: ErrorMode };
  /** Writes a line per step to the logger. Default false. */
  readonly debug?: boolean;
  /** Where log lines go. Default: `console`, for what `debug` and `slowQueryMs` ask for. */
  readonly logger?: Logger;
  /** Statements that take longer are reported to the logger, with their plan. Milliseconds; 0 is none, the default. */
  readonly slowQueryMs?: number;
  /** Counts operations, their errors and their times for `db.metrics()`. Default false. */
  readonly metrics?: boolean;
  /**
   * OpenTelemetry spans and metrics, through the package @opentelemetry/api. Default: when a provider has been registered
   * by the time the database is first used. `true` always, and DF-426 when the package is missing; `false` never.
   */
  readonly telemetry?: boolean;
}

export interface PoolOptions {
  /** Most connections at once, 10 by default. SQLite on a file: one writes, up to four others read; in memory there is one. */
  readonly max?: number;
  /** How long a call waits for a connection, or for another transaction's lock on SQLite, before it fails with DF-534. 30000 by default. */
  readonly acquireTimeoutMs?: number;
  /** How long a PostgreSQL connection stays open unused; 0 is forever. 10000 by default. SQLite keeps its few open, so there it is refused. */
  readonly idleTimeoutMs?: number;
  /** How old a PostgreSQL connection may get before it is closed and replaced, once it is free; 0 is forever, the default. */
  readonly maxLifetimeMs?: number;
}

/** Time limits in milliseconds. 0 is none; for those that the server keeps it is what the server and the role have. */
export interface TimeoutOptions {
  /** PostgreSQL: to make a connection. Default 10000. */
  readonly connectMs?: number;
  /** PostgreSQL: of one statement on the server. Default 0. */
  readonly statementMs?: number;
  /** PostgreSQL: of the wait for a lock in the server. Default 0. */
  readonly lockMs?: number;
  /** PostgreSQL: how long a transaction may do nothing before the server ends it. Default 0. */
  readonly idleInTransactionMs?: number;
}

export interface TlsOptions {
  /** `require`: encrypted. `verify-ca`: and by an authority that is trusted. `verify-full` (default): and to the host that was asked for. */
  readonly mode?: 'require' | 'verify-ca' | 'verify-full';
  /** Certificates of trusted authorities, PEM. Default: those of Node. */
  readonly ca?: string;
  /** The client's certificate and key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** The name the server's certificate must have, when it is not the host's. */
  readonly serverName?: string;
}

/** What is remembered of which tables exist. */
export interface SchemaCacheOptions {
  /** Default true. Without it every call looks whether its table is there. */
  readonly enabled?: boolean;
  /** Milliseconds until a table is looked for again; 0 is never, the default. */
  readonly ttlMs?: number;
  /** Most tables that are remembered, 10000 by default. */
  readonly maxSize?: number;
  /** Compares the table's columns with the model's on first use and after `ttlMs`. Default false. */
  readonly validate?: boolean;
}
