import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';

/** Placeholders of one text about one model, in the order in which they stand there. */
export class SqlText {
  private count = 0;

  /** Quoted name of the model's table. */
  readonly table: string;

  constructor(model: CompiledModel, readonly dialect: Dialect) {
    this.table = model[dialect].sql.table;
  }

  /** The next placeholder. */
  next(): string {
    this.count++;
    return this.dialect === 'sqlite' ? '?' : `$${this.count}`;
  }
}

/** `(a OR b)`, as a balanced tree, for SQLite limits the depth of expressions. */
export function joined(parts: readonly string[], operator: 'AND' | 'OR'): string {
  if (parts.length === 1) return parts[0]!;
  if (parts.length <= 50) return `(${parts.join(` ${operator} `)})`;
  const half = parts.length >> 1;
  return `(${joined(parts.slice(0, half), operator)} ${operator} ${joined(parts.slice(half), operator)})`;
}
