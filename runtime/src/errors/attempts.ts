/** One run of a transaction's work that failed. In `context.attempts` of the error that ends several. */
export interface TransactionAttempt {
  /** `DF-536`; with `errors: { mode: 'disabled' }` the driver's code. */
  readonly code: string;
  /** Milliseconds from the beginning of the run to its failure. */
  readonly durationMs: number;
  /** Milliseconds until the next run; 0 for the last. */
  readonly waitMs: number;
}

const mostListed = 10;

/** `3: DF-536 after 4 ms, waited 8 ms; …`, undefined when there are none. Of very many the last ones. */
export function attemptsText(attempts: unknown): string | undefined {
  if (!Array.isArray(attempts) || attempts.length === 0) return undefined;
  const listed = (attempts as readonly TransactionAttempt[]).slice(-mostListed);
  const texts = listed.map(({ code, durationMs, waitMs }) => `${code} after ${durationMs} ms${waitMs > 0 ? `, waited ${waitMs} ms` : ''}`);
  return `${attempts.length}: ${listed.length < attempts.length ? '… ' : ''}${texts.join('; ')}`;
}
