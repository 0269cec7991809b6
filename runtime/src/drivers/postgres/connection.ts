import type { DriverValue, Holder, Statement } from '../driver.js';
import { cancelOnServer, Cancellation } from './cancel.js';
import type { Answer, Pg, PgClient, QueryConfig } from './pg.js';
import { PreparedNames, Query } from './query.js';

/** How long a cancelled statement may go on before the connection is given up; and when the whole pool is. */
const patienceMs = 10_000;
const cutOffPatienceMs = 2000;

const noStatements: readonly QueryConfig[] = [];

/** One connection to the server, for its whole life. Statements must come one after the other. */
export class Connection {
  /** When it came back to the pool. By `performance.now()`, as all times here. */
  idleSince = 0;
  /** Whether it has been used or idle before: its server may be gone without having been noticed. */
  reused = false;
  /** Who has it, and since when. */
  holder: Holder | Statement | undefined;
  heldSince = 0;
  readonly openedAt = performance.now();
  /** Of a replica: so many of this program's writes are known to have reached it. */
  upToWrite = 0;
  /** How many statements the server has carried out of those that were last sent to it at once. */
  completed = 0;
  readonly #client: PgClient;
  readonly #pg: Pg;
  readonly #prepared = new PreparedNames();
  #lost = false;
  /** Made when it was cut off: what its statements fail with. */
  #cutOff: (() => Error) | undefined;
  /** Whether the server had begun to run the last statement, as far as it said. */
  #begun = false;
  #running = false;
  /** Called when the statement under way has ended. */
  #onEnd: (() => void) | undefined;

  /** @param onLost called when the connection breaks, also between two statements */
  constructor(pg: Pg, client: PgClient, onLost: (connection: Connection) => void) {
    this.#pg = pg;
    this.#client = client;
    // Unheard, an error between two statements would end the process.
    client.on('error', () => {
      this.#lost = true;
      onLost(this);
    });
    client.connection.on('bindComplete', () => {
      this.#begun = true;
    });
    client.connection.on('parseComplete', () => this.#prepared.parsed());
  }

  get lost(): boolean {
    return this.#lost;
  }

  /**
   * Sends a statement.
   * @param signal may cancel it. It settles when the server has answered, so that it is known whether the statement took effect; a
   *   server that does not answer loses the connection
   * @param first statements that run before it, sent in one write with it: when one of them fails, the others and it are not run
   */
  query(config: QueryConfig, values: readonly DriverValue[], signal?: AbortSignal, first: readonly QueryConfig[] = noStatements): Promise<Answer> {
    return signal === undefined ? this.#query(config, values, first) : this.#cancellable(config, values, signal, first);
  }

  #query(config: QueryConfig, values: readonly DriverValue[], first: readonly QueryConfig[]): Promise<Answer> {
    this.completed = 0;
    if (this.#cutOff !== undefined) return Promise.reject(this.#cutOff());
    this.#begun = false;
    this.#running = true;
    return new Promise((resolve, reject) => {
      const query = new Query(first, config, values, this.#prepared, (error) => {
        this.#running = false;
        this.completed = query.completed;
        this.#onEnd?.();
        if (error) reject(this.#failure(error));
        else resolve(query);
      });
      this.#client.query(query);
    });
  }

  async #cancellable(config: QueryConfig, values: readonly DriverValue[], signal: AbortSignal, first: readonly QueryConfig[]): Promise<Answer> {
    signal.throwIfAborted();
    const cancellation = this.#cancellation();
    const cancel = (): void => cancellation.begin(patienceMs);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#query(config, values, first);
    } catch (error) {
      throw cancellation.givenUp ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', cancel);
      await cancellation.end();
    }
  }

  /** Whether the server can be proved not to have run the statement that just failed with this error. */
  wasNotRun(config: QueryConfig, values: readonly DriverValue[], error: unknown): boolean {
    const { code, message } = error as { code?: unknown; message?: string };
    // Nothing was sent.
    if (code === undefined) return message !== undefined && /^Client (has encountered a connection error|was closed)/.test(message);
    // Ended by the administrator or for being idle, and said so before it answered to Bind, which comes before Execute.
    const extended = config.name !== undefined || values.length > 0;
    return extended && !this.#begun && (code === '57P01' || code === '57P05');
  }

  /** Throws away a connection that is in use: its statements fail with this error, the one under way when the server has ended it. */
  async cutOff(onCut: () => Error): Promise<void> {
    this.#cutOff = onCut;
    if (this.#running) {
      const cancellation = this.#cancellation();
      const ended = new Promise<void>((resolve) => (this.#onEnd = resolve));
      cancellation.begin(cutOffPatienceMs);
      await ended;
      await cancellation.end();
    }
    this.destroy();
  }

  destroy(): void {
    this.#lost = true;
    this.#client.connection.stream.destroy();
  }

  /** Says goodbye to the server. A server that does not answer is left after `limitMs`. */
  end(limitMs = 2000): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.destroy(), limitMs);
      this.#client.end(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Whether it keeps the program from ending. */
  keepAlive(yes: boolean): void {
    if (yes) this.#client.ref();
    else this.#client.unref();
  }

  #cancellation(): Cancellation {
    return new Cancellation(() => cancelOnServer(this.#pg, this.#client), () => this.destroy());
  }

  #failure(error: Error): Error {
    if (this.#cutOff !== undefined) return this.#cutOff();
    if (breaksConnection(error)) this.#lost = true;
    // The stack of a socket event says nothing; this one leads to the caller.
    Error.captureStackTrace(error);
    return error;
  }
}

/** SQLSTATEs after which the server has closed the connection: connection exceptions, shutdowns, a terminated session. */
const closing = /^(08...|57P0[1-5]|25P03|25P04)$/;

/** False for an error that the server reported about a statement. */
export function breaksConnection(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return severity === undefined || typeof code !== 'string' || closing.test(code);
}
