import type { Settings } from '../database/settings.js';
import type { TransactionAttempt } from '../errors/attempts.js';
import type { Driver, Executor } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { OperationObserver, WatchedOperation } from '../nodes/observer.js';
import type { Session } from '../nodes/session.js';
import { Activities } from './activities.js';
import type { Watcher } from './activity.js';
import { DebugLog } from './debug-log.js';
import { Metrics, type OperationMetrics, type TransactionMetrics } from './metrics.js';
import { ObservedDriver } from './observed-driver.js';
import { ObservedExecutor } from './observed-executor.js';
import { ObservedSession } from './observed-session.js';
import { loadOpenTelemetry, registeredOpenTelemetry, type OpenTelemetry } from './opentelemetry.js';
import { placeOf } from './place.js';
import { RetryLog } from './retry-log.js';
import { SlowStatements } from './slow-statements.js';
import { Telemetry } from './telemetry.js';
import { consoleLogger } from './write-log.js';

/** What the options ask to be watched on one database. */
export type ObservationSettings = Pick<Settings, 'location' | 'debug' | 'logger' | 'slowQueryMs' | 'metrics' | 'telemetry'>;

/**
 * Who watches one `DataFlow`. Whether OpenTelemetry is set up is decided when the database is first used; when nobody watches then,
 * `observer` is undefined from there on and operations spend nothing.
 */
export class Observation implements OperationObserver {
  /** For sessions: undefined when nobody watches operations. */
  observer: OperationObserver | undefined = this;
  readonly #settings: ObservationSettings;
  readonly #metrics: Metrics | undefined;
  readonly #required: OpenTelemetry | undefined;
  readonly #retries: RetryLog | undefined;
  #activities: Activities | undefined;
  #decided = false;
  #calls = 0;

  /** DF-426 when telemetry is asked for and its package is missing. */
  constructor(settings: ObservationSettings) {
    this.#settings = settings;
    const { metrics, telemetry, debug, logger } = settings;
    if (metrics) this.#metrics = new Metrics();
    if (telemetry === true) this.#required = loadOpenTelemetry();
    if (debug || logger !== undefined) this.#retries = new RetryLog(logger ?? consoleLogger);
  }

  /** Puts itself between the driver and its users, when somebody watches. */
  watch(driver: Driver): Driver {
    const activities = this.#watching();
    if (activities === undefined) return driver;
    activities.opened({ driver, place: placeOf(this.#settings.location) });
    return new ObservedDriver(driver, activities);
  }

  /** The driver, for statements that several calls of the operation share. */
  executor(driver: Driver, model: CompiledModel, operation: WatchedOperation): Executor {
    const activities = this.#watching();
    return activities?.statements ? new ObservedExecutor(driver, activities, { kind: 'operation', model, operation, started: 0 }) : driver;
  }

  operation<T>(model: CompiledModel, operation: WatchedOperation, session: Session, run: (session: Session) => Promise<T>): Promise<T> {
    const activities = this.#watching();
    if (activities === undefined) return run(session);
    const activity = { kind: 'operation', model, operation, call: ++this.#calls, started: 0 } as const;
    return activities.run(activity, () => run(activities.statements ? new ObservedSession(session, activities, activity) : session));
  }

  /** Runs a whole call of `db.transaction`. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    const activities = this.#watching();
    return activities === undefined ? work() : activities.run({ kind: 'transaction', started: 0 }, work);
  }

  /** Reports an attempt that failed and is made again: on the logger when there is one or in debug mode. */
  retried(attempt: TransactionAttempt, number: number): void {
    this.#retries?.retried(attempt, number);
    this.#watching()?.retried(attempt, number);
  }

  workflow<T>(workflow: string, runId: string, work: () => Promise<T>): Promise<T> {
    const activities = this.#watching();
    return activities === undefined ? work() : activities.run({ kind: 'workflow', workflow, runId, started: 0 }, work);
  }

  node<T>(workflow: string, runId: string, name: string, work: () => Promise<T>): Promise<T> {
    const activities = this.#watching();
    return activities === undefined ? work() : activities.run({ kind: 'node', workflow, runId, name, started: 0 }, work);
  }

  /** Counts since the beginning; nothing without `metrics: true`. */
  counts(): { readonly operations?: Readonly<Record<string, OperationMetrics>>; readonly transactions?: TransactionMetrics } {
    return this.#metrics === undefined ? {} : { operations: this.#metrics.operations(), transactions: this.#metrics.transactions() };
  }

  #watching(): Activities | undefined {
    if (this.#decided) return this.#activities;
    this.#decided = true;
    const watchers = this.#watchers();
    if (watchers.length === 0) this.observer = undefined;
    else this.#activities = new Activities(watchers);
    return this.#activities;
  }

  #watchers(): Watcher[] {
    const { debug, logger, slowQueryMs, telemetry } = this.#settings;
    const lines = logger ?? consoleLogger;
    const api = this.#required ?? (telemetry === undefined ? registeredOpenTelemetry() : undefined);
    const watchers: Watcher[] = [];
    if (api !== undefined) watchers.push(new Telemetry(api));
    if (this.#metrics !== undefined) watchers.push(this.#metrics);
    if (slowQueryMs !== undefined) watchers.push(new SlowStatements(slowQueryMs, lines));
    if (debug) watchers.push(new DebugLog(lines));
    return watchers;
  }
}
