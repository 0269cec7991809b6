import type { TransactionAttempt } from '../errors/attempts.js';
import type { Driver, DriverValue, Statement } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { WatchedOperation } from '../nodes/observer.js';
import type { Span } from './opentelemetry.js';

/** Something that takes time and is watched from its start to its end. */
export type Activity = OperationActivity | StatementActivity | TablesActivity | TransactionActivity | WorkflowActivity | NodeActivity;

interface Timed {
  /** `performance.now()` at its start. */
  started: number;
  /** Of the tracer, while it lasts. */
  span?: Span | undefined;
}

/** One call of an operation. */
export interface OperationActivity extends Timed {
  readonly kind: 'operation';
  readonly model: CompiledModel;
  readonly operation: WatchedOperation;
  /** Tells the log lines of calls at the same time apart. Undefined for what several calls share. */
  readonly call?: number;
}

/** One statement, or one value list after the other with the same statement, from the wait for a connection to the last row. */
export interface StatementActivity extends Timed {
  readonly kind: 'statement';
  readonly statement: Statement;
  /** The first value list. Watchers tell how many there are and of what types, never the values. */
  readonly values: readonly DriverValue[];
  /** Value lists; 1 but for `executeMany`. */
  readonly size: number;
  /** Undefined for what no operation sends itself: BEGIN, savepoints, the creation of tables. */
  readonly by: OperationActivity | undefined;
  /** When it begins or ends a transaction. */
  readonly step?: TransactionStep;
  /** Known at its end. */
  rows: number;
  changes: number;
}

export type TransactionStep = 'begin' | 'commit' | 'rollback';

/** The look-up of a model's table, which is created when it is missing. */
export interface TablesActivity extends Timed {
  readonly kind: 'tables';
  readonly model: CompiledModel;
  readonly by: OperationActivity;
}

/** A call of `db.transaction`, with all of its attempts. */
export interface TransactionActivity extends Timed {
  readonly kind: 'transaction';
}

export interface WorkflowActivity extends Timed {
  readonly kind: 'workflow';
  readonly workflow: string;
  readonly runId: string;
}

/** One attempt of a workflow's node, or of what undoes it. */
export interface NodeActivity extends Timed {
  readonly kind: 'node';
  readonly name: string;
  readonly workflow: string;
  readonly runId: string;
}

/** What is told of activities. What it throws is dropped, for nobody's call may fail because of it. */
export interface Watcher {
  /** Whether it wants to hear of statements that are no step of a transaction. */
  readonly statements: boolean;
  started?(activity: Activity): void;
  /** @param error what the activity failed with; undefined when it did not */
  ended?(activity: Activity, ms: number, error: unknown): void;
  /**
   * A transaction runs again, after a deadlock or a serialization failure.
   * @param number which run it was, from 1
   */
  retried?(attempt: TransactionAttempt, number: number): void;
  /** Runs the activity's work, so that what happens in it is known to belong to it. */
  within?<T>(activity: Activity, work: () => T): T;
  /** The database was opened. */
  opened?(watched: Watched): void;
  /** The database was closed; waits for what is still to be reported. */
  closed?(): Promise<void> | void;
}

/** What watchers know of the database. */
export interface Watched {
  readonly driver: Driver;
  readonly place: Place;
}

/** Where the database is, without names and passwords of users. */
export interface Place {
  /** Name of the database, or of SQLite's file without its folder, or `:memory:`. */
  readonly database: string;
  /** PostgreSQL: host or folder of the socket. */
  readonly host?: string;
  readonly port?: number;
}
