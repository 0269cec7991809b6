import { dfError } from '../../errors/dataflow-error.js';
import type { DriverValue, Result, Statement, TransactionConnection } from '../driver.js';
import { markOutcomeUnknown } from '../outcome.js';
import type { Connection } from './connection.js';
import type { Answer, QueryConfig } from './pg.js';
import { changesOf, plain, resultOf, type Statements } from './statements.js';

const commit = plain('COMMIT');
const rollback = plain('ROLLBACK');
/** A server that takes longer for ROLLBACK does not answer. */
const rollbackMs = 10_000;

const nothing: Result = { rows: [], changes: 0 };

/** What a transaction needs of the driver that it was begun on. */
export interface TransactionHome {
  readonly statements: Statements;
  /** Gives the connection back to its pool. */
  release(connection: Connection): void;
  /** Takes another connection instead of one that was gone before the transaction had begun; undefined when it is not to be tried. */
  another(gone: Connection, signal: AbortSignal | undefined): Promise<Connection> | undefined;
}

/** A connection while it belongs to one transaction. Statements run one after the other; BEGIN and savepoints are sent along with the next. */
export class PostgresTransaction implements TransactionConnection {
  readonly dialect = 'postgres';
  readonly #home: TransactionHome;
  #connection: Connection;
  /** To be sent before the next statement, in one write with it. */
  #unsent: QueryConfig[];
  /** Whether the server has carried out BEGIN. */
  #begun = false;
  /** Why BEGIN was not carried out: a statement after that would be none of a transaction. */
  #failure: { readonly error: unknown } | undefined;
  #released = false;
  /** COMMIT or ROLLBACK is on its way: what came later would run on a connection that others have. */
  #over = false;
  #underWay = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param begin the statements that begin it */
  constructor(connection: Connection, begin: readonly QueryConfig[], home: TransactionHome) {
    this.#connection = connection;
    this.#unsent = [...begin];
    this.#home = home;
  }

  async execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    const config = this.#home.statements.of(statement);
    if (statement.withNext === true && this.#underWay === 0 && !this.#over) {
      this.#unsent.push(config);
      return nothing;
    }
    return resultOf(statement, await this.#query(config, values, signal));
  }

  async executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    const config = this.#home.statements.of(statement);
    const changes: number[] = [];
    for (const values of rows) changes.push(changesOf(await this.#query(config, values, signal)));
    return changes;
  }

  async commit(signal?: AbortSignal): Promise<void> {
    if (this.#failure !== undefined || (!this.#begun && this.#underWay === 0)) {
      this.#giveBack();
      // The server knows nothing of it: there is nothing to commit.
      if (this.#failure === undefined) return;
      throw rolledBack(this.#failure);
    }
    let answer: Answer;
    try {
      const sent = this.#query(commit, [], signal);
      this.#over = true;
      answer = await sent;
    } catch (error) {
      if (this.#begun && this.#connection.lost && !this.#connection.wasNotRun(commit, [], error)) markOutcomeUnknown(error);
      // Not sent, because the signal came first: the transaction is still open.
      if (error === signal?.reason) this.#connection.destroy();
      this.#giveBack();
      throw error;
    }
    this.#giveBack();
    // After a failed statement the server answers COMMIT by rolling back, and calls that a success.
    if (answer.tag === 'ROLLBACK') throw dfError('DF-502', {});
  }

  async rollback(): Promise<void> {
    if (this.#released) return;
    // COMMIT is under way: whether it takes effect, nobody can know.
    if (this.#over) this.#connection.destroy();
    this.#over = true;
    const timer = setTimeout(() => this.#connection.destroy(), rollbackMs);
    await this.#last;
    try {
      if (this.#begun) await this.#connection.query(rollback, []);
    } catch {
      // The connection is gone, and the transaction with it.
      this.#connection.destroy();
    }
    clearTimeout(timer);
    this.#giveBack();
  }

  #giveBack(): void {
    this.#over = true;
    if (this.#released) return;
    this.#released = true;
    this.#home.release(this.#connection);
  }

  #query(config: QueryConfig, values: readonly DriverValue[], signal?: AbortSignal): Promise<Answer> {
    if (this.#over) return Promise.reject(dfError('DF-540', {}));
    const run = (): Promise<Answer> => {
      // What is to be sent before it stays unsent, too.
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      return this.#begun ? this.#send(config, values, signal) : this.#begin(config, values, signal);
    };
    const answer = this.#underWay === 0 ? run() : this.#last.then(run);
    this.#underWay++;
    const settled = (): void => {
      this.#underWay--;
    };
    this.#last = answer.then(settled, settled);
    return answer;
  }

  #send(config: QueryConfig, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Answer> {
    const first = this.#unsent;
    if (first.length > 0) this.#unsent = [];
    return this.#connection.query(config, values, signal, first);
  }

  /** Begins the transaction with its first statement; on another connection when this one was gone, for until it is committed a transaction has no effect. */
  async #begin(config: QueryConfig, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Answer> {
    if (this.#failure !== undefined) throw rolledBack(this.#failure);
    const first = this.#unsent;
    for (let repeats = 0; ; repeats++) {
      const connection = this.#connection;
      try {
        const answer = await this.#send(config, values, signal);
        this.#begun = true;
        return answer;
      } catch (error) {
        this.#begun = !connection.lost && connection.completed > 0;
        if (this.#begun) throw error;
        const again = connection.lost && !signal?.aborted && (repeats === 0 || connection.wasNotRun(first[0]!, [], error));
        const another = again ? this.#home.another(connection, signal) : undefined;
        if (another === undefined) {
          this.#failure = { error };
          // Whatever failed, no transaction may stay open in it.
          connection.destroy();
          throw error;
        }
        this.#unsent = first;
        await this.#moveTo(another);
      }
    }
  }

  async #moveTo(another: Promise<Connection>): Promise<void> {
    try {
      this.#connection = await another;
    } catch (error) {
      this.#failure = { error };
      // The one before was given back.
      this.#released = true;
      throw error;
    }
  }
}

function rolledBack({ error }: { readonly error: unknown }): Error {
  return dfError('DF-502', {}, { cause: error });
}
