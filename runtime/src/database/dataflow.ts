/// <reference lib="esnext.disposable" preserve="true" />
import { limitStacks, shortenStacks } from '../errors/call-site.js';
import { createModels } from '../nodes/model-client.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import type { BulkOptions } from '../nodes/call-options.js';
import { runNode } from '../nodes/run-operation.js';
import type { DataFlowMetrics } from '../observe/metrics.js';
import { observations } from '../observe/observations.js';
import type { PoolStats } from '../drivers/driver.js';
import type { DatabaseHealth } from './health.js';
import type { NodeParams, NodeResult } from './node-types.js';
import type { Config } from './config.js';
import { readOptions } from './options/read-options.js';
import { readTimeout } from './timeout-option.js';
import type { DataFlowOptions } from './options.js';
import { PoolSession } from './pool-session.js';
import type { ProfileOptions } from './profiles.js';
import { SchemaCache } from './schema-cache.js';
import type { Settings } from './settings.js';
import type { Tables } from './tables.js';
import { Transaction, type Surroundings } from './transaction.js';
import { readTransactionOptions, type DataFlowTransactionOptions } from './transaction-options.js';
import { runTransaction } from './transaction-runner.js';

const noSchema: DataFlowSchema = { models: {}, nodes: {} };

/**
 * A database: where operations and workflows run. Nothing is opened before the first call; two of them share nothing.
 *
 * ```ts
 * await using db = new DataFlow({ url: 'sqlite:///app.db', schema });
 * await db.models.User.create({ id: 'u-1', name: 'Alice', email: 'alice@example.com' });
 * ```
 */
export class DataFlow<Models extends object = object> {
  /** The operations of every model of the schema, `db.models.User.create(…)`. */
  readonly models: Models;
  /** The schema that was given. */
  readonly schema: DataFlowSchema<Models> | undefined;
  /** What is known of which tables are there: counts, and `clear` after changes made outside. */
  readonly schemaCache: SchemaCache;
  readonly #settings: Settings;
  readonly #session: PoolSession;
  readonly #surroundings: Surroundings<Models>;

