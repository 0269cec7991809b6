import type { BeginOptions, Driver, DriverValue, PoolStats, Result, Statement, TransactionConnection } from '../driver.js';
import { markOutcomeUnknown } from '../outcome.js';
import { connect } from './connect.js';
import type { Connection } from './connection.js';
import type { ClientOptions, Pg, QueryConfig } from './pg.js';
import { Pool, type PoolSettings } from './pool.js';
import { limitStatements, refuseUnlessReplica, sessionSettings, setUpPooled, type ServerTimeouts } from './session.js';
import { changesOf, plain, resultOf, Statements } from './statements.js';
import { tlsSettings, type Tls } from './tls.js';
import { PostgresTransaction } from './transaction.js';

export interface PostgresSettings extends Pick<PoolSettings, 'max' | 'acquireTimeoutMs' | 'idleTimeoutMs' | 'onTimeout'> {
  readonly url: string;
  /** 0, the default, is forever. */
  readonly maxLifetimeMs?: number;
  /** 10000 by default; 0 is no limit. */
  readonly connectMs?: number;
  readonly timeouts?: ServerTimeouts;
  /** Idle for longer than this, 5000 ms by default, a connection is asked whether it still works before it is used. */
  readonly checkAfterMs?: number;
  readonly tls?: Tls | undefined;
  /** `transaction`: behind a PgBouncer that lends a server's connection for one transaction. Nothing outlives a transaction there. */
  readonly pooling?: 'session' | 'transaction';
  /** Takes connections to a streaming replica only. */
  readonly replica?: boolean;
  /** Called when a write or a transaction has ended, however, before its caller hears of it. */
  readonly onWrite?: () => void;
}

const ping = plain('SELECT 1');
/** A server that takes longer to answer a ping counts as gone. */
const pingLimitMs = 2000;

/** One PostgreSQL server, or a pooler before it, through the package `pg`. */
export class PostgresDriver implements Driver {
  readonly dialect = 'postgres';
  readonly adapter = 'pg';
  readonly #pool: Pool;
  readonly #statements: Statements;
  readonly #pooled: boolean;
  /** What follows BEGIN: limits that hold for the transaction. */
  readonly #afterBegin: readonly QueryConfig[];
  readonly #begins = new Map<string, readonly QueryConfig[]>();
  readonly #onWrite: (() => void) | undefined;

  constructor(pg: Pg, { url, tls, connectMs = 10_000, pooling, onWrite, replica, maxLifetimeMs = 0, checkAfterMs = 5000, timeouts = { statementMs: 0, lockMs: 0, idleInTransactionMs: 0 }, ...pool }: PostgresSettings) {
    this.#onWrite = onWrite;
    this.#pooled = pooling === 'transaction';
    this.#statements = new Statements(!this.#pooled);
    this.#afterBegin = this.#pooled ? limitStatements('SET LOCAL', timeouts).map(plain) : [];
    const options: ClientOptions = { connectionString: url, ...(tls && { ssl: tlsSettings(tls) }), keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
    const settings = sessionSettings(timeouts);
    this.#pool = new Pool({
      ...pool,
      maxLifetimeMs,
      checkAfterMs,
      open: (onLost, signal) =>
        connect(pg, options, connectMs, onLost, signal, async (connection) => {
          if (this.#pooled) await setUpPooled(connection);
          else await connection.query(settings, []);
          if (replica === true) await refuseUnlessReplica(connection);
        }),
      check: (connection) => answers(connection, Math.min(pingLimitMs, connectMs || Infinity)),
    });
  }

