import { dfError } from '../../errors/dataflow-error.js';
import type { DriverValue, Result, Statement, TransactionConnection } from '../driver.js';
import type { Connection } from './connection.js';
import type { PgResult, QueryConfig } from './pg.js';
import { plain, resultOf, type Statements } from './statements.js';

const commit = plain('COMMIT');
const rollback = plain('ROLLBACK');

/** A connection while it belongs to one transaction. Statements run one after the other. */
export class PostgresTransaction implements TransactionConnection {
  readonly dialect = 'postgres';
  readonly #connection: Connection;
  readonly #statements: Statements;
  #underWay = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, statements: Statements) {
    this.#connection = connection;
    this.#statements = statements;
  }

  async execute(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    return resultOf(statement, await this.#query(this.#statements.of(statement), values));
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[]): Promise<readonly number[]> {
    const config = this.#statements.of(statement);
    const changes: number[] = [];
    for (const values of rows) changes.push((await this.#query(config, values)).rowCount ?? 0);
    return changes;
  }

  async commit(): Promise<void> {
    let result: PgResult;
    try {
      result = await this.#query(commit, []);
    } catch (error) {
      this.#connection.release(error);
      throw error;
    }
    this.#connection.release();
    // After a failed statement the server answers COMMIT by rolling back, and calls that a success.
    if (result.command === 'ROLLBACK') throw dfError('DF-502', {});
  }

  async rollback(): Promise<void> {
    if (this.#connection.released) return;
    try {
      await this.#query(rollback, []);
      this.#connection.release();
    } catch (error) {
      // The connection is gone, and the transaction with it.
      this.#connection.release(error);
    }
  }

  #query(config: QueryConfig, values: readonly DriverValue[]): Promise<PgResult> {
    const run = (): Promise<PgResult> => this.#connection.query(config, values);
    const result = this.#underWay === 0 ? run() : this.#last.then(run);
    this.#underWay++;
    const settled = (): void => {
      this.#underWay--;
    };
    this.#last = result.then(settled, settled);
    return result;
  }
}
