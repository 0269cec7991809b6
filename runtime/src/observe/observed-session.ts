import type { Executor } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { OperationObserver } from '../nodes/observer.js';
import type { ReadBatch } from '../nodes/read-batch.js';
import type { Session } from '../nodes/session.js';
import type { Activities } from './activities.js';
import type { OperationActivity } from './activity.js';
import { ObservedExecutor } from './observed-executor.js';

/** A session as one call of an operation sees it: what it sends is known to be this call's. */
export class ObservedSession implements Session {
  readonly inTransaction: boolean;
  readonly readOnly: boolean;
  readonly observer: OperationObserver | undefined;
  readonly #inner: Session;
  readonly #activities: Activities;
  readonly #by: OperationActivity;
  #plain: Executor | undefined;
  #observed: ObservedExecutor | undefined;

  constructor(inner: Session, activities: Activities, by: OperationActivity) {
    this.inTransaction = inner.inTransaction;
    this.readOnly = inner.readOnly;
    this.observer = inner.observer;
    this.#inner = inner;
    this.#activities = activities;
    this.#by = by;
  }

  get executor(): Executor {
    const plain = this.#inner.executor;
    if (plain !== this.#plain || this.#observed === undefined) {
      this.#plain = plain;
      this.#observed = new ObservedExecutor(plain, this.#activities, this.#by);
    }
    return this.#observed;
  }

  /** One query for several calls: reported as a statement of the model and operation, of no call of its own. */
  get reads(): ReadBatch | undefined {
    return this.#inner.reads;
  }

  wait<T>(work: Promise<T>): Promise<T> {
    return this.#inner.wait === undefined ? work : this.#inner.wait(work);
  }

  ready(model: CompiledModel): Promise<void> | undefined {
    const pending = this.#inner.ready(model);
    return pending === undefined ? undefined : this.#activities.run({ kind: 'tables', model, by: this.#by, started: 0 }, () => pending);
  }

  atomically<T>(work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#inner.atomically((executor) => work(new ObservedExecutor(executor, this.#activities, this.#by)), signal);
  }

  raise(error: unknown, model: CompiledModel, operation: string): never | Promise<never> {
    return this.#inner.raise(error, model, operation);
  }

  now(): Date {
    return this.#inner.now();
  }
}
