import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A place between a client and a server at which the network can fail. */
export interface Proxy {
  /** The given URL, through the proxy. */
  readonly url: string;
  /** `swallow`: the server's answers do not arrive. `hang-up`: its next answer ends the connection. `refuse`: nobody gets in. */
  mode: 'pass' | 'swallow' | 'hang-up' | 'refuse';
  /** What the first so many connections send arrives later by 150 ms. */
  late: number;
  /** Connections that were made. */
  readonly connections: number;
  close(): Promise<void>;
}

export async function startProxy(serverUrl: string): Promise<Proxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    const number = ++connections;
    if (proxy.mode === 'refuse') return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      if (number <= proxy.late) setTimeout(() => upstream.write(data), 150);
      else upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (proxy.mode === 'hang-up') client.destroy();
      else if (proxy.mode !== 'swallow') client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  const proxy: Proxy = {
    url: url.href,
    mode: 'pass',
    late: 0,
    get connections() {
      return connections;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
