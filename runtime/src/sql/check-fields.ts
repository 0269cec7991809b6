import { dfError } from '../errors/dataflow-error.js';
import type { CompiledModel, Fields } from '../nodes/compiled-model.js';
import { idKey } from './filter-facts.js';
import { unknownField } from './model-errors.js';

/**
 * Names and managed fields of a row's values: unknown ones are DF-105, managed ones DF-104, undefined ones DF-110. Types and
 * missing fields are the encoder's business, `id` in an update the caller's.
 */
export function checkFields(model: CompiledModel, fields: Fields): void {
  for (const name of Object.keys(fields)) {
    const column = model.byName.get(name);
    if (!column) throw unknownField(model, name);
    if (column.managed) throw dfError('DF-104', { model: model.name, field: name }, { context: { model: model.name, field: name } });
    if (fields[name] === undefined) throw dfError('DF-110', { place: model.name, name }, { context: { model: model.name, field: name } });
  }
}

/** Checks the names of row after row. A row with the names of the one before it has right ones, which is cheaper to see than to look each up. */
export class RowNames {
  readonly #model: CompiledModel;
  #right: readonly string[] = [];

  constructor(model: CompiledModel) {
    this.#model = model;
  }

  /** As `checkFields`. */
  check(fields: Fields): void {
    if (this.#areRight(fields)) return;
    checkFields(this.#model, fields);
    this.#right = Object.keys(fields);
  }

  #areRight(fields: Fields): boolean {
    const right = this.#right;
    let count = 0;
    for (const name in fields) if (name !== right[count++] || fields[name] === undefined) return false;
    return count === right.length;
  }
}

/** The unique key made of these fields, in the order of its declaration. DF-105 for unknown names, DF-113 when there is none. */
export function conflictKey(model: CompiledModel, names: readonly string[]): readonly string[] {
  if (names.length === 1 && names[0] === 'id') return idKey;
  for (const name of names) if (!model.byName.has(name)) throw unknownField(model, name);
  const wanted = new Set(names);
  const keys = [idKey, ...model.schema.uniques];
  const found = keys.find((key) => key.length === wanted.size && key.every((name) => wanted.has(name)));
  if (found) return found;
  throw dfError(
    'DF-113',
    { model: model.name, names: names.join(' + ') || 'no fields', keys: keys.map((key) => key.join(' + ')).join(', ') },
    { context: { model: model.name } },
  );
}
