import type { PoolStats } from '../driver.js';
import { limitedClose } from '../close-limit.js';
import { cutOffByClose, usedAfterClose } from '../gate.js';
import type { OldestHolder } from '../pool-timeout.js';
import type { Connection } from './connection.js';

export interface PoolSettings {
  /** Most connections at once. */
  readonly max: number;
  readonly acquireTimeoutMs: number;
  /** 0 is forever. */
  readonly idleTimeoutMs: number;
  /** 0 is forever. */
  readonly maxLifetimeMs: number;
  /** Idle for longer than this, a connection is asked whether it still works. */
  readonly checkAfterMs: number;
  /** Makes the error for who waited too long. */
  readonly onTimeout: (waitedMs: number, stats: PoolStats, oldest: OldestHolder | undefined) => Error;
  /** Opens a connection that is ready for statements. `onLost` is called when it breaks, the signal ends the attempt. */
  readonly open: (onLost: (connection: Connection) => void, signal: AbortSignal) => Promise<Connection>;
  /** Whether the server still answers. */
  readonly check: (connection: Connection) => Promise<boolean>;
}

interface Waiter {
  give(connection: Connection): void;
  refuse(error: unknown): void;
}

/** Connections to one server, and who waits for one: first come, first served. */
export class Pool {
  readonly #settings: PoolSettings;
  readonly #open = new Set<Connection>();
  /** The one used last comes last, and is used next. */
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Waiter>();
  /** Connections that are being opened. */
  #opening = 0;
  /** Connections that are being opened or checked for those who wait. */
  #coming = 0;
  #sweep: NodeJS.Timeout | undefined;
  readonly #sweepMs: number;
  #closing: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;
  readonly #ending: Promise<void>[] = [];
  /** Aborted when `close` waits no longer. */
  readonly #cut = new AbortController();

  constructor(settings: PoolSettings) {
    this.#settings = settings;
    const { idleTimeoutMs, maxLifetimeMs } = settings;
    this.#sweepMs = Math.max(1, Math.min(1000, (idleTimeoutMs || Infinity) / 4, (maxLifetimeMs || Infinity) / 4));
    if (idleTimeoutMs + maxLifetimeMs === 0) this.#sweepMs = Infinity;
  }

  get closing(): boolean {
    return this.#closing !== undefined;
  }

  get stats(): PoolStats {
    const [open, idle] = [this.#open.size + this.#opening, this.#idle.length];
    return { max: this.#settings.max, open, idle, used: open - idle, waiting: this.#waiting.size };
  }

  /** An idle connection that was used lately, else undefined: then `acquire` one. */
  take(): Connection | undefined {
    const last = this.#idle.at(-1);
    if (last === undefined) return undefined;
    const now = performance.now();
    if (now - last.idleSince > this.#settings.checkAfterMs) return undefined;
    this.#idle.pop();
    return this.#handOut(last, now);
  }

  /**
   * Waits for a connection.
   * @param signal ends the wait: the promise is rejected with its reason
   */
  acquire(signal?: AbortSignal): Promise<Connection> {
    if (this.#closing !== undefined) return Promise.reject(usedAfterClose());
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const { acquireTimeoutMs, onTimeout } = this.#settings;
      const leave = (): void => {
        this.#waiting.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        give: (connection) => {
          leave();
          resolve(this.#handOut(connection, performance.now()));
        },
        refuse: (error) => {
          leave();
          reject(error);
          this.#endWhenEmpty();
        },
      };
      const onAbort = (): void => waiter.refuse(signal!.reason);
      // While the pool is looked at, who waits here is one of those who wait.
      const timer = setTimeout(() => waiter.refuse(onTimeout(acquireTimeoutMs, this.stats, this.#oldest())), acquireTimeoutMs);
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(waiter);
      this.#fetch();
    });
  }

  /** Takes a connection back. One that is lost or too old is not kept. */
  release(connection: Connection): void {
    connection.holder = undefined;
    if (connection.lost) {
      this.#drop(connection);
      return;
    }
    const now = performance.now();
    const { maxLifetimeMs } = this.#settings;
    if (maxLifetimeMs > 0 && now - connection.openedAt >= maxLifetimeMs) {
      this.#drop(connection);
      void connection.end();
      return;
    }
    connection.reused = true;
    this.#offer(connection, now);
  }

  /** Serves who is there, then closes all. */
  close(timeoutMs?: number): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
    this.#endWhenEmpty();
    return timeoutMs === undefined ? this.#closing : limitedClose(this.#closing, timeoutMs, (ms) => this.#cutOff(ms));
  }

  #handOut(connection: Connection, now: number): Connection {
    connection.heldSince = now;
    connection.keepAlive(true);
    return connection;
  }

  /** Gives the connection to who waits first, or keeps it. */
  #offer(connection: Connection, now: number): void {
    if (this.#waiting.size > 0) {
      const [first] = this.#waiting;
      first!.give(connection);
      return;
    }
    connection.idleSince = now;
    connection.reused = true;
    // A program that forgot `close` still ends when its work is done.
    connection.keepAlive(false);
    this.#idle.push(connection);
    if (this.#closing !== undefined) this.#endWhenEmpty();
    else this.#sweepLater();
  }

  /** Sees to it that as many connections come as are waited for and allowed. */
  #fetch(): void {
    while (this.#coming < this.#waiting.size) {
      const idle = this.#idle.pop();
      if (idle !== undefined) void this.#check(idle);
      else if (this.#open.size + this.#opening < this.#settings.max) void this.#add();
      else return;
    }
  }

  async #add(): Promise<void> {
    this.#opening++;
    this.#coming++;
    let connection: Connection | undefined;
    let failure: unknown;
    try {
      connection = await this.#settings.open((lost) => this.#onLost(lost), this.#cut.signal);
      this.#open.add(connection);
    } catch (error) {
      failure = error;
    }
    this.#opening--;
    this.#coming--;
    if (connection !== undefined) {
      this.#offer(connection, performance.now());
    } else {
      const [first] = this.#waiting;
      first?.refuse(failure);
      this.#fetch();
      this.#endWhenEmpty();
    }
  }

  async #check(connection: Connection): Promise<void> {
    this.#coming++;
    connection.keepAlive(true);
    const works = await this.#settings.check(connection);
    this.#coming--;
    if (works && !connection.lost) {
      this.#offer(connection, performance.now());
    } else {
      connection.destroy();
      this.#drop(connection);
    }
  }

  #onLost(connection: Connection): void {
    const at = this.#idle.indexOf(connection);
    // One that is in use is dropped when it comes back.
    if (at === -1) return;
    this.#idle.splice(at, 1);
    this.#drop(connection);
  }

