import type { SqliteAdapterName } from '../drivers/sqlite/open.js';
import type { DataFlowSchema } from '../nodes/node.js';
import type { Config } from './config.js';
import type { Logger } from './logger.js';
import type { PoolOptions, SchemaCacheOptions, TimeoutOptions, TlsOptions } from './options.js';
import type { Location } from './url.js';

/** Options that were checked, with their defaults. */
export interface Settings {
  readonly location: Location;
  /** Where reads outside of transactions go, when that is another server. */
  readonly readLocation: Location | undefined;
  /** Where tables are created, when `location` is a PgBouncer. */
  readonly directLocation: Location | undefined;
  readonly pooling: 'session' | 'transaction';
  /** Whether reads by id that are made at once go as one query. */
  readonly batchReads: boolean;
  readonly schema: DataFlowSchema | undefined;
  readonly driver: SqliteAdapterName | 'pg' | undefined;
  readonly pool: Required<PoolOptions>;
  readonly timeouts: Required<TimeoutOptions>;
  readonly tls: TlsOptions | undefined;
  readonly createTables: boolean;
  readonly schemaCache: Required<SchemaCacheOptions>;
  readonly errors: { readonly mode: ErrorMode };
  readonly debug: boolean;
  readonly logger: Logger | undefined;
  /** Statements that take longer are reported; undefined for none. */
  readonly slowQueryMs: number | undefined;
  readonly metrics: boolean;
  /** Undefined: when OpenTelemetry is set up by the time the database is first used. */
  readonly telemetry: boolean | undefined;
  /** All of this for people to see. */
  readonly config: Config;
}

/** How much an error tells: all; code, one line and context; or the driver's own error as it came. */
export type ErrorMode = (typeof errorModes)[number];

export const errorModes = ['full', 'minimal', 'disabled'] as const;
