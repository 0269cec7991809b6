/** Errors of statements whose connection broke when they had been sent. */
const unknown = new WeakSet<object>();

/** Notes that nobody knows whether the statement that failed with this error, or the commit, took effect. */
export function markOutcomeUnknown(error: unknown): void {
  if (typeof error === 'object' && error !== null) unknown.add(error);
}

/** Whether the write or commit that failed with this driver error may have taken effect. */
export function isOutcomeUnknown(error: unknown): boolean {
  return typeof error === 'object' && error !== null && unknown.has(error);
}
