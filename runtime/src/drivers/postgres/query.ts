import type { DriverValue } from '../driver.js';
import type { Answer, PgConnection, QueryConfig, RawRow, Submittable } from './pg.js';
import { wireValue } from './wire-value.js';

const noValues: readonly DriverValue[] = [];

/**
 * A statement on its way, and what the server answers. Sent in one write, behind statements that are to run before it: when one of
 * those fails the server skips the rest. It is not asked to describe the columns, for rows are read by their place.
 */
export class Query implements Submittable, Answer {
  readonly rows: RawRow[] = [];
  tag = '';
  /** Statements that the server has carried out. */
  completed = 0;
  callback: (error: Error | null) => void;
  readonly #first: readonly QueryConfig[];
  readonly #config: QueryConfig;
  readonly #values: readonly DriverValue[];
  readonly #prepared: PreparedNames;

  constructor(first: readonly QueryConfig[], config: QueryConfig, values: readonly DriverValue[], prepared: PreparedNames, callback: (error: Error | null) => void) {
    this.#first = first;
    this.#config = config;
    this.#values = values;
    this.#prepared = prepared;
    this.callback = callback;
  }

  submit(connection: PgConnection): null {
    if (this.#config.name === undefined && this.#values.length === 0 && this.#first.length === 0) {
      connection.query(this.#config.text);
      return null;
    }
    const { stream } = connection;
    stream.cork();
    for (const config of this.#first) this.#send(connection, config, noValues);
    this.#send(connection, this.#config, this.#values);
    connection.sync();
    stream.uncork();
    return null;
  }

  #send(connection: PgConnection, { name = '', text }: QueryConfig, values: readonly DriverValue[]): void {
    if (!this.#prepared.has(name)) {
      connection.parse({ name, text });
      this.#prepared.sent(name);
    }
    connection.bind({ statement: name, values, valueMapper: wireValue });
    connection.execute({});
  }

  handleDataRow({ fields }: { readonly fields: RawRow }): void {
    this.rows.push(fields);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.tag = text;
    this.completed++;
  }

  handleError(error: Error): void {
    this.#prepared.failed();
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }

  handleCopyInResponse(connection: PgConnection): void {
    connection.sendCopyFail('nothing to copy');
  }

  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
}

/** Names of the statements that the server has parsed for a connection. */
export class PreparedNames {
  readonly #names = new Set<string>();
  /** Parse was sent, and the server has not answered it. */
  #pending: string[] = [];

  has(name: string): boolean {
    return this.#names.has(name);
  }

  sent(name: string): void {
    this.#pending.push(name);
  }

  /** The server has carried out the first Parse that it had not. */
  parsed(): void {
    const name = this.#pending.shift();
    // The next Parse without a name takes its place.
    if (name !== undefined && name !== '') this.#names.add(name);
  }

  /** The server skips what it has not carried out. */
  failed(): void {
    this.#pending = [];
  }
}
