/// <reference lib="esnext.disposable" preserve="true" />
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFlowError } from '../errors/dataflow-error.js';
import type { TransactionConnection } from '../drivers/driver.js';
import { createModels } from '../nodes/model-client.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import { runOperation } from '../nodes/run-operation.js';
import { nameDriverError } from './driver-errors.js';
import type { NodeParams, NodeResult } from './node-types.js';
import { readOptions, readTransactionOptions, type DataFlowOptions, type DataFlowTransactionOptions, type Settings } from './options.js';
import { PoolSession } from './pool-session.js';
import { tablesWithin, Transaction, type Surroundings } from './transaction.js';
import { TransactionScope } from './transaction-scope.js';

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
  readonly #settings: Settings;
  readonly #session: PoolSession;
  readonly #surroundings: Surroundings<Models>;

  /**
   * @param options a URL, or options; with nothing the environment variable DATABASE_URL, else SQLite in memory
   *
   * Raises DF-401 for the URL and DF-403 for the other options; the first call raises DF-404 when the driver's package is missing.
   */
  constructor(options?: string | DataFlowOptions<Models>) {
    this.#settings = readOptions(options);
    const { schema, createTables, pool } = this.#settings;
    this.schema = schema as DataFlowSchema<Models> | undefined;
    this.#session = new PoolSession(this.#settings);
    const models = this.schema ?? (noSchema as DataFlowSchema<Models>);
    this.models = createModels(models, this.#session);
    this.#surroundings = { schema: this.schema, models, createTables, timeoutMs: pool.acquireTimeoutMs };
  }

  /** Runs a node's operation, `db.execute(UserCreateNode, { … })`: what `db.models.User.create` does. */
  execute<N extends NodeClass>(node: N, params: NodeParams<N>): Promise<NodeResult<N>> {
    return runOperation(node, this.#session, params) as Promise<NodeResult<N>>;
  }

  /**
   * Runs the work in one transaction: committed when it returns, rolled back when it throws, and what it threw is thrown on.
   * Work on `tx`, not on the `DataFlow`, whose calls are not part of it (and on SQLite wait for its end).
   * @param options `isolation` (SQLite is always serializable); `retries` (3): how often the work is run again after a
   *   deadlock or serialization failure (DF-536), each time a little later
   *
   * Raises DF-501 after `close`, DF-502 when the error of a failed statement was swallowed, DF-534 when no connection
   * was free in time.
   */
  async transaction<T>(work: (tx: Transaction<Models>) => Promise<T>, options: DataFlowTransactionOptions = {}): Promise<T> {
    const { isolation, retries } = readTransactionOptions(options);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#transaction(work, isolation);
      } catch (error) {
        if (attempt >= retries || !(error instanceof DataFlowError) || error.code !== 'DF-536') throw error;
      }
      await sleep(Math.random() * Math.min(1000, 10 * 2 ** attempt));
    }
  }

  /** Waits for the work under way, then closes all connections. May be called again. */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #transaction<T>(work: (tx: Transaction<Models>) => Promise<T>, isolation: DataFlowTransactionOptions['isolation']): Promise<T> {
    const { timeoutMs } = this.#surroundings;
    const connection = await named(this.#session.driver.begin(isolation === undefined ? {} : { isolation }));
    const scope = new TransactionScope(connection, timeoutMs);
    const tables = tablesWithin(scope, timeoutMs, this.#session.tables);
    const result = await rollingBack(connection, () => scope.complete((inside) => work(new Transaction(inside, tables, this.#surroundings))));
    await named(connection.commit());
    this.#session.tables.adopt(tables);
    return result;
  }
}

async function rollingBack<T>(connection: TransactionConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The first error says what went wrong; one of the rollback itself would hide it.
    await connection.rollback().catch(() => undefined);
    throw error;
  }
}

async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw nameDriverError(error, { operation: 'transaction' });
  }
}
