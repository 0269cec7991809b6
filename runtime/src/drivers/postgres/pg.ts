/** The part of the package `pg` that is used. Written down here because the package is optional and has no types of its own. */
export interface Pg {
  readonly Client: new (options: ClientOptions) => PgClient;
  readonly Connection: new (options: { readonly ssl: unknown; readonly sslNegotiation: unknown }) => PgConnection;
}

export interface ClientOptions {
  readonly connectionString: string;
  /** Undefined leaves it to the URL and the environment. */
  readonly ssl?: TlsSettings;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMillis: number;
}

/** Options of `tls.connect`. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly checkServerIdentity?: (host: string, certificate: never) => Error | undefined;
}

export interface PgClient {
  readonly host: string;
  readonly port: number;
  readonly ssl: unknown;
  readonly sslNegotiation: unknown;
  /** What a cancel request names. */
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly connection: PgConnection;
  connect(done: (error: Error | null) => void): void;
  query(query: Submittable): void;
  on(event: 'error', listener: (error: Error) => void): void;
  end(done: () => void): void;
  ref(): void;
  unref(): void;
}

/** The protocol below a client. */
export interface PgConnection {
  readonly stream: { destroy(): void; unref(): void; cork(): void; uncork(): void };
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
  on(event: 'bindComplete' | 'parseComplete' | 'connect' | 'sslconnect' | 'end' | 'error', listener: () => void): void;
  /** Simple Query: one message, which may hold several statements and no values. */
  query(text: string): void;
  parse(message: { readonly name: string; readonly text: string }): void;
  bind(message: { readonly statement: string; readonly values: readonly unknown[]; readonly valueMapper: (value: never) => string | Buffer | null }): void;
  execute(message: object): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

/** What a client runs when its turn has come, and tells what the server answers. */
export interface Submittable {
  callback: (error: Error | null) => void;
  submit(connection: PgConnection): null;
  handleRowDescription(): void;
  handleDataRow(message: { readonly fields: RawRow }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
  handleCopyInResponse(connection: PgConnection): void;
  handleCopyData(): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
}

/** Values as the server's text. */
export type RawRow = readonly (string | null)[];

/** What the server answers to a statement. */
export interface Answer {
  readonly rows: readonly RawRow[];
  /** `INSERT 0 5`, `COMMIT`: the command, and how many rows. */
  readonly tag: string;
}

/** A statement's text, and the name that a connection keeps it prepared under. */
export interface QueryConfig {
  readonly text: string;
  readonly name?: string;
}
