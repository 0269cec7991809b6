import type { Result, Statement } from '../driver.js';
import type { Answer, QueryConfig } from './pg.js';

/** Statements with a name besides the fixed ones. A server keeps a named statement for the life of the connection, so names are not given without end. */
const namesMax = 1000;

/** The calling form of each statement. Named ones are parsed and planned once per connection. */
export class Statements {
  readonly #configs = new WeakMap<Statement, QueryConfig>();
  /** By text: a shape that was forgotten and built again gets its name back. */
  readonly #names = new Map<string, string>();
  readonly #keep: boolean;
  #count = 0;

  /** @param keep false gives no names: the next statement may run on another server's connection, which has not prepared it */
  constructor(keep: boolean) {
    this.#keep = keep;
  }

  of(statement: Statement): QueryConfig {
    let config = this.#configs.get(statement);
    if (config === undefined) this.#configs.set(statement, (config = this.#make(statement)));
    return config;
  }

  #make({ text, fixed }: Statement): QueryConfig {
    let name = this.#names.get(text);
    if (name === undefined && this.#keep && fixed !== false && (fixed === true || this.#names.size < namesMax)) this.#names.set(text, (name = `df_${++this.#count}`));
    return name === undefined ? { text } : { name, text };
  }
}

/** A statement that is sent once per connection or transaction and needs no name. */
export function plain(text: string): QueryConfig {
  return { text };
}

export function resultOf({ kind }: Statement, answer: Answer): Result {
  return { rows: answer.rows, changes: kind === 'write' ? changesOf(answer) : 0 };
}

/** How many rows a statement has written: `INSERT 0 5`. */
export function changesOf({ tag }: Answer): number {
  return Number(tag.slice(tag.lastIndexOf(' ') + 1)) || 0;
}
