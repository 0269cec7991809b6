import type { BeginOptions, Holder } from '../driver.js';
import { Gate } from '../gate.js';
import type { OldestHolder } from '../pool-timeout.js';

/** Who may use a connection: statements pass shared, a transaction holds it alone. */
export class Turn {
  readonly gate: Gate;
  /** The transaction that has it. */
  #holder: Holder | undefined;
  #since = 0;

  /** @param onTimeout makes the error for whoever waited `timeoutMs` in vain */
  constructor(timeoutMs: number, onTimeout: (waitedMs: number) => Error) {
    this.gate = new Gate(timeoutMs, onTimeout);
  }

  get used(): boolean {
    return this.gate.inside > 0;
  }

  /** Who holds it alone, if somebody does. */
  get holder(): OldestHolder | undefined {
    return this.#holder && { ...this.#holder, heldMs: performance.now() - this.#since };
  }

  /** Waits until a transaction may have it; gives what gives it back. */
  async take({ signal, holder }: BeginOptions): Promise<() => void> {
    await this.gate.exclusive(signal);
    this.#holder = holder ?? { what: 'a transaction' };
    this.#since = performance.now();
    return this.#giveBack;
  }

  readonly #giveBack = (): void => {
    this.#holder = undefined;
    this.gate.leaveExclusive();
  };
}

/** Who has held one of them for the longest time. */
export function oldestHolder(turns: readonly Turn[]): OldestHolder | undefined {
  let oldest: OldestHolder | undefined;
  for (const { holder } of turns) if (holder !== undefined && (oldest === undefined || holder.heldMs > oldest.heldMs)) oldest = holder;
  return oldest;
}