  async execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    if (this.#afterBegin.length > 0) return this.#inTransaction(statement, signal, (transaction) => transaction.execute(statement, values, signal));
    const config = this.#statements.of(statement);
    for (let repeats = 0; ; repeats++) {
      const connection = this.#pool.take() ?? (await this.#pool.acquire(signal));
      connection.holder = statement;
      try {
        const result = await connection.query(config, values, signal);
        this.#release(connection, statement);
        return resultOf(statement, result);
      } catch (error) {
        const again = connection.lost && this.#mayRepeat(connection, statement, config, values, error, repeats) && !signal?.aborted;
        this.#release(connection, statement);
        if (!again) throw error;
      }
    }
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    if (this.#afterBegin.length > 0) return this.#inTransaction(statement, signal, (transaction) => transaction.executeMany(statement, rows, signal));
    const config = this.#statements.of(statement);
    const connection = this.#pool.take() ?? (await this.#pool.acquire(signal));
    connection.holder = statement;
    try {
      const changes: number[] = [];
      for (const values of rows) {
        changes.push(changesOf(await connection.query(config, values, signal)));
      }
      return changes;
    } catch (error) {
      if (connection.lost) markOutcomeUnknown(error);
      throw error;
    } finally {
      this.#release(connection, statement);
    }
  }

  /**
   * Runs a read on a connection that is fit for it. It is never sent twice.
   * @param fit looks at the connection it may get, and may use it
   * @returns undefined when the connection was not fit
   */
  async executeIf(fit: (connection: Connection) => boolean | Promise<boolean>, statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result | undefined> {
    const connection = this.#pool.take() ?? (await this.#pool.acquire(signal));
    connection.holder = statement;
    try {
      const answer = fit(connection);
      if (!(typeof answer === 'boolean' ? answer : await answer)) return undefined;
      if (this.#afterBegin.length === 0) {
        const config = this.#statements.of(statement);
        return resultOf(statement, await connection.query(config, values, signal));
      }
    } finally {
      this.#pool.release(connection);
    }
    return this.execute(statement, values, signal);
  }

  async begin(options: BeginOptions = {}): Promise<TransactionConnection> {
    const { signal, holder = { what: 'a transaction' } } = options;
    const take = async (forSignal: AbortSignal | undefined): Promise<Connection> => {
      const connection = this.#pool.take() ?? (await this.#pool.acquire(forSignal));
      connection.holder = holder;
      return connection;
    };
    return new PostgresTransaction(await take(signal), this.#begin(options), {
      statements: this.#statements,
      release: (connection) => {
        this.#pool.release(connection);
        this.#onWrite?.();
      },
      another: (gone, forSignal) => {
        if (!gone.reused || this.#pool.closing) return undefined;
        this.#pool.release(gone);
        return take(forSignal);
      },
    });
  }

  stats(): PoolStats {
    return this.#pool.stats;
  }

  close(timeoutMs?: number): Promise<void> {
    return this.#pool.close(timeoutMs);
  }

  #release(connection: Connection, { kind }: Statement): void {
    this.#pool.release(connection);
    if (kind === 'write' && this.#onWrite !== undefined) this.#onWrite();
  }

  /**
   * Whether a statement whose connection was lost is sent again on another: when it cannot have run, or once when it only reads.
   * Of a write that may have run that is noted, for the error to say so.
   */
  #mayRepeat(connection: Connection, { kind }: Statement, config: QueryConfig, values: readonly DriverValue[], error: unknown, repeats: number): boolean {
    const idle = connection.reused && !this.#pool.closing;
    // A pooler may say that it ends a session in which the server still works.
    if (!this.#pooled && connection.wasNotRun(config, values, error)) return idle;
    if (kind === 'read') return idle && repeats === 0;
    markOutcomeUnknown(error);
    return false;
  }

  /** A transaction for a single statement, where limits cannot be set for the session. */
  async #inTransaction<T>(statement: Statement, signal: AbortSignal | undefined, work: (transaction: TransactionConnection) => T): Promise<Awaited<T>> {
    const transaction = await this.begin({ ...(signal && { signal }), holder: { what: `a statement, ${statement.kind}` } });
    let result: Awaited<T>;
    try {
      result = await work(transaction);
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
    await transaction.commit();
    return result;
  }

  #begin({ isolation, readOnly, deferrable }: BeginOptions): readonly QueryConfig[] {
    const modes = `${isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.toUpperCase()}`}${readOnly === true ? ' READ ONLY' : ''}${deferrable === true ? ' DEFERRABLE' : ''}`;
    let begin = this.#begins.get(modes);
    if (begin === undefined) {
      const first = this.#statements.of({ text: `BEGIN${modes}`, kind: 'write', returns: false, fixed: true });
      this.#begins.set(modes, (begin = [first, ...this.#afterBegin]));
    }
    return begin;
  }
}

async function answers(connection: Connection, limitMs: number): Promise<boolean> {
  // Destroyed, it fails the ping.
  const timer = setTimeout(() => connection.destroy(), limitMs);
  try {
    await connection.query(ping, []);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
