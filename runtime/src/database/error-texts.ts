import { isOutcomeUnknown } from '../drivers/outcome.js';
import { sqliteCode } from '../drivers/sqlite/busy.js';
import type { CompiledModel } from '../nodes/compiled-model.js';

/** What a foreign key's violation is about, in words. */
export function foreignKeyProblem(error: Error, model: CompiledModel | undefined, fields: readonly string[], operation: string): string {
  const references = model?.columns.filter((field) => field.references !== undefined) ?? [];
  const own = references.filter((field) => fields.includes(field.name));
  // PostgreSQL names the table whose foreign key it is: another one's when rows there still refer to this row.
  const { table } = error as { table?: unknown };
  const fromElsewhere = typeof table === 'string' ? table !== model?.schema.table : /delete/i.test(operation);
  if (own.length === 0 && fromElsewhere) return 'other rows still refer to the row';
  const candidates = own.length ? own : references;
  if (candidates.length === 0) return 'other rows still refer to the row';
  return `${candidates.map((field) => `'${field.name}'`).join(' or ')} refers to a ${[...new Set(candidates.map((field) => field.references!.model))].join(' or ')} that does not exist`;
}

const connectionProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at that address',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name is unknown',
  '57P01': 'the server has ended the session, by an administrator or because it shuts down',
  '57P02': 'the server has ended all sessions after a crash',
  '57P03': 'the server is starting up or shutting down',
  '57P04': 'the database has been dropped',
  '57P05': "the server has ended the session, idle for longer than its idle_session_timeout",
  '25P03': "the transaction was idle for longer than the server's idle_in_transaction_session_timeout",
  '25P04': "the transaction was open for longer than the server's transaction_timeout",
};

export function connectionProblem(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (isOutcomeUnknown(error)) return 'it broke off while the statement ran, which may have taken effect';
  if (code === 'ETIMEDOUT') return 'the server did not answer in time (timeouts.connectMs)';
  return connectionProblems[code] ?? 'the connection could not be made or broke off';
}

export function loginProblem(error: Error): string {
  const { code } = error as { code?: string };
  if (code === '28P01') return 'user name or password is wrong';
  return 'the server does not let this user in';
}

/** By SQLSTATE, whole or by class. */
const postgresReasons: Readonly<Record<string, string>> = {
  '0A': 'it cannot do this', '23': 'a constraint', '23P01': 'an exclusion constraint', '26': 'a prepared statement is gone',
  '40': 'the transaction was rolled back', '42': 'an error in the statement', '53': 'out of resources', '53200': 'out of memory',
  '54': 'a limit of the server', '55': 'the object is in another state', '58': 'an error of its operating system',
  P0: 'a trigger or function', XX: 'an internal error',
};
const sqliteReasons: Readonly<Record<number, string>> = {
  1: 'an error in the statement', 7: 'out of memory', 10: 'an error in reading or writing its files', 17: 'its schema has changed', 19: 'a trigger',
};

/** `a trigger or function, P0001`: code and kind of a refusal, never the driver's text. */
export function refusal(error: Error): string {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  const primary = sqliteCode(error);
  const shown = typeof errcode === 'number' ? `SQLite ${errcode}` : String(code);
  const text = primary !== undefined ? sqliteReasons[primary] : (postgresReasons[shown] ?? postgresReasons[shown.slice(0, 2)]);
  return text === undefined ? shown : `${text}, ${shown}`;
}

/**
 * The table of a deadlock. The server's texts are in its own language and may quote statements, so they are only searched for the names
 * of the model's table and of those it refers to.
 */
export function lockedTable(error: Error, model: CompiledModel | undefined): string | undefined {
  const { where } = error as { where?: unknown };
  if (model === undefined || typeof where !== 'string') return undefined;
  const tables = [model, ...model.related()].map(({ schema }) => schema.table);
  return tables.find((table) => where.match(/[\p{L}\p{N}_$.]+/gu)?.includes(table));
}
