import { DataFlowError } from '../errors/dataflow-error.js';
import { checkFields, RowNames } from '../sql/index.js';
import { isPlainObject } from './check-parameters.js';
import type { CompiledModel, Fields, ModelFacts } from './compiled-model.js';
import { invalidParameter, notAnObject, notUnique, wrongPlace } from './parameter-errors.js';
import type { Operation } from './node.js';

/** Checks the names in Create's parameters. Raises DF-102, DF-104, DF-105, DF-106 (fields wrapped in something), DF-110. */
export function checkCreate(model: CompiledModel, params: unknown): asserts params is Fields {
  if (!isPlainObject(params)) throw notAnObject(model, 'create', params);
  try {
    checkFields(model, params);
  } catch (error) {
    // Only now, so that a right call pays nothing for it.
    const wrapper = Object.keys(params).find((name) => wrappers.has(name) && !model.byName.has(name));
    if (wrapper !== undefined && error instanceof DataFlowError && error.code === 'DF-105') {
      throw wrapped(model, wrapper);
    }
    throw error;
  }
}

/** What people put around the fields of a Create who know other libraries, or the other nodes. */
export const wrappers: ReadonlySet<string> = new Set(['data', 'fields', 'values', 'filter', 'where', 'create', 'record']);

/** DF-106 for a Create whose fields are inside something. */
export function wrapped(model: ModelFacts, wrapper: string): DataFlowError {
  return wrongPlace(model, 'create', wrapper, `Create takes the fields themselves, without \`${wrapper}\``, `{ ${namesOf(model)} }`);
}

function namesOf(model: ModelFacts): string {
  const needed = model.columns.filter((column) => !column.managed && !column.nullable && !column.default);
  return needed.slice(0, 4).map(({ name }) => name).join(', ') + (needed.length > 4 ? ', …' : '');
}

/** Checks the names in the fields of a new row. `parameter` is where they stand. Raises DF-104, DF-105, DF-110. */
export function checkFieldNames(model: CompiledModel, operation: Operation, fields: Fields, parameter: string): void {
  try {
    checkFields(model, fields);
  } catch (error) {
    throw error instanceof DataFlowError ? error.within({ operation, parameter }) : error;
  }
}

/**
 * Checks changes to a row: names, and that `id` is not among them. Only an Upsert may change nothing.
 * Raises DF-103, DF-104, DF-105, DF-106, DF-110.
 */
export function checkChanges(model: CompiledModel, operation: 'update' | 'bulkUpdate' | 'upsert', parameter: 'fields' | 'update', fields: Fields): void {
  checkFields(model, fields);
  if (Object.hasOwn(fields, 'id')) {
    const key = operation === 'upsert' ? 'where' : 'filter';
    throw wrongPlace(model, operation, 'id', `an id never changes; put the key inside \`${key}\``, `{ ${key}: { id }, ${parameter}: { … } }`);
  }
  if (operation !== 'upsert' && Object.keys(fields).length === 0) {
    throw invalidParameter(model, operation, parameter, 'at least one field to change', 'an empty object');
  }
}

/** Checks the names in every row of `data`; errors carry `context.row`. Raises DF-104, DF-105, DF-110. */
export function checkRows(model: CompiledModel, operation: 'bulkCreate' | 'bulkUpdate' | 'bulkUpsert', rows: readonly Fields[]): void {
  const names = new RowNames(model);
  for (let row = 0; row < rows.length; row++) {
    try {
      names.check(rows[row]!);
    } catch (error) {
      throw error instanceof DataFlowError ? error.within({ operation, parameter: 'data', row }) : error;
    }
  }
}

/** The value that a condition of Upsert's `where` fixes: a plain one, or that of `$eq`. Raises DF-113 for null and for conditions that fix none. */
export function plainValue(model: CompiledModel, name: string, condition: unknown): unknown {
  if (condition === null) throw notUnique(model, 'upsert', 'where', [`${name} (null)`]);
  if (model.byName.get(name)!.type.kind === 'json' || !isPlainObject(condition)) return condition;
  const names = Object.keys(condition);
  if (names.length !== 1 || names[0] !== '$eq') throw notUnique(model, 'upsert', 'where', [`${name} (${names.join(', ')})`]);
  return plainValue(model, name, condition['$eq']);
}
