import { connect, createServer, type Socket } from 'node:net';
import type { Fate, Wire } from './wire.js';

/** Refusals of a server that drivers meet: disk full, cancelled, internal error, out of memory. */
const states = ['53100', '57014', 'XX000', '53200'];

/**
 * A PostgreSQL proxy on a free port. It reads the client's messages; what the server answers at once (up to Sync, or a simple Query:
 * a statement, with BEGIN or a savepoint before it) is held back until its fate is known.
 */
export async function proxyOf(url: string): Promise<Wire> {
  const target = new URL(url);
  const sessions = new Set<Session>();
  const wire: Wire = {
    url: '',
    decide: undefined,
    release: () => undefined,
    close: () => {
      for (const session of sessions) session.end();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const server = createServer((client) => {
    const session = new Session(client, connect(Number(target.port), target.hostname), (text) => wire.decide?.(text) ?? 'pass');
    sessions.add(session);
    client.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(url);
  own.port = String((server.address() as { port: number }).port);
  return Object.assign(wire, { url: own.href });
}

class Session {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #decide: (text: string) => Fate | Promise<Fate>;
  readonly #names = new Map<string, string>();
  #fromClient = Buffer.alloc(0);
  #fromServer = Buffer.alloc(0);
  #started = false;
  /** Messages of the statement that is being read. */
  #held: Buffer[] = [];
  #texts: string[] = [];
  #queue: Promise<void> = Promise.resolve();
  #loseAnswer = false;
  #refusals = 0;

  constructor(client: Socket, server: Socket, decide: (text: string) => Fate | Promise<Fate>) {
    this.#client = client;
    this.#server = server;
    this.#decide = decide;
    client.setNoDelay(true);
    server.setNoDelay(true);
    client.on('data', (data) => this.#read(data));
    server.on('data', (data) => this.#answer(data));
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => this.end());
    }
  }

  end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  #read(data: Buffer): void {
    this.#fromClient = Buffer.concat([this.#fromClient, data]);
    for (;;) {
      const head = this.#started ? 1 : 0;
      if (this.#fromClient.length < head + 4) return;
      const length = head + this.#fromClient.readUInt32BE(head);
      if (this.#fromClient.length < length) return;
      const message = this.#fromClient.subarray(0, length);
      this.#fromClient = this.#fromClient.subarray(length);
      this.#take(message);
    }
  }

  #take(message: Buffer): void {
    const type = this.#started ? String.fromCharCode(message[0]!) : 'startup';
    this.#started = true;
    if (!'QPBDECSHF'.includes(type)) {
      // The start of a session, the password, data of a COPY, the goodbye: no statement.
      this.#queue = this.#queue.then(() => void this.#server.write(message));
      return;
    }
    this.#held.push(message);
    const [first = '', second = ''] = message.toString('utf8', 5).split('\0');
    if (type === 'Q') this.#texts.push(first);
    if (type === 'P') this.#names.set(first, second);
    if (type === 'B') this.#texts.push(this.#names.get(second) ?? '');
    if (type !== 'Q' && type !== 'S' && type !== 'H') return;
    const [held, text] = [Buffer.concat(this.#held), this.#texts.join('; ')];
    this.#held = [];
    this.#texts = [];
    this.#queue = this.#queue.then(async () => this.#carryOut(await this.#decide(text), held, text));
  }

  #carryOut(fate: Fate, messages: Buffer, text: string): void | Promise<void> {
    switch (fate) {
      case 'pass': return void this.#server.write(messages);
      case 'error': return void this.#server.write(this.#refusal(text));
      case 'lost before': return this.end();
      case 'lost after':
        this.#loseAnswer = true;
        return void this.#server.write(messages);
      case 'given up':
        throw new Error('only SQLite does that');
      case 'hang': return new Promise(() => undefined);
    }
  }

  /** A statement that fails in the server itself. A COMMIT that fails has ended the transaction. */
  #refusal(text: string): Buffer {
    const raise = `DO $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = '${states[this.#refusals++ % states.length]!}'; END $$`;
    const query = Buffer.from(`${text.endsWith('COMMIT') ? 'ROLLBACK; ' : ''}${raise}\0`);
    const head = Buffer.from('Q\0\0\0\0', 'latin1');
    head.writeUInt32BE(4 + query.length, 1);
    return Buffer.concat([head, query]);
  }

  #answer(data: Buffer): void {
    if (!this.#loseAnswer) return void this.#client.write(data);
    // The answer is complete with ReadyForQuery.
    this.#fromServer = Buffer.concat([this.#fromServer, data]);
    while (this.#fromServer.length >= 5) {
      const length = 1 + this.#fromServer.readUInt32BE(1);
      if (this.#fromServer.length < length) return;
      if (this.#fromServer[0] === 0x5a) return this.end();
      this.#fromServer = this.#fromServer.subarray(length);
    }
  }
}
