import type { TransactionAttempt } from '../errors/attempts.js';
import type { Statement } from '../drivers/driver.js';
import type { Activity, Watched, Watcher } from './activity.js';

/** Tells all watchers what begins and ends. Whatever a watcher throws is dropped. */
export class Activities {
  readonly #watchers: readonly Watcher[];
  /** Whether somebody wants to hear of every statement. */
  readonly statements: boolean;
  /** Statements that operations send themselves, and that the driver beneath them need not report again. */
  readonly #claimed = new WeakSet<Statement>();

  constructor(watchers: readonly Watcher[]) {
    this.#watchers = watchers;
    this.statements = watchers.some((watcher) => watcher.statements);
  }

  claim(statement: Statement): void {
    this.#claimed.add(statement);
  }

  isClaimed(statement: Statement): boolean {
    return this.#claimed.has(statement);
  }

  start(activity: Activity): void {
    activity.started = performance.now();
    for (const watcher of this.#watchers) {
      try {
        watcher.started?.(activity);
      } catch {
        // A logger or exporter that fails is no reason for the call to fail.
      }
    }
  }

  end(activity: Activity, error: unknown): void {
    const ms = performance.now() - activity.started;
    for (const watcher of this.#watchers) {
      try {
        watcher.ended?.(activity, ms, error);
      } catch {
        // As above.
      }
    }
  }

  /** Runs work as an activity, and passes on its result or error. */
  async run<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
    this.start(activity);
    let result: T;
    try {
      result = await (activity.span === undefined ? work() : this.#within(activity, work));
    } catch (error) {
      this.end(activity, error);
      throw error;
    }
    this.end(activity, undefined);
    return result;
  }

  retried(attempt: TransactionAttempt, number: number): void {
    this.#each((watcher) => watcher.retried?.(attempt, number));
  }

  opened(watched: Watched): void {
    this.#each((watcher) => watcher.opened?.(watched));
  }

  async closed(): Promise<void> {
    const endings: unknown[] = [];
    this.#each((watcher) => endings.push(watcher.closed?.()));
    await Promise.allSettled(endings);
  }

  #within<T>(activity: Activity, work: () => Promise<T>): Promise<T> {
    let run = work;
    for (const watcher of this.#watchers) {
      if (watcher.within === undefined) continue;
      const inner = run;
      run = () => watcher.within!(activity, inner);
    }
    return run();
  }

  #each(tell: (watcher: Watcher) => void): void {
    for (const watcher of this.#watchers) {
      try {
        tell(watcher);
      } catch {
        // As above.
      }
    }
  }
}
