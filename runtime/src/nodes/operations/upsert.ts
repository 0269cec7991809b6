import { conflictKey, runUpsert } from '../../sql/index.js';
import { checkChanges, checkFieldNames, plainValue } from '../check-fields.js';
import { checkParameters } from '../check-parameters.js';
import type { CompiledModel, Fields, Row } from '../compiled-model.js';
import { keyText } from '../key-text.js';
import { invalidParameter, missingParameter, notUnique } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { writeTime } from './write-time.js';

export interface UpsertResult {
  readonly created: boolean;
  readonly action: 'created' | 'updated';
  readonly record: Row;
}

/**
 * Updates the row of a unique key, or creates it; atomic, also when many do it at once.
 * @param params `where`: values of a unique key, filled into `create` where absent there; `create`: the new row; `update`:
 *   changes to a row that is there, may be empty; `conflictOn`: the unique key that decides, by default `where`'s
 *
 * Raises DF-101 to DF-106, DF-110, DF-113, and the database's own refusals.
 */
export async function upsert(model: CompiledModel, session: Session, params: unknown): Promise<UpsertResult> {
  try {
    checkParameters(model, 'upsert', params);
    const { executor } = session;
    const where = params['where'] as Fields;
    const update = params['update'] as Fields;
    const conflictOn = params['conflictOn'] as string[] | undefined;
    checkFieldNames(model, 'upsert', where, 'where');
    const conflict = conflictKey(model, conflictOn ?? Object.keys(where));
    const create = withKeys(model, where, params['create'] as Fields);
    for (const name of conflict) {
      if (create[name] === null) throw notUnique(model, 'upsert', conflictOn === undefined ? 'where' : 'conflictOn', [`${name} (null)`]);
      if (!Object.hasOwn(create, name) && model.byName.get(name)!.default === undefined) {
        throw missingParameter(model, 'upsert', `create.${name}`, 'a value, for it is part of the conflict key');
      }
    }
    checkChanges(model, 'upsert', 'update', update);
    const pending = session.ready(model);
    if (pending !== undefined) await pending;
    const { raw, created } = await runUpsert(executor, model, { conflict, create, update, now: writeTime(model, session) });
    return { created, action: created ? 'created' : 'updated', record: model[executor.dialect].decodeRow(raw) };
  } catch (error) {
    return fail(error, session, model, 'upsert');
  }
}

/** The fields of `create` with those of `where`, which must agree where both are given. */
function withKeys(model: CompiledModel, where: Fields, create: Fields): Fields {
  checkFieldNames(model, 'upsert', create, 'create');
  let whole: Record<string, unknown> | undefined;
  for (const name of Object.keys(where)) {
    const value = plainValue(model, name, where[name]);
    if (!Object.hasOwn(create, name)) {
      whole ??= { ...create };
      whole[name] = value;
    } else if (value !== create[name] && !sameKey(model, name, value, create[name])) {
      throw invalidParameter(model, 'upsert', `create.${name}`, `the same value as where.${name}`, 'another value');
    }
  }
  return whole ?? create;
}

function sameKey(model: CompiledModel, name: string, a: unknown, b: unknown): boolean {
  const column = model.byName.get(name)!;
  return keyText(column, a) === keyText(column, b);
}
