export interface PostgresServer {
  /** Of the superuser. */
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** May be called twice. */
  stop(): Promise<void>;
  /** Ends all sessions and starts again; with `crash` without a shutdown. */
  restart(options?: { crash?: boolean }): Promise<void>;
}

export function startPostgres(options?: { flags?: readonly string[] }): Promise<PostgresServer>;
/** A streaming replica of a server that `startPostgres` has started. */
export function startReplica(primary: PostgresServer): Promise<PostgresServer>;
