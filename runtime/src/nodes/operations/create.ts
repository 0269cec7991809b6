import { checkCreate } from '../check-fields.js';
import type { CompiledModel, Row } from '../compiled-model.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { writeTime } from './write-time.js';

/**
 * Inserts one row.
 * @param params the row's fields; those with a default, nullable and managed ones may be absent
 * @returns the row as stored
 *
 * Raises DF-101, DF-102, DF-103, DF-104, DF-105, DF-106, DF-110, and the database's own refusals (unique key, foreign key …).
 */
export async function create(model: CompiledModel, session: Session, params: unknown): Promise<Row> {
  try {
    checkCreate(model, params);
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    const { executor } = session;
    const code = model[executor.dialect];
    const statements = model.statements[executor.dialect];
    const values = code.encodeRow(params, writeTime(model, session));
    let statement = statements.create;
    if (statements.createAuto !== undefined) {
      const id = model.byName.get('id')!.index;
      if (values[id] === null) {
        values.splice(id, 1);
        statement = statements.createAuto;
      }
    }
    let result = executor.execute(statement, values);
    if (result instanceof Promise) result = await result;
    return code.decodeRow(result.rows[0]!);
  } catch (error) {
    return fail(error, session, model, 'create');
  }
}
