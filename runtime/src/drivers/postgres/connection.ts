import type { PgClient, PgResult, QueryConfig, Release } from './pg.js';

const watched = new WeakSet<PgClient>();

/** A client checked out of the pool. */
export class Connection {
  readonly client: PgClient;
  readonly #release: Release;
  readonly #onRelease: () => void;
  #released = false;

  constructor(client: PgClient, release: Release, onRelease: () => void) {
    this.client = client;
    this.#release = release;
    this.#onRelease = onRelease;
    if (!watched.has(client)) {
      watched.add(client);
      // Unheard, an error between two statements would end the process; the next statement reports the lost connection.
      client.on('error', () => undefined);
    }
  }

  get released(): boolean {
    return this.#released;
  }

  query(config: QueryConfig, values: readonly unknown[]): Promise<PgResult> {
    return new Promise((resolve, reject) => {
      this.client.query(config, values, (error, result) => {
        if (error) {
          // The stack of a socket event says nothing; this one leads to the caller.
          Error.captureStackTrace(error);
          reject(error);
        } else {
          resolve(result);
        }
      });
    });
  }

  /** Gives the client back, or throws it away when the error says that it is of no use any more. */
  release(error?: unknown): void {
    if (this.#released) return;
    this.#released = true;
    this.#release(error !== undefined && breaksConnection(error) ? (error as Error) : undefined);
    this.#onRelease();
  }
}

/** SQLSTATEs after which the server has closed the connection: connection exceptions, shutdowns, a terminated session. */
const closing = /^(08...|57P0[1-5]|25P03)$/;

/** False for an error that the server reported about a statement. */
export function breaksConnection(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return severity === undefined || typeof code !== 'string' || closing.test(code);
}
