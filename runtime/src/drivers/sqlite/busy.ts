import type { MaybePromise } from '../driver.js';

/** Primary result codes of SQLite that mean: somebody else holds a lock, try again. */
const busy = new Set([5, 6]);
/** Those after which SQLite has rolled the transaction back by itself: NOMEM, INTERRUPT, IOERR, CORRUPT, FULL. */
const fatal = new Set([7, 9, 10, 11, 13]);

const primaryCodes: Readonly<Record<string, number>> = {
  SQLITE_ERROR: 1, SQLITE_PERM: 3, SQLITE_ABORT: 4, SQLITE_BUSY: 5, SQLITE_LOCKED: 6, SQLITE_NOMEM: 7, SQLITE_READONLY: 8, SQLITE_INTERRUPT: 9,
  SQLITE_IOERR: 10, SQLITE_CORRUPT: 11, SQLITE_FULL: 13, SQLITE_CANTOPEN: 14, SQLITE_SCHEMA: 17, SQLITE_TOOBIG: 18, SQLITE_CONSTRAINT: 19,
  SQLITE_MISMATCH: 20, SQLITE_MISUSE: 21, SQLITE_AUTH: 23, SQLITE_RANGE: 25, SQLITE_NOTADB: 26,
};

/**
 * The primary result code of an error of any of the three packages, undefined when it is none of SQLite's.
 * `sqlite3` gives `errno`, `node:sqlite` the extended `errcode`, `better-sqlite3` the extended code's name.
 */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errno, errcode } = error as { code?: unknown; errno?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return errcode & 0xff;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return undefined;
  if (typeof errno === 'number') return errno & 0xff;
  return primaryCodes[/^SQLITE_[A-Z]+/.exec(code)![0]];
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && busy.has(code);
}

export function endsTransaction(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && fatal.has(code);
}

/**
 * Runs `attempt` again while another connection or process holds the lock, until `timeoutMs` have passed; then the busy
 * error is thrown. Waits without blocking the event loop: the lock's holder may be in this very process.
 * @param signal ends the wait, with its reason
 * @returns what a first attempt that is no promise has given, at once
 */
export function whileBusy<T>(timeoutMs: number, attempt: () => MaybePromise<T>, signal?: AbortSignal): MaybePromise<T> {
  const first = attempted(attempt);
  return first instanceof Promise ? again(first, performance.now() + timeoutMs, attempt, signal) : first;
}

async function again<T>(first: Promise<T>, end: number, attempt: () => MaybePromise<T>, signal: AbortSignal | undefined): Promise<T> {
  let pending: MaybePromise<T> = first;
  for (let delay = 1; ; delay = Math.min(delay * 2, 40)) {
    try {
      return await pending;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error;
    }
    // Spread, so that several who wait do not meet again.
    await new Promise((resolve) => setTimeout(resolve, delay * (0.5 + Math.random() * 0.5)));
    signal?.throwIfAborted();
    pending = attempted(attempt);
  }
}

/** What an attempt gives; a promise when it throws. */
function attempted<T>(attempt: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return attempt();
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
