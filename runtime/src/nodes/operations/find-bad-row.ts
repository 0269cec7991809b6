import type { DataFlowError } from '../../errors/dataflow-error.js';
import { listCall } from '../../sql/index.js';
import type { Column, CompiledModel, Fields, Row } from '../compiled-model.js';
import { keyText } from '../key-text.js';
import type { Session } from '../session.js';

/** Databases say which key was violated, but not by which of many rows, and an error must not show values. */
const uniqueViolated = 'DF-530';
const foreignKeyViolated = 'DF-531';
/** Looking for the row is a courtesy; it reads no more than this. */
const mostRows = 10_000;

/**
 * Position of the first row of a bulk insert that a violated unique or foreign key is about. Runs after the insert was
 * rolled back. Undefined when it cannot be told.
 */
export async function findBadRow(model: CompiledModel, session: Session, data: readonly Fields[], error: DataFlowError): Promise<number | undefined> {
  const named = typeof error.context.field === 'string' ? error.context.field.split(', ') : [];
  const columns = named.map((name) => model.byName.get(name)).filter((column) => column !== undefined);
  try {
    if (error.code === uniqueViolated && columns.length > 0) return await firstTaken(model, session, data, columns);
    if (error.code === foreignKeyViolated) return await firstWithoutTarget(model, session, data, columns);
  } catch {
    // The error that is being explained matters more than one on the way.
  }
  return undefined;
}

async function firstTaken(model: CompiledModel, session: Session, data: readonly Fields[], columns: readonly Column[]): Promise<number | undefined> {
  const [first] = columns as [Column];
  const rows = data.slice(0, mostRows);
  const given = rows.map((row) => row[first.name]).filter((value) => value != null);
  const taken = new Set<string>();
  for (const row of await find(model, session, first, given, columns.map(({ name }) => name))) taken.add(textOf(columns, row)!);
  for (const [i, row] of rows.entries()) {
    const key = textOf(columns, row);
    if (key === undefined) continue;
    if (taken.has(key)) return i;
    taken.add(key);
  }
  return undefined;
}

async function firstWithoutTarget(
  model: CompiledModel, session: Session, data: readonly Fields[], named: readonly Column[],
): Promise<number | undefined> {
  const rows = data.slice(0, mostRows);
  let first: number | undefined;
  for (const column of named.length > 0 ? named : model.columns) {
    if (!column.references) continue;
    const { model: name } = column.references;
    const target = name === model.name ? model : model.related().find((other) => other.name === name);
    if (!target) continue;
    const id = target.byName.get('id')!;
    const given = rows.map((row) => row[column.name]).filter((value) => value != null);
    const there = new Set((await find(target, session, id, given, ['id'])).map((row) => keyText(id, row['id'])));
    if (target === model) for (const row of rows) if (row['id'] != null) there.add(keyText(id, row['id']));
    const at = rows.findIndex((row) => row[column.name] != null && !there.has(keyText(id, row[column.name])));
    if (at >= 0 && (first === undefined || at < first)) first = at;
  }
  return first;
}

async function find(model: CompiledModel, session: Session, column: Column, values: readonly unknown[], select: readonly string[]): Promise<Row[]> {
  const { executor } = session;
  const call = listCall(model, executor.dialect, { filter: { [column.name]: { $in: values } }, select, limit: mostRows });
  const { rows } = await executor.execute(call.statement, call.values);
  return rows.map((raw) => call.shape.decode(raw));
}

/** Undefined when a part is empty, for such keys meet no other. */
function textOf(columns: readonly Column[], row: Fields): string | undefined {
  const parts: string[] = [];
  for (const column of columns) {
    const value = row[column.name];
    if (value == null) return undefined;
    parts.push(keyText(column, value));
  }
  return JSON.stringify(parts);
}
