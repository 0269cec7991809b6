import { setMaxListeners } from 'node:events';
import { wasCancelled } from '../drivers/cancelled.js';
import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import type { CallOptions } from './call-options.js';

/**
 * The limits of one call or transaction while it runs: the user's signal, and the time it may take. `dispose` must follow,
 * so that no timer and no listener stays behind.
 */
export class Limit {
  readonly #place: string;
  readonly #given: AbortSignal | undefined;
  readonly #timeoutMs: number | undefined;
  #end: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #controller = new AbortController();
  #over: 'signal' | 'time' | undefined;

  /** @param place what is limited, `User.list` or `transaction` */
  constructor(place: string, { signal, timeoutMs }: CallOptions) {
    this.#place = place;
    this.#given = signal;
    this.#timeoutMs = timeoutMs;
    // Every statement under way listens, and Node would warn of more than ten.
    setMaxListeners(0, this.#controller.signal);
    if (signal?.aborted) {
      this.#stop('signal');
      return;
    }
    if (signal !== undefined) follow(signal, this);
    if (timeoutMs !== undefined) {
      this.#end = performance.now() + timeoutMs;
      this.#timer = setTimeout(() => this.#stop('time'), timeoutMs);
    }
  }

  /** Aborted when a limit is reached. What waits or runs under the limit ends with it, with its reason or as cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether a limit is reached. Looks at the clock too, for synchronous work leaves timers no room. */
  get over(): boolean {
    if (this.#over === undefined && this.#end !== undefined && performance.now() >= this.#end) this.#stop('time');
    return this.#over !== undefined;
  }

  /** DF-510 or DF-511 when a limit is reached. */
  refuseWhenOver(): void {
    if (this.over) throw this.error();
  }

  /** DF-510 or DF-511, once a limit is reached. */
  error(): DataFlowError {
    if (this.#over === 'signal') return dfError('DF-510', { place: this.#place }, { cause: this.#given!.reason });
    return dfError('DF-511', { place: this.#place, timeoutMs: this.#timeoutMs! });
  }

  /** The limit's own error for what failed because of it, and every other error as it is. */
  explain(error: unknown): unknown {
    return this.#over !== undefined && (error === this.signal.reason || wasCancelled(error)) ? this.error() : error;
  }

  /** Waits for the work as long as the limit allows; the work itself goes on. */
  async race<T>(work: Promise<T>): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        const { signal } = this;
        // Also when nobody waits any more: a rejection that nobody hears would end the process.
        work.then(resolve, reject);
        if (this.#over !== undefined) return reject(signal.reason as Error);
        const stop = (): void => reject(signal.reason as Error);
        const settled = (): void => signal.removeEventListener('abort', stop);
        signal.addEventListener('abort', stop);
        // One call may wait a million times.
        work.then(settled, settled);
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Ends the limit: nothing stays behind. */
  dispose(): void {
    this.#end = undefined;
    clearTimeout(this.#timer);
    if (this.#given !== undefined) unfollow(this.#given, this);
  }

  /** The given signal was aborted. */
  abort(): void {
    this.#stop('signal');
  }

  #stop(why: 'signal' | 'time'): void {
    if (this.#over !== undefined) return;
    this.#over = why;
    this.#controller.abort(this.error());
  }
}

/** What ends with a signal. */
export interface Follower {
  abort(): void;
}

interface Followers {
  readonly limits: Set<Follower>;
  readonly onAbort: () => void;
}

/** One listener serves all calls that share a signal: a thousand of their own would slow each other down, and Node warns of eleven. */
const followersOf = new WeakMap<AbortSignal, Followers>();

/** Tells the follower when the signal is aborted, until `unfollow`. The signal must not be aborted yet. */
export function follow(signal: AbortSignal, limit: Follower): void {
  let followers = followersOf.get(signal);
  if (followers === undefined) {
    const limits = new Set<Follower>();
    followers = {
      limits,
      onAbort: () => {
        for (const one of [...limits]) one.abort();
      },
    };
    followersOf.set(signal, followers);
    signal.addEventListener('abort', followers.onAbort);
  }
  followers.limits.add(limit);
}

export function unfollow(signal: AbortSignal, limit: Follower): void {
  const followers = followersOf.get(signal);
  if (followers === undefined || !followers.limits.delete(limit) || followers.limits.size > 0) return;
  signal.removeEventListener('abort', followers.onAbort);
  followersOf.delete(signal);
}
