import { setTimeout as sleep } from 'node:timers/promises';
import type { BeginOptions, TransactionConnection } from '../drivers/driver.js';
import type { TransactionAttempt } from '../errors/attempts.js';
import { DataFlowError, type ErrorMode } from '../errors/dataflow-error.js';
import { Limit } from '../nodes/limit.js';
import { commit } from './commit.js';
import { nameDriverError } from './driver-errors.js';
import { isRetryable } from './error-kinds.js';
import type { TransactionSettings } from './transaction-options.js';
import { TransactionScope } from './transaction-scope.js';

export type { TransactionAttempt };

/** What a transaction needs of the `DataFlow` it belongs to. */
export interface TransactionHost {
  begin(options: BeginOptions): Promise<TransactionConnection>;
  /** How long a statement waits for those before it. */
  readonly timeoutMs: number;
  /** `errors.mode`. */
  readonly mode?: ErrorMode;
  /** Hears of every run that is followed by another; `number` counts from 1. */
  readonly onRetry?: ((attempt: TransactionAttempt, number: number) => void) | undefined;
}

const longestWaitMs = 1000;

/**
 * Runs work in a transaction, again after conflicts as often as `retries` says, each time after a random wait of up to
 * 10, 20, 40 … 1000 ms.
 *
 * @param opened its stack leads to the user's call
 *
 * Raises DF-510 and DF-511 for `signal` and `timeoutMs`, which end waits, cancel statements under way and roll back, whether the work
 * comes back or not; DF-512 when the connection broke off during COMMIT. The last error of several runs has them as `context.attempts`.
 */
export async function runTransaction<T>(host: TransactionHost, settings: TransactionSettings, opened: Error, work: (scope: TransactionScope) => Promise<T>): Promise<T> {
  const { isolation, readOnly, deferrable, retries } = settings;
  const limit = settings.signal === undefined && settings.timeoutMs === undefined ? undefined : new Limit('transaction', settings);
  const options = { isolation, readOnly, deferrable, signal: limit?.signal, holder: { what: 'transaction', opened } } as BeginOptions;
  const attempts: TransactionAttempt[] = [];
  try {
    for (;;) {
      const begun = performance.now();
      try {
        limit?.refuseWhenOver();
        return await runOnce(host, options, limit, work);
      } catch (error) {
        const again = isRetryable(error) && attempts.length < retries;
        const waitMs = again ? Math.random() * Math.min(longestWaitMs, 10 * 2 ** attempts.length) : 0;
        const code = String((error as { code?: unknown } | undefined)?.code);
        const attempt = { code, durationMs: Math.round(performance.now() - begun), waitMs: Math.round(waitMs) };
        attempts.push(attempt);
        if (!again) throw error instanceof DataFlowError && attempts.length > 1 ? error.within({ attempts }) : error;
        host.onRetry?.(attempt, attempts.length);
        await pause(waitMs, limit, attempts);
      }
    }
  } finally {
    limit?.dispose();
  }
}

async function pause(ms: number, limit: Limit | undefined, attempts: readonly TransactionAttempt[]): Promise<void> {
  try {
    await sleep(ms, undefined, limit && { signal: limit.signal });
  } catch {
    throw limit!.error().within({ attempts });
  }
}

async function runOnce<T>(host: TransactionHost, options: BeginOptions, limit: Limit | undefined, work: (scope: TransactionScope) => Promise<T>): Promise<T> {
  let connection: TransactionConnection;
  try {
    connection = await host.begin(options);
  } catch (error) {
    throw named(error, host, limit);
  }
  const scope = new TransactionScope(connection, { timeoutMs: host.timeoutMs, readOnly: options.readOnly === true, limit, mode: host.mode });
  let result: T;
  try {
    result = await (limit === undefined ? scope.complete(work) : limit.race(scope.complete(work)));
    limit?.refuseWhenOver();
  } catch (error) {
    scope.abandon();
    // The first error says what went wrong; one of the rollback itself would hide it.
    await connection.rollback().catch(() => undefined);
    throw error;
  }
  try {
    await commit(connection, host.mode, limit?.signal);
  } catch (error) {
    throw named(error, host, limit);
  }
  return result;
}

/** Gives a driver's error in beginning and committing its code; the statements between have theirs. */
function named(error: unknown, { mode }: TransactionHost, limit: Limit | undefined): unknown {
  return nameDriverError(limit === undefined ? error : limit.explain(error), { operation: 'transaction', ...(mode && { mode }) });
}