  /**
   * @param options a URL, or options; with nothing the environment variable DATABASE_URL, else SQLite in memory
   *
   * Raises DF-401 for the URL, DF-403 and DF-413 for the other options, DF-412 for an environment variable, all problems at once;
   * the first call raises DF-404 when the driver's package is missing.
   */
  constructor(options?: string | DataFlowOptions<Models>) {
    this.#settings = readOptions(options);
    const { schema } = this.#settings;
    this.schema = schema as DataFlowSchema<Models> | undefined;
    this.#session = new PoolSession(this.#settings);
    this.schemaCache = new SchemaCache(this.#session.tables);
    const models = this.schema ?? (noSchema as DataFlowSchema<Models>);
    this.models = createModels(models, this.#session);
    const { observation } = this.#session;
    observations.set(this, observation);
    this.#surroundings = { schema: this.schema, models, observation, naming: this.#session.naming };
  }

  /** Options for a developer's machine: `new DataFlow(DataFlow.development({ schema }))`. Tables are compared with their models, slow statements reported. */
  static development<Models extends object = object>(options?: Omit<DataFlowOptions<Models>, 'profile'>): DataFlowOptions<Models> {
    return { ...options, profile: 'development' };
  }

  /** Options for tests: SQLite in memory whatever DATABASE_URL says, unless a URL is given; short time limits. */
  static testing<Models extends object = object>(options?: Omit<DataFlowOptions<Models>, 'profile'>): DataFlowOptions<Models> {
    return { url: ':memory:', ...options, profile: 'testing' };
  }

  /**
   * Options for a database in service: nothing is created, tables are compared with their models on first use, statements,
   * locks and idle transactions are limited in time, errors are short. What is given in `options` comes before that.
   */
  static production<Models extends object = object>(url: string, options?: ProfileOptions<Models>): DataFlowOptions<Models> {
    return { ...options, url, profile: 'production' };
  }

  /** As `production`, and stricter: encrypted to a server whose certificate is checked, shorter limits, tables compared again and again. */
  static enterprise<Models extends object = object>(url: string, options?: ProfileOptions<Models>): DataFlowOptions<Models> {
    return { ...options, url, profile: 'enterprise' };
  }

  /** The options in effect by their names, `db.config['pool.max']`, each with its origin; secrets are masked. */
  get config(): Config {
    return this.#settings.config;
  }

  /**
   * Runs a node's operation, `db.execute(UserCreateNode, { … })`: what `db.models.User.create` does.
   * @param options `signal` and `timeoutMs` limit this call
   */
  execute<N extends NodeClass>(node: N, params: NodeParams<N>, options?: BulkOptions): Promise<NodeResult<N>> {
    return runNode(node, this.#session, params, options) as Promise<NodeResult<N>>;
  }

  /**
   * Runs the work in one transaction: committed when it returns, rolled back when it throws, and what it threw is thrown on.
   * Work on `tx`, not on the `DataFlow`, whose calls are not part of it (and on SQLite wait for its end).
   * @param options `isolation`: SQLite is always serializable, which is no less than asked for; `readOnly` refuses every write;
   *   `deferrable`, with both, waits on PostgreSQL until it can neither fail nor hinder others; `retries` (3): how often the work is
   *   run again after a deadlock or serialization failure, each time a little later; `signal` and `timeoutMs` limit the whole,
   *   waits and all runs included: then it is rolled back, whether the work comes back or not
   *
   * Raises DF-403 for bad options, DF-501 after `close`, DF-502 when the error of a failed statement was swallowed, DF-510 and DF-511
   * for `signal` and `timeoutMs`, DF-512 when the connection broke off during COMMIT, DF-513 for a write in a read-only transaction,
   * DF-534 when no connection was free in time, and DF-536 and DF-546 for conflicts, with `context.attempts` when it ran several times.
   */
  async transaction<T>(work: (tx: Transaction<Models>) => Promise<T>, options?: DataFlowTransactionOptions): Promise<T> {
    const before = shortenStacks();
    const opened = new Error('opened here');
    limitStacks(before);
    let tables: Tables;
    const settings = readTransactionOptions(options);
    const run = (): Promise<T> =>
      runTransaction(this.#session, settings, opened, (scope) => {
        tables = this.#session.tables.within(scope);
        return work(new Transaction(scope, tables, this.#surroundings));
      });
    const { observation } = this.#session;
    const result = await (observation.observer === undefined ? run() : observation.transaction(run));
    this.#session.tables.adopt(tables!);
    return result;
  }

  /** Connections at this moment and counts of the schema cache; with `metrics: true` also counts and times of operations, and counts of transactions. */
  metrics(): DataFlowMetrics {
    return { ...this.#session.observation.counts(), pool: this.#session.stats(), schemaCache: this.schemaCache.metrics() };
  }

  /** Connections at this moment: open, idle, used, and calls that wait for one; with `readUrl` also those to the replica, as `read`. */
  stats(): PoolStats {
    return this.#session.stats();
  }

  /**
   * Asks the database, and each server where there are several, for an answer. Never throws for what it finds.
   * @param options `timeoutMs` (5000) for the answer, the wait for a connection included
   *
   * Raises DF-403 for bad options only.
   */
  async health(options: { readonly timeoutMs?: number } = {}): Promise<DatabaseHealth> {
    return this.#session.health(readTimeout('health', options) ?? 5000);
  }

  /**
   * Lets no new work in (DF-501), waits for the work under way, then closes all connections. May be called again.
   * @param options `timeoutMs`: what is not done by then is cut off with DF-505; open transactions are rolled back. Without it there is
   *   no limit.
   *
   * Raises DF-403 for bad options.
   */
  async close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    await this.#session.close(readTimeout('close', options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
