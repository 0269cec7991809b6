import type { Driver, DriverValue, IsolationLevel, Result, Statement, TransactionConnection, TransactionOptions } from '../driver.js';
import { Gate, usedAfterClose } from '../gate.js';
import { Connection } from './connection.js';
import type { Pg, PgClient, PgPool, QueryConfig } from './pg.js';
import { plain, resultOf, Statements } from './statements.js';
import { PostgresTransaction } from './transaction.js';

export interface PostgresSettings {
  readonly url: string;
  readonly max: number;
  readonly acquireTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Makes the error for a wait for a free connection that was too long. */
  readonly onTimeout: (waitedMs: number) => Error;
}

/** What rows are read back under, whatever the server's or the role's settings are. */
const sessionSettings = plain("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET standard_conforming_strings = on");

const begins: { readonly [Level in IsolationLevel]: QueryConfig } = {
  'read uncommitted': plain('BEGIN ISOLATION LEVEL READ UNCOMMITTED'),
  'read committed': plain('BEGIN ISOLATION LEVEL READ COMMITTED'),
  'repeatable read': plain('BEGIN ISOLATION LEVEL REPEATABLE READ'),
  serializable: plain('BEGIN ISOLATION LEVEL SERIALIZABLE'),
};
const beginDefault = plain('BEGIN');

/** PostgreSQL through one pool of the package `pg`. */
export class PostgresDriver implements Driver {
  readonly dialect = 'postgres';
  readonly adapter = 'pg';
  readonly #pool: PgPool;
  readonly #settings: PostgresSettings;
  readonly #statements = new Statements();
  readonly #configured = new WeakSet<PgClient>();
  /** Counts what is under way, for `close`. */
  readonly #work: Gate;
  #closing: Promise<void> | undefined;

  constructor({ Pool }: Pg, settings: PostgresSettings) {
    this.#settings = settings;
    this.#work = new Gate(settings.acquireTimeoutMs, settings.onTimeout);
    this.#pool = new Pool({
      connectionString: settings.url,
      max: settings.max,
      connectionTimeoutMillis: settings.acquireTimeoutMs,
      idleTimeoutMillis: settings.idleTimeoutMs,
      // A program that forgot `close` still ends when its work is done.
      allowExitOnIdle: true,
      keepAlive: true,
    });
    // A connection that breaks while idle leaves the pool by itself; the next call opens another.
    this.#pool.on('error', () => undefined);
  }

  execute(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    return this.#withConnection(async (connection) => resultOf(statement, await connection.query(this.#statements.of(statement), values)));
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): Promise<readonly number[]> {
    const config = this.#statements.of(statement);
    return this.#withConnection(async (connection) => {
      const changes: number[] = [];
      for (const values of rows) changes.push((await connection.query(config, values)).rowCount ?? 0);
      return changes;
    });
  }

  async begin(options: TransactionOptions = {}): Promise<TransactionConnection> {
    const connection = await this.#checkOut();
    try {
      await connection.query(options.isolation === undefined ? beginDefault : begins[options.isolation], []);
    } catch (error) {
      connection.release(error);
      throw error;
    }
    return new PostgresTransaction(connection, this.#statements);
  }

  close(): Promise<void> {
    this.#closing ??= this.#work.drain(usedAfterClose).then(() => this.#pool.end());
    return this.#closing;
  }

  async #withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#checkOut();
    try {
      const result = await work(connection);
      connection.release();
      return result;
    } catch (error) {
      connection.release(error);
      throw error;
    }
  }

  async #checkOut(): Promise<Connection> {
    if (this.#closing !== undefined) throw usedAfterClose();
    this.#work.enter();
    let connection: Connection | undefined;
    try {
      connection = await this.#connect();
      if (!this.#configured.has(connection.client)) {
        await connection.query(sessionSettings, []);
        this.#configured.add(connection.client);
      }
      return connection;
    } catch (error) {
      if (connection === undefined) this.#work.leave();
      else connection.release(error);
      throw error;
    }
  }

  #connect(): Promise<Connection> {
    const allTaken = this.#pool.idleCount === 0 && this.#pool.totalCount >= this.#settings.max;
    return new Promise((resolve, reject) => {
      this.#pool.connect((error, client, release) => {
        if (client !== undefined && !error) return resolve(new Connection(client, release, () => this.#work.leave()));
        // Who had to wait for a free connection and gets an error without a code waited in vain.
        const waited = allTaken && (error as { code?: unknown } | undefined)?.code === undefined;
        reject(waited ? this.#settings.onTimeout(this.#settings.acquireTimeoutMs) : error);
      });
    });
  }
}
