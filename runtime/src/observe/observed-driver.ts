import type {
  BeginOptions, Driver, DriverValue, Executor, MaybePromise, PoolStats, Result, Statement, TransactionConnection,
} from '../drivers/driver.js';
import type { Dialect } from '../schema/model-schema.js';
import type { Activities } from './activities.js';
import type { StatementActivity, TransactionStep } from './activity.js';
import { ObservedExecutor } from './observed-executor.js';

/** Statements that no operation sends itself: look-ups of tables, their creation, savepoints. */
class OtherStatements implements Executor {
  readonly dialect: Dialect;
  protected readonly activities: Activities;
  readonly #inner: Executor;
  readonly #observed: ObservedExecutor;

  constructor(inner: Executor, activities: Activities) {
    this.dialect = inner.dialect;
    this.activities = activities;
    this.#inner = inner;
    this.#observed = new ObservedExecutor(inner, activities, undefined);
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result> {
    return this.#reports(statement) ? this.#observed.execute(statement, values, signal) : this.#inner.execute(statement, values, signal);
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): MaybePromise<readonly number[]> {
    return this.#reports(statement) ? this.#observed.executeMany(statement, rows, signal) : this.#inner.executeMany(statement, rows, signal);
  }

  #reports(statement: Statement): boolean {
    return this.activities.statements && !this.activities.isClaimed(statement);
  }

  protected step<T>(step: TransactionStep, work: () => Promise<T>): Promise<T> {
    const activity: StatementActivity = { kind: 'statement', statement: steps[step], values: [], size: 1, by: undefined, step, rows: 0, changes: 0, started: 0 };
    return this.activities.run(activity, work);
  }
}

const steps: { readonly [Step in TransactionStep]: Statement } = {
  begin: { text: 'BEGIN', kind: 'write', returns: false },
  commit: { text: 'COMMIT', kind: 'write', returns: false },
  rollback: { text: 'ROLLBACK', kind: 'write', returns: false },
};

/** A driver that reports its transactions, and the statements that operations did not report already. */
export class ObservedDriver extends OtherStatements implements Driver {
  readonly adapter: string;
  readonly servers: Readonly<Record<string, Driver>> | undefined;
  readonly #inner: Driver;

  constructor(inner: Driver, activities: Activities) {
    super(inner, activities);
    this.adapter = inner.adapter;
    this.servers = inner.servers;
    this.#inner = inner;
  }

  async begin(options?: BeginOptions): Promise<TransactionConnection> {
    return new ObservedTransaction(await this.step('begin', () => this.#inner.begin(options)), this.activities);
  }

  stats(): PoolStats {
    return this.#inner.stats();
  }

  async close(timeoutMs?: number): Promise<void> {
    await this.#inner.close(timeoutMs);
    await this.activities.closed();
  }
}

class ObservedTransaction extends OtherStatements implements TransactionConnection {
  readonly #inner: TransactionConnection;
  /** What comes after the end, such as the rollback of a failed commit, is no end of its own. */
  #ended = false;

  constructor(inner: TransactionConnection, activities: Activities) {
    super(inner, activities);
    this.#inner = inner;
  }

  commit(signal?: AbortSignal): Promise<void> {
    return this.#end('commit', () => this.#inner.commit(signal));
  }

  rollback(): Promise<void> {
    return this.#end('rollback', () => this.#inner.rollback());
  }

  #end(step: TransactionStep, work: () => Promise<void>): Promise<void> {
    if (this.#ended) return work();
    this.#ended = true;
    return this.step(step, work);
  }
}
