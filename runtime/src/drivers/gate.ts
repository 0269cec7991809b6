import { dfError } from '../errors/dataflow-error.js';

/**
 * First come, first served: many may pass at once (`shared`), or one alone (`exclusive`). A connection's statements pass
 * shared, a transaction holds it alone.
 */
export class Gate {
  #inside = 0;
  #alone = false;
  readonly #queue: Waiter[] = [];
  readonly #timeoutMs: number;
  readonly #onTimeout: (waitedMs: number) => Error;
  #closed: (() => Error) | undefined;

  /** @param onTimeout makes the error for whoever waited `timeoutMs` in vain */
  constructor(timeoutMs: number, onTimeout: (waitedMs: number) => Error) {
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
  }

  /** Whether somebody could pass shared at once. */
  get open(): boolean {
    return !this.#alone && this.#queue.length === 0;
  }

  /** Passes shared at once. Only when `open`. */
  enter(): void {
    this.#inside++;
  }

  leave(): void {
    this.#inside--;
    this.#pulse();
  }

  /** Waits for its turn to pass shared; `leave` ends it. */
  shared(): Promise<void> {
    if (this.open) {
      this.#inside++;
      return Promise.resolve();
    }
    return this.#wait(false);
  }

  /** Waits until nobody else is inside; `leaveExclusive` ends it. */
  exclusive(): Promise<void> {
    if (this.open && this.#inside === 0) {
      this.#alone = true;
      return Promise.resolve();
    }
    return this.#wait(true);
  }

  leaveExclusive(): void {
    this.#alone = false;
    this.#pulse();
  }

  /**
   * Closes the gate: waits for everybody inside and everybody queued, without a time limit.
   * @param onClosed makes the error for whoever comes later
   */
  drain(onClosed: () => Error): Promise<void> {
    this.#closed = onClosed;
    return new Promise((resolve) => {
      this.#queue.push({ exclusive: true, timer: undefined, pass: resolve });
      this.#pulse();
    });
  }

  #wait(exclusive: boolean): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        exclusive,
        pass: resolve,
        timer: setTimeout(() => {
          this.#queue.splice(this.#queue.indexOf(waiter), 1);
          reject(this.#onTimeout(this.#timeoutMs));
          this.#pulse();
        }, this.#timeoutMs),
      };
      this.#queue.push(waiter);
    });
  }

  #pulse(): void {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || this.#alone || (next.exclusive && this.#inside > 0)) return;
      this.#queue.shift();
      clearTimeout(next.timer);
      if (next.exclusive) this.#alone = true;
      else this.#inside++;
      next.pass();
    }
  }
}

interface Waiter {
  readonly exclusive: boolean;
  readonly timer: NodeJS.Timeout | undefined;
  readonly pass: () => void;
}

/** DF-501. */
export function usedAfterClose(): Error {
  return dfError('DF-501', {});
}
