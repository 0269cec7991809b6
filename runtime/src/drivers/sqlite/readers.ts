import type { MaybePromise } from '../driver.js';
import type { SqliteConnection } from './connection.js';
import { Turn } from './turn.js';

/** A connection beside the writer. */
export interface Reader<C extends SqliteConnection> {
  readonly connection: MaybePromise<C>;
  readonly turn: Turn;
}

/** The connections that read beside the writer, opened when they are needed. */
export class Readers<C extends SqliteConnection> {
  readonly #readers: Reader<C>[] = [];
  readonly #open: () => MaybePromise<C>;
  readonly #most: number;
  readonly #makeTurn: () => Turn;

  constructor(open: () => MaybePromise<C>, most: number, makeTurn: () => Turn) {
    this.#open = open;
    this.#most = most;
    this.#makeTurn = makeTurn;
  }

  get turns(): Turn[] {
    return this.#readers.map(({ turn }) => turn);
  }

  /** The one with least to do for a statement, its gate open; undefined when transactions have them all. */
  forStatement(): Reader<C> | undefined {
    let best: Reader<C> | undefined;
    for (const reader of this.#readers) if (reader.turn.gate.open && (best === undefined || loadOf(reader) < loadOf(best))) best = reader;
    return best?.turn.used === false || this.#readers.length >= this.#most ? best : this.#another();
  }

  /** The one for which a transaction waits least. There must be room for one. */
  forTransaction(): Reader<C> {
    let best: Reader<C> | undefined;
    for (const reader of this.#readers) if (best === undefined || loadOf(reader) < loadOf(best)) best = reader;
    return best !== undefined && (!best.turn.used || this.#readers.length >= this.#most) ? best : this.#another();
  }

  /** Closes all, once nobody uses them. */
  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#readers.splice(0).map(({ connection }) => connection))) {
      if (opened.status === 'fulfilled') await opened.value.close();
    }
  }

  #another(): Reader<C> {
    const reader: Reader<C> = { connection: this.#open(), turn: this.#makeTurn() };
    this.#readers.push(reader);
    // One that cannot be opened makes room for another attempt.
    if (reader.connection instanceof Promise) reader.connection.catch(() => this.#readers.splice(this.#readers.indexOf(reader), 1));
    return reader;
  }
}

/** How many use it or wait for it. */
function loadOf({ turn: { gate } }: Reader<SqliteConnection>): number {
  return gate.inside + gate.waiting;
}
