/**
 * Waits for the closing of a driver, and cuts off what is not done when the time is up.
 * @param timeoutMs without it there is no limit
 */
export async function limitedClose(closing: Promise<void>, timeoutMs: number | undefined, cutOff: (timeoutMs: number) => void): Promise<void> {
  const timer = timeoutMs === undefined ? undefined : setTimeout(cutOff, timeoutMs, timeoutMs);
  try {
    await closing;
  } finally {
    clearTimeout(timer);
  }
}
