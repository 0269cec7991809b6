import { DataFlowError } from '../../errors/dataflow-error.js';
import type { DriverValue, ReadPoolStats, Result, Statement } from '../driver.js';
import { breaksConnection, type Connection } from './connection.js';
import type { PostgresDriver } from './driver.js';
import { plain } from './statements.js';

export type ReplicaState = 'failed' | 'back';

/** Behind every write that was committed before it is asked for. */
const position: Statement = { text: 'SELECT pg_current_wal_insert_lsn()', kind: 'read', returns: true };
const reached = plain('SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn');
const ping: Statement = { text: 'SELECT 1 AS one', kind: 'read', returns: true };

/** How long to wait before asking again whether the replica has caught up, and before trying one that failed. */
const behindMs = { first: 5, most: 320 };
const failedMs = { first: 1000, most: 30_000 };

/**
 * Reads on a replica, which show whatever this program wrote before: after a write the primary answers, until the replica's
 * connection has told that it is past the primary's position in the log. The primary also answers what the replica cannot.
 */
export class Replica {
  readonly #replica: PostgresDriver;
  readonly #primary: PostgresDriver;
  readonly #onChange: ((state: ReplicaState, error: unknown) => void) | undefined;
  /** Writes of this program that have ended. */
  #writes = 0;
  /** Where the primary's log was after so many writes. */
  #position = { writes: 0, lsn: '0/0' };
  #asking = false;
  readonly #behind = new Pause(behindMs);
  readonly #failed = new Pause(failedMs);
  #trying = false;
  readonly #counts = { reads: 0, behind: 0, failed: 0 };

  constructor(replica: PostgresDriver, primary: PostgresDriver, onChange?: (state: ReplicaState, error: unknown) => void) {
    this.#replica = replica;
    this.#primary = primary;
    this.#onChange = onChange;
  }

  get stats(): ReadPoolStats {
    return { ...this.#replica.stats(), ...this.#counts };
  }

  /** A write has ended: reads that begin from now on show it. */
  wrote(): void {
    this.#writes++;
  }

  async read(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    if (this.#usable()) {
      try {
        const writes = this.#writes;
        const result = await this.#replica.executeIf((connection) => this.#shows(connection, writes), statement, values, signal);
        if (result !== undefined) {
          this.#counts.reads++;
          return result;
        }
        this.#counts.behind++;
      } catch (error) {
        if (signal?.aborted === true || isFinal(error)) throw error;
        this.#counts.failed++;
        if (isOfServer(error)) this.#fail(error);
      }
    }
    return this.#primary.execute(statement, values, signal);
  }

  #usable(): boolean {
    if (this.#failed.since !== undefined) {
      this.#counts.failed++;
      if (this.#failed.over && !this.#trying) void this.#try();
      return false;
    }
    if (this.#position.writes < this.#writes) {
      this.#counts.behind++;
      if (!this.#asking) void this.#ask();
      return false;
    }
    if (this.#behind.over) return true;
    this.#counts.behind++;
    return false;
  }

  /** Whether the replica at the other end of this connection shows so many writes. */
  #shows(connection: Connection, writes: number): boolean | Promise<boolean> {
    return connection.upToWrite >= writes || this.#catchesUp(connection);
  }

  async #catchesUp(connection: Connection): Promise<boolean> {
    const { writes, lsn } = this.#position;
    const yes = (await connection.query(reached, [lsn])).rows[0]![0] === 't';
    if (yes) {
      connection.upToWrite = writes;
      this.#behind.end();
    } else {
      this.#behind.begin();
    }
    return yes;
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    const writes = this.#writes;
    try {
      const { rows } = await this.#primary.execute(position, []);
      this.#position = { writes, lsn: rows[0]![0] as string };
      this.#behind.end();
    } catch {
      // The next read asks again.
    }
    this.#asking = false;
  }

  #fail(error: unknown): void {
    if (this.#failed.since === undefined) this.#onChange?.('failed', error);
    this.#failed.begin();
  }

  async #try(): Promise<void> {
    this.#trying = true;
    try {
      await this.#replica.execute(ping, []);
      this.#failed.end();
      this.#onChange?.('back', undefined);
    } catch (error) {
      this.#fail(error);
    }
    this.#trying = false;
  }
}

/** A time that gets longer whenever it begins again before it was ended. */
class Pause {
  readonly #first: number;
  readonly #most: number;
  #ms = 0;
  since: number | undefined;

  constructor({ first, most }: { readonly first: number; readonly most: number }) {
    this.#first = first;
    this.#most = most;
  }

  get over(): boolean {
    return this.since === undefined || performance.now() - this.since >= this.#ms;
  }

  begin(): void {
    this.#ms = this.since === undefined ? this.#first : Math.min(this.#most, this.#ms * 2);
    this.since = performance.now();
  }

  end(): void {
    this.since = undefined;
  }
}

/** The call's own end: the primary is not to try what took too long, or comes too late. */
function isFinal(error: unknown): boolean {
  if (error instanceof DataFlowError) return error.code === 'DF-501' || error.code === 'DF-505';
  return (error as { code?: unknown }).code === '57014';
}

/** Whether the server, and not the statement, is what failed: it is not there, shuts down, or lets nobody in. */
function isOfServer(error: unknown): boolean {
  if (error instanceof DataFlowError) return error.code !== 'DF-534';
  return breaksConnection(error) || /^(28|3D|53)/.test(String((error as { code?: unknown }).code));
}
