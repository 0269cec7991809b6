import { Connection } from './connection.js';
import type { ClientOptions, Pg } from './pg.js';

/**
 * Opens a connection to the server, logs in and makes the session ready.
 * @param limitMs for all of it, 0 for no limit; an error with the code ETIMEDOUT when it is over
 * @param onLost called when the connection breaks later
 * @param signal ends the attempt
 * @param setUp what a session needs before its first statement
 */
export async function connect(
  pg: Pg, options: ClientOptions, limitMs: number, onLost: (connection: Connection) => void, signal: AbortSignal, setUp: (connection: Connection) => Promise<void>,
): Promise<Connection> {
  const client = new pg.Client(options);
  const connection = new Connection(pg, client, onLost);
  let failure: Error | undefined;
  const give = (error: Error): void => {
    failure = error;
    connection.destroy();
  };
  const timer = limitMs === 0 ? undefined : setTimeout(() => give(Object.assign(new Error(`no answer within ${limitMs} ms`), { code: 'ETIMEDOUT' })), limitMs);
  const onAbort = (): void => give(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  try {
    await new Promise<void>((resolve, reject) => client.connect((error) => (error ? reject(error) : resolve())));
    if (failure === undefined) await setUp(connection);
    if (failure !== undefined) throw failure;
    return connection;
  } catch (error) {
    connection.destroy();
    throw failure ?? error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
