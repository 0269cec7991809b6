import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import { didYouMean } from '../errors/near-names.js';
import type { IsolationLevel, TransactionOptions } from '../drivers/driver.js';
import { sqliteAdapters, type SqliteAdapterName } from '../drivers/sqlite/open.js';
import type { DataFlowSchema } from '../nodes/node.js';
import { parseUrl, type Location } from './url.js';

export interface DataFlowOptions<Models extends object = object> {
  /** `:memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`. Default: the environment variable DATABASE_URL, else SQLite in memory. */
  readonly url?: string;
  /** `schema` of the generated index. Gives `db.models` its operations; nodes run without it. */
  readonly schema?: DataFlowSchema<Models>;
  /** The package that talks to the database. Default for SQLite: the first present of better-sqlite3, node:sqlite, sqlite3. */
  readonly driver?: SqliteAdapterName | 'pg';
  readonly pool?: PoolOptions;
  /** `auto` (default) creates missing tables on first use; `off` never creates anything. */
  readonly migrations?: 'auto' | 'off';
}

export interface PoolOptions {
  /** Most connections at once, 10 by default. SQLite on a file: one writes, up to four others read; in memory there is one. */
  readonly max?: number;
  /** How long a call waits for a connection, or for another transaction's lock on SQLite, before it fails with DF-534. 30000 by default. */
  readonly acquireTimeoutMs?: number;
  /** How long a PostgreSQL connection stays open unused; 0 is forever. 10000 by default. SQLite keeps its few open, so there it is refused. */
  readonly idleTimeoutMs?: number;
}

export interface DataFlowTransactionOptions extends TransactionOptions {
  /** How often the work is run again after a deadlock or a serialization failure (DF-536). 3 by default. */
  readonly retries?: number;
}

/** Options that were checked, with their defaults. */
export interface Settings {
  readonly location: Location;
  readonly schema: DataFlowSchema | undefined;
  readonly driver: SqliteAdapterName | 'pg' | undefined;
  readonly pool: Required<PoolOptions>;
  readonly createTables: boolean;
}

const drivers = [...sqliteAdapters, 'pg'] as const;
const isolationLevels: readonly IsolationLevel[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];
/** setTimeout takes no longer time. */
const longest = 2 ** 31 - 1;

/**
 * Checks options, one by one and against each other, and fills in the defaults.
 * Raises DF-401 for the URL and DF-403 for everything else.
 */
export function readOptions(given: string | DataFlowOptions | undefined): Settings {
  const options = typeof given === 'string' ? { url: given } : (given ?? {});
  onlyKnown('', options, ['url', 'schema', 'driver', 'pool', 'migrations']);
  const { url = process.env['DATABASE_URL'] ?? ':memory:', schema, driver, pool = {}, migrations = 'auto' } = options;
  if (typeof url !== 'string') throw invalid('url', `a text is expected, such as 'sqlite:///app.db'`);
  if (schema !== undefined && (typeof schema !== 'object' || schema === null || !('models' in schema && 'nodes' in schema))) {
    throw invalid('schema', `'schema' of the generated index is expected: import { schema } from '#dataflow'`);
  }
  oneOf('driver', driver, drivers);
  oneOf('migrations', migrations, ['auto', 'off']);
  onlyKnown('pool.', pool, ['max', 'acquireTimeoutMs', 'idleTimeoutMs']);
  const { max = 10, acquireTimeoutMs = 30_000, idleTimeoutMs = 10_000 } = pool;
  integer('pool.max', max, 1, 10_000);
  integer('pool.acquireTimeoutMs', acquireTimeoutMs, 1, longest);
  integer('pool.idleTimeoutMs', idleTimeoutMs, 0, longest);
  const location = parseUrl(url);
  if (driver !== undefined && (driver === 'pg') !== (location.dialect === 'postgres')) {
    throw invalid('driver', `'${driver}' is for ${driver === 'pg' ? 'PostgreSQL' : 'SQLite'}, but the URL names a ${location.dialect === 'postgres' ? 'PostgreSQL' : 'SQLite'} database`);
  }
  if (pool.idleTimeoutMs !== undefined && location.dialect === 'sqlite') {
    throw invalid('pool.idleTimeoutMs', 'it is for PostgreSQL, and the URL names a SQLite database, which keeps its few connections open');
  }
  return { location, schema, driver, pool: { max, acquireTimeoutMs, idleTimeoutMs }, createTables: migrations === 'auto' };
}

/** Checks the options of `transaction`. DF-403. */
export function readTransactionOptions(given: DataFlowTransactionOptions): DataFlowTransactionOptions & { readonly retries: number } {
  onlyKnown('transaction.', given, ['isolation', 'retries']);
  const { isolation, retries = 3 } = given;
  oneOf('transaction.isolation', isolation, isolationLevels);
  integer('transaction.retries', retries, 0, 1_000_000);
  return { ...given, retries };
}

function onlyKnown(prefix: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(prefix === '' ? 'options' : prefix.slice(0, -1), 'an object is expected');
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(prefix + name, `there is no such option${didYouMean(name, known) || `; there are ${known.join(', ')}`}`);
  }
}

function oneOf(option: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || known.includes(value as string)) return;
  const near = typeof value === 'string' ? didYouMean(value, known) : '';
  throw invalid(option, `${known.map((name) => `'${name}'`).join(', ')} ${known.length === 1 ? 'is' : 'are'} allowed${near}`);
}

function integer(option: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalid(option, `a whole number from ${least} to ${most} is expected`);
}

function invalid(option: string, problem: string): DataFlowError {
  return dfError('DF-403', { option, problem });
}
