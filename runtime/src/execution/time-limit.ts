import { setMaxListeners } from 'node:events';
import { follow, unfollow } from '../nodes/limit.js';

export interface TimeLimit {
  /** Aborted with the outer signal's reason, or with that of the limit. */
  readonly signal: AbortSignal;
  /** To be called when the work has ended: nothing of the limit stays behind. */
  end(): void;
}

/**
 * A signal that is aborted with another one, or after a time.
 * @param outer may live long and be used for many limits
 * @param reason makes the error that ends the work
 */
export function timeLimit(outer: AbortSignal | undefined, ms: number, reason: () => Error): TimeLimit {
  const controller = new AbortController();
  // Every function of a run may listen, and Node would warn of more than ten.
  setMaxListeners(0, controller.signal);
  const timer = setTimeout(() => controller.abort(reason()), ms);
  const follower = { abort: () => controller.abort(outer?.reason) };
  if (outer?.aborted === true) follower.abort();
  else if (outer !== undefined) follow(outer, follower);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      if (outer !== undefined) unfollow(outer, follower);
    },
  };
}
