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
  query(config: QueryConfig, values: readonly unknown[], done: (error: Error | null, result: PgResult) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  end(done: () => void): void;
  ref(): void;
  unref(): void;
}

/** The protocol below a client. */
export interface PgConnection {
  readonly stream: { destroy(): void; unref(): void };
  connect(port: number, host: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
  on(event: 'bindComplete' | 'connect' | 'sslconnect' | 'end' | 'error', listener: () => void): void;
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
