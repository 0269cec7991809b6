import type { BeginOptions, Driver, DriverValue, PoolStats, Result, Statement, TransactionConnection } from '../driver.js';
import { PostgresDriver, type PostgresSettings } from './driver.js';
import type { Pg } from './pg.js';
import { Replica, type ReplicaState } from './replica.js';

export interface ServersSettings extends PostgresSettings {
  readonly readUrl?: string | undefined;
  readonly directUrl?: string | undefined;
  /** Called when the read replica fails and when it is back. */
  readonly onReplica?: (state: ReplicaState, error: unknown) => void;
}

/** Tables are created one after the other. */
const directConnections = 1;

/** Several ways to one database: the server or the pooler before it, a read replica, the server itself. */
export class PostgresServers implements Driver {
  readonly dialect = 'postgres';
  readonly adapter = 'pg';
  readonly servers: Readonly<Record<string, Driver>>;
  readonly #primary: PostgresDriver;
  readonly #direct: PostgresDriver | undefined;
  readonly #replica: Replica | undefined;

  constructor(pg: Pg, { readUrl, directUrl, onReplica, ...settings }: ServersSettings) {
    const onWrite = (): void => this.#replica?.wrote();
    this.#primary = new PostgresDriver(pg, { ...settings, onWrite });
    const read = readUrl === undefined ? undefined : new PostgresDriver(pg, { ...settings, url: readUrl, replica: true });
    if (directUrl !== undefined) this.#direct = new PostgresDriver(pg, { ...settings, url: directUrl, pooling: 'session', max: directConnections, onWrite });
    if (read !== undefined) this.#replica = new Replica(read, this.#primary, onReplica);
    this.servers = { primary: this.#primary, ...(read && { read }), ...(this.#direct && { direct: this.#direct }) };
  }

  execute(statement: Statement, values: readonly DriverValue[], signal?: AbortSignal): Promise<Result> {
    if (statement.kind === 'write' || this.#replica === undefined) return this.#primary.execute(statement, values, signal);
    return this.#replica.read(statement, values, signal);
  }

  executeMany(statement: Statement, rows: readonly (readonly DriverValue[])[], signal?: AbortSignal): Promise<readonly number[]> {
    return this.#primary.executeMany(statement, rows, signal);
  }

  begin(options: BeginOptions = {}): Promise<TransactionConnection> {
    return (options.direct === true && this.#direct !== undefined ? this.#direct : this.#primary).begin(options);
  }

  stats(): PoolStats {
    const stats = this.#primary.stats();
    return this.#replica === undefined ? stats : { ...stats, read: this.#replica.stats };
  }

  async close(timeoutMs?: number): Promise<void> {
    await Promise.all(Object.values(this.servers).map((server) => server.close(timeoutMs)));
  }
}
