import type { SchemaCacheMetrics } from '../database/schema-cache.js';
import type { PoolStats } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { WatchedOperation } from '../nodes/observer.js';
import type { Activity, Watcher } from './activity.js';
import { DurationHistogram } from './duration-histogram.js';
import { errorCode } from './error-code.js';
import { roundMs } from './write-log.js';

/** What happened since the `DataFlow` was made; plain data. */
export interface DataFlowMetrics {
  /** By model and operation, `User.create`. Only with `metrics: true`. */
  readonly operations?: Readonly<Record<string, OperationMetrics>>;
  /** Those of `db.transaction`, of workflows and of operations that need one. Only with `metrics: true`. */
  readonly transactions?: TransactionMetrics;
  /** Connections at this moment. */
  readonly pool: PoolStats;
  readonly schemaCache: SchemaCacheMetrics;
}

export interface OperationMetrics {
  /** Calls that have ended. */
  readonly calls: number;
  /** Failed ones by DF code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Milliseconds from the call to its end. The quantiles are estimates, off by a tenth at most. */
  readonly ms: { readonly sum: number; readonly max: number; readonly p50: number; readonly p95: number; readonly p99: number };
}

export interface TransactionMetrics {
  readonly started: number;
  readonly committed: number;
  readonly rolledBack: number;
  /** Attempts after a deadlock or a serialization failure. */
  readonly retried: number;
}

interface OperationCounts {
  calls: number;
  readonly errors: Map<string, number>;
  readonly times: DurationHistogram;
}

/** `metrics: true`: counts and times per operation. */
export class Metrics implements Watcher {
  readonly statements = false;
  readonly #operations = new Map<CompiledModel, Map<WatchedOperation, OperationCounts>>();
  readonly #transactions = { started: 0, committed: 0, rolledBack: 0, retried: 0 };

  ended(activity: Activity, ms: number, error: unknown): void {
    if (activity.kind === 'operation') {
      const counts = this.#countsOf(activity.model, activity.operation);
      counts.calls++;
      counts.times.add(ms);
      if (error === undefined) return;
      const code = errorCode(error);
      counts.errors.set(code, (counts.errors.get(code) ?? 0) + 1);
    } else if (activity.kind === 'statement') {
      const counts = this.#transactions;
      if (activity.step === 'begin') counts.started += error === undefined ? 1 : 0;
      else if (activity.step === 'commit' && error === undefined) counts.committed++;
      else if (activity.step !== undefined) counts.rolledBack++;
    }
  }

  retried(): void {
    this.#transactions.retried++;
  }

  operations(): Record<string, OperationMetrics> {
    const all: Record<string, OperationMetrics> = {};
    for (const [model, byOperation] of this.#operations) {
      for (const [operation, { calls, errors, times }] of byOperation) {
        const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => roundMs(times.quantile(part))) as [number, number, number];
        all[`${model.name}.${operation}`] = { calls, errors: Object.fromEntries(errors), ms: { sum: roundMs(times.sum), max: roundMs(times.max), p50, p95, p99 } };
      }
    }
    return all;
  }

  transactions(): TransactionMetrics {
    return { ...this.#transactions };
  }

  #countsOf(model: CompiledModel, operation: WatchedOperation): OperationCounts {
    let byOperation = this.#operations.get(model);
    if (byOperation === undefined) this.#operations.set(model, (byOperation = new Map()));
    let counts = byOperation.get(operation);
    if (counts === undefined) byOperation.set(operation, (counts = { calls: 0, errors: new Map(), times: new DurationHistogram() }));
    return counts;
  }
}
