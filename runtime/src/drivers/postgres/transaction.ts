import { dfError } from '../../errors/dataflow-error.js';
import type { DriverValue, Result, Statement, TransactionConnection } from '../driver.js';
import { markOutcomeUnknown } from '../outcome.js';
import type { Connection } from './connection.js';
import type { PgResult, QueryConfig } from './pg.js';
import { plain, resultOf, type Statements } from './statements.js';

const commit = plain('COMMIT');
const rollback = plain('ROLLBACK');
/** A server that takes longer for ROLLBACK does not answer. */
const rollbackMs = 10_000;

/** A connection while it belongs to one transaction. Statements run one after the other. */
export class PostgresTransaction implements TransactionConnection {
  readonly dialect = 'postgres';
  readonly #connection: Connection;
  readonly #statements: Statements;
  readonly #release: () => void;
  #released = false;
  /** COMMIT or ROLLBACK is on its way: what came later would run on a connection that others have. */
  #over = false;
  #underWay = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param release gives the connection back to its pool */
  constructor(connection: Connection, statements: Statements, release: () => void) {
    this.#connection = connection;
    this.#statements = statements;
    this.#release = release;
  }

  async execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    return resultOf(statement, await this.#query(this.#statements.of(statement), values, signal));
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    const config = this.#statements.of(statement);
    const changes: number[] = [];
    for (const values of rows) changes.push((await this.#query(config, values, signal)).rowCount ?? 0);
    return changes;
  }

  async commit(signal?: AbortSignal): Promise<void> {
    let result: PgResult;
    try {
      const sent = this.#query(commit, [], signal);
      this.#over = true;
      result = await sent;
    } catch (error) {
      if (this.#connection.lost && !this.#connection.wasNotRun(commit, [], error)) markOutcomeUnknown(error);
      // Not sent, because the signal came first: the transaction is still open.
      if (error === signal?.reason) this.#connection.destroy();
      this.#giveBack();
      throw error;
    }
    this.#giveBack();
    // After a failed statement the server answers COMMIT by rolling back, and calls that a success.
    if (result.command === 'ROLLBACK') throw dfError('DF-502', {});
  }

  async rollback(): Promise<void> {
    if (this.#released) return;
    const timer = setTimeout(() => this.#connection.destroy(), rollbackMs);
    try {
      const sent = this.#query(rollback, []);
      this.#over = true;
      await sent;
    } catch {
      // The connection is gone, and the transaction with it.
      this.#connection.destroy();
    }
    clearTimeout(timer);
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#released) return;
    this.#released = true;
    this.#release();
  }

  #query(config: QueryConfig, values: readonly DriverValue[], signal?: AbortSignal): Promise<PgResult> {
    if (this.#over) return Promise.reject(dfError('DF-540', {}));
    const run = (): Promise<PgResult> => (signal === undefined ? this.#connection.query(config, values) : this.#connection.cancellable(config, values, signal));
    const result = this.#underWay === 0 ? run() : this.#last.then(run);
    this.#underWay++;
    const settled = (): void => {
      this.#underWay--;
    };
    this.#last = result.then(settled, settled);
    return result;
  }
}
