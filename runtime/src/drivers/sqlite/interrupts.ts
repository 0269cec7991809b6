/** A statement under way that a signal may cancel. */
export interface Cancellable {
  readonly signal: AbortSignal;
  readonly onAbort: () => void;
  cancelled: boolean;
}

/** SQLite forgets an interruption that comes before the statement has begun, so it is repeated. Milliseconds. */
const repeatMs = 10;

/**
 * Cancels statements of one connection. SQLite interrupts whatever runs on a connection, so new statements wait meanwhile, and one that
 * was hit by chance must be sent again.
 */
export class Interrupts {
  readonly #interrupt: () => void;
  #cancelled = 0;
  #timer: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  constructor(interrupt: () => void) {
    this.#interrupt = interrupt;
  }

  /** Whether statements have to wait for `settled` before they begin. */
  get cancelling(): boolean {
    return this.#cancelled > 0;
  }

  /** Waits until nothing is being cancelled. */
  async settled(): Promise<void> {
    while (this.#cancelled > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Notes that a statement has begun which the signal cancels. `end` must follow. */
  begin(signal: AbortSignal): Cancellable {
    const statement: Cancellable = { signal, cancelled: false, onAbort: () => this.#cancel(statement) };
    signal.addEventListener('abort', statement.onAbort, { once: true });
    return statement;
  }

  end(statement: Cancellable): void {
    statement.signal.removeEventListener('abort', statement.onAbort);
    if (!statement.cancelled || --this.#cancelled > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #cancel(statement: Cancellable): void {
    statement.cancelled = true;
    this.#cancelled++;
    this.#interrupt();
    this.#timer ??= setInterval(this.#interrupt, repeatMs);
  }
}
