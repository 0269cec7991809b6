/** The part of the package `pg` that is used. Written down here because the package is optional and has no types of its own. */
export interface Pg {
  readonly Pool: new (options: PoolOptions) => PgPool;
}

export interface PoolOptions {
  readonly connectionString: string;
  readonly max: number;
  readonly connectionTimeoutMillis: number;
  readonly idleTimeoutMillis: number;
  readonly allowExitOnIdle: boolean;
  readonly keepAlive: boolean;
}

export interface PgPool {
  readonly totalCount: number;
  readonly idleCount: number;
  connect(done: (error: Error | undefined, client: PgClient | undefined, release: Release) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  end(): Promise<void>;
}

/** Gives the connection back; with an error it is thrown away. */
export type Release = (error?: Error) => void;

export interface PgClient {
  query(config: QueryConfig, values: readonly unknown[], done: (error: Error | null, result: PgResult) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

export interface QueryConfig {
  readonly text: string;
  readonly name?: string;
  readonly rowMode: 'array';
  readonly types: { getTypeParser(): (raw: string) => string };
}

export interface PgResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: (readonly (string | null)[])[];
}
