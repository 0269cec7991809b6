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
  /** Nobody is inside any more, and nobody will be. */
  #drained = false;

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

  /** Who is inside now. */
  get inside(): number {
    if (this.#drained) return 0;
    return this.#alone ? 1 : this.#inside;
  }

  /** Who waits now. */
  get waiting(): number {
    return this.#queue.length - (this.#closed !== undefined && !this.#drained ? 1 : 0);
  }

  /**
   * Waits for its turn to pass shared; `leave` ends it.
   * @param signal ends the wait: the promise is rejected with its reason
   */
  shared(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.open) {
      this.#inside++;
      return Promise.resolve();
    }
    return this.#wait(false, signal);
  }

  /**
   * Waits until nobody else is inside; `leaveExclusive` ends it.
   * @param signal ends the wait: the promise is rejected with its reason
   */
  exclusive(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.open && this.#inside === 0) {
      this.#alone = true;
      return Promise.resolve();
    }
    return this.#wait(true, signal);
  }

  leaveExclusive(): void {
    this.#alone = false;
    this.#pulse();
  }

  /**
   * Closes the gate: waits for everybody inside and everybody queued, without a time limit.
   * @param onClosed makes the error for whoever comes later
   * @returns undefined when nobody has to be waited for
   */
  drain(onClosed: () => Error): Promise<void> | undefined {
    this.#closed = onClosed;
    if (this.open && this.#inside === 0) {
      this.#alone = true;
      this.#drained = true;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const pass = (): void => {
        this.#drained = true;
        resolve();
      };
      this.#queue.push({ exclusive: true, pass, refuse: reject, drains: true, signal: undefined });
      this.#pulse();
    });
  }

  /** Refuses everybody who waits, except the one who drains. */
  cutOff(onCut: () => Error): void {
    const waiting = this.#queue.filter(({ drains }) => !drains);
    // All at once: refusing one would let the next one in.
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter(({ drains }) => drains));
    for (const waiter of waiting) waiter.refuse(onCut());
  }

  #wait(exclusive: boolean, signal: AbortSignal | undefined): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed());
    return new Promise((resolve, reject) => {
      const onAbort = signal && ((): void => giveUp(signal.reason));
      const pass = (): void => {
        clearTimeout(timer);
        if (onAbort) signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const giveUp = (error: unknown): void => {
        clearTimeout(timer);
        if (onAbort) signal.removeEventListener('abort', onAbort);
        const at = this.#queue.indexOf(waiter);
        if (at !== -1) this.#queue.splice(at, 1);
        reject(error);
        this.#pulse();
      };
      const waiter: Waiter = { exclusive, pass, refuse: giveUp, drains: false, signal };
      const timer = setTimeout(() => giveUp(this.#onTimeout(this.#timeoutMs)), this.#timeoutMs);
      if (onAbort) signal.addEventListener('abort', onAbort);
      this.#queue.push(waiter);
    });
  }

  #pulse(): void {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || this.#alone || (next.exclusive && this.#inside > 0)) return;
      // Its own listener comes later than that of somebody before it.
      if (next.signal?.aborted) return next.refuse(next.signal.reason);
      this.#queue.shift();
      if (next.exclusive) this.#alone = true;
      else this.#inside++;
      next.pass();
    }
  }
}

interface Waiter {
  readonly exclusive: boolean;
  readonly pass: () => void;
  readonly refuse: (error: unknown) => void;
  /** It waits for the gate to be empty, for `drain`. */
  readonly drains: boolean;
  readonly signal: AbortSignal | undefined;
}

/** DF-501. */
export function usedAfterClose(): Error {
  return dfError('DF-501', {});
}

/** DF-505, for what was still under way when the time of `close` was up. */
export function cutOffByClose(timeoutMs: number): Error {
  return dfError('DF-505', { timeoutMs });
}
