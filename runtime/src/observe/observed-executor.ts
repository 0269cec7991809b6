import type { DriverValue, Executor, MaybePromise, Result, Statement } from '../drivers/driver.js';
import type { Dialect } from '../schema/model-schema.js';
import type { OperationActivity, StatementActivity } from './activity.js';
import type { Activities } from './activities.js';

/** An executor whose statements are watched. What came at once comes at once. */
export class ObservedExecutor implements Executor {
  readonly dialect: Dialect;
  readonly #inner: Executor;
  readonly #activities: Activities;
  readonly #by: OperationActivity | undefined;

  constructor(inner: Executor, activities: Activities, by: OperationActivity | undefined) {
    this.dialect = inner.dialect;
    this.#inner = inner;
    this.#activities = activities;
    this.#by = by;
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): MaybePromise<Result> {
    const activity = this.#start(statement, values, 1);
    let result: MaybePromise<Result>;
    try {
      result = this.#inner.execute(statement, values, signal);
    } catch (error) {
      this.#activities.end(activity, error);
      throw error;
    }
    return result instanceof Promise ? this.#executing(result, activity) : this.#executed(result, activity);
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): MaybePromise<readonly number[]> {
    const activity = this.#start(statement, rows[0] ?? [], rows.length);
    let changes: MaybePromise<readonly number[]>;
    try {
      changes = this.#inner.executeMany(statement, rows, signal);
    } catch (error) {
      this.#activities.end(activity, error);
      throw error;
    }
    return changes instanceof Promise ? this.#executingMany(changes, activity) : this.#executedMany(changes, activity);
  }

  #start(statement: Statement, values: readonly DriverValue[], size: number): StatementActivity {
    const activity: StatementActivity = { kind: 'statement', statement, values, size, by: this.#by, rows: 0, changes: 0, started: 0 };
    if (this.#by !== undefined) this.#activities.claim(statement);
    this.#activities.start(activity);
    return activity;
  }

  #executed(result: Result, activity: StatementActivity): Result {
    activity.rows = result.rows.length;
    activity.changes = result.changes;
    this.#activities.end(activity, undefined);
    return result;
  }

  // Asynchronous functions, not `then`: so the stack of a slow statement leads to the user's call.
  async #executing(pending: Promise<Result>, activity: StatementActivity): Promise<Result> {
    let result: Result;
    try {
      result = await pending;
    } catch (error) {
      this.#activities.end(activity, error);
      throw error;
    }
    return this.#executed(result, activity);
  }

  #executedMany(changes: readonly number[], activity: StatementActivity): readonly number[] {
    for (const count of changes) activity.changes += count;
    this.#activities.end(activity, undefined);
    return changes;
  }

  async #executingMany(pending: Promise<readonly number[]>, activity: StatementActivity): Promise<readonly number[]> {
    let changes: readonly number[];
    try {
      changes = await pending;
    } catch (error) {
      this.#activities.end(activity, error);
      throw error;
    }
    return this.#executedMany(changes, activity);
  }
}