  #drop(connection: Connection): void {
    this.#open.delete(connection);
    this.#fetch();
    this.#endWhenEmpty();
  }

  /** Looks now and then, while there are idle connections, which of them have had their time. */
  #sweepLater(): void {
    if (this.#sweep !== undefined || this.#sweepMs === Infinity) return;
    this.#sweep = setTimeout(() => this.#closeIdle(), this.#sweepMs);
    this.#sweep.unref();
  }

  #closeIdle(): void {
    this.#sweep = undefined;
    const now = performance.now();
    for (const connection of this.#idle.filter((one) => this.#due(one) <= now)) {
      this.#idle.splice(this.#idle.indexOf(connection), 1);
      this.#open.delete(connection);
      void connection.end();
    }
    if (this.#idle.length > 0) this.#sweepLater();
  }

  /** When an idle connection has had its time. */
  #due({ idleSince, openedAt }: Connection): number {
    const { idleTimeoutMs, maxLifetimeMs } = this.#settings;
    return Math.min(idleTimeoutMs > 0 ? idleSince + idleTimeoutMs : Infinity, maxLifetimeMs > 0 ? openedAt + maxLifetimeMs : Infinity);
  }

  #oldest(): OldestHolder | undefined {
    const now = performance.now();
    let oldest: Connection | undefined;
    for (const one of this.#open) if (one.holder !== undefined && (oldest === undefined || one.heldSince < oldest.heldSince)) oldest = one;
    if (oldest?.holder === undefined) return undefined;
    const { holder, heldSince } = oldest;
    return { ...('what' in holder ? holder : { what: `a statement on ${tableOf(holder.text)}` }), heldMs: now - heldSince };
  }

  #endWhenEmpty(): void {
    if (this.#onEmpty === undefined) return;
    clearTimeout(this.#sweep);
    const ended = this.#idle.splice(0).map((connection) => {
      this.#open.delete(connection);
      return connection.end();
    });
    this.#ending.push(...ended);
    if (this.#open.size + this.#opening + this.#waiting.size > 0) return;
    const done = this.#onEmpty;
    this.#onEmpty = undefined;
    void Promise.all(this.#ending).then(() => done());
  }

  #cutOff(timeoutMs: number): void {
    const onCut = (): Error => cutOffByClose(timeoutMs);
    for (const waiter of [...this.#waiting]) waiter.refuse(onCut());
    for (const connection of this.#open) this.#ending.push(connection.cutOff(onCut));
    // Their users, who may never end, give them back in vain.
    this.#open.clear();
    this.#cut.abort();
    this.#endWhenEmpty();
  }
}

/** The first table a statement names. */
function tableOf(text: string): string {
  return /(?:FROM|INTO|UPDATE)\s+("(?:[^"]|"")+")/.exec(text)?.[1] ?? 'no table';
}
