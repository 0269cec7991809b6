import type { Pg, PgClient } from './pg.js';

/** A server that takes longer for a cancel request is given up. */
const limitMs = 5000;
const firstPauseMs = 10;

/** The cancelling of one statement: begun by a signal, over when the statement has ended. */
export class Cancellation {
  readonly #request: () => Promise<boolean>;
  readonly #giveUp: () => void;
  #requests: Promise<void> | undefined;
  #patience: NodeJS.Timeout | undefined;
  #over = false;
  #wake: (() => void) | undefined;
  #pause: NodeJS.Timeout | undefined;
  #givenUp = false;

  /** @param giveUp ends the connection, for a server that does not answer */
  constructor(request: () => Promise<boolean>, giveUp: () => void) {
    this.#request = request;
    this.#giveUp = giveUp;
  }

  get givenUp(): boolean {
    return this.#givenUp;
  }

  /** @param patienceMs how long the statement may go on before the connection is given up */
  begin(patienceMs: number): void {
    this.#patience = setTimeout(() => this.#abandon(), patienceMs);
    this.#requests = this.#ask();
  }

  /** The statement has ended. When the promise resolves no request can hit the connection's next one. */
  async end(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#pause);
    this.#wake?.();
    await this.#requests;
    clearTimeout(this.#patience);
  }

  /** Asks until the statement has ended: a request that comes before the statement has begun does nothing. */
  async #ask(): Promise<void> {
    for (let pauseMs = firstPauseMs; !this.#over; pauseMs *= 2) {
      if (!(await this.#request())) return this.#abandon();
      if (this.#over) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#pause = setTimeout(resolve, pauseMs);
      });
    }
  }

  #abandon(): void {
    this.#givenUp = true;
    this.#giveUp();
  }
}

/**
 * Asks the server, over a connection of its own, to cancel what the client runs.
 * @returns whether the request has been carried out: from then on it can hit nothing any more. False when it may still arrive.
 */
export function cancelOnServer({ Connection }: Pg, client: PgClient): Promise<boolean> {
  const { host, port, processID, secretKey, ssl, sslNegotiation } = client;
  if (processID === null || secretKey === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const connection = new Connection({ ssl, sslNegotiation });
    let sent = false;
    const send = (): void => {
      sent = true;
      connection.cancel(processID, secretKey);
    };
    const timer = setTimeout(() => {
      sent = false;
      connection.stream.destroy();
    }, limitMs);
    connection.on('connect', () => {
      if (!ssl) send();
      else if (sslNegotiation !== 'direct') connection.requestSsl();
    });
    connection.on('sslconnect', send);
    connection.on('error', () => undefined);
    // The server closes it when it has passed the request on.
    connection.on('end', () => {
      clearTimeout(timer);
      resolve(sent);
    });
    if (host.startsWith('/')) (connection.connect as unknown as (path: string) => void)(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
  });
}
