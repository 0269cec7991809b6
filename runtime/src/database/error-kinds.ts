import { DataFlowError } from '../errors/dataflow-error.js';
import { sqliteCode } from '../drivers/sqlite/busy.js';
import { tlsKind, type TlsKind } from './tls-errors.js';

/** What a driver's error says, whichever database and package it comes from. */
export type Kind =
  | 'unique' | 'foreignKey' | 'notNull' | 'check'
  | 'missingTable' | 'missingColumn' | 'otherType' | 'value' | 'tooLong' | 'outOfRange' | 'regex'
  | 'noConnection' | TlsKind | 'tooManyConnections' | 'login' | 'noDatabase' | 'cannotOpen' | 'notADatabase'
  | 'rolledBack' | 'locked' | 'serialization' | 'deadlock' | 'cancelled'
  | 'diskFull' | 'readOnly' | 'corrupt' | 'permission' | 'other';

/** The kind of a driver's error, undefined for what no driver has raised (a bug, a user's own error). */
export function classify(error: unknown): Kind | undefined {
  if (!(error instanceof Error)) return undefined;
  const sqlite = sqliteCode(error);
  if (sqlite !== undefined) return sqliteKind(sqlite, error);
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity !== undefined && typeof code === 'string') return postgresKind(code);
  // `pg` was asked for a password that the URL does not have.
  if (error.message.startsWith('SASL')) return 'login';
  return tlsKind(error) ?? (isNetworkError(error) ? 'noConnection' : undefined);
}

/** By SQLSTATE, whole or by class, the longest that fits. */
const sqlStates: Readonly<Record<string, Kind>> = {
  '08': 'noConnection', '57P': 'noConnection', '25P03': 'noConnection', '25P04': 'noConnection', '53300': 'tooManyConnections',
  '28': 'login', '3D000': 'noDatabase',
  '23505': 'unique', '23503': 'foreignKey', '23001': 'foreignKey', '23502': 'notNull', '23514': 'check',
  '42P01': 'missingTable', '3F000': 'missingTable', '42703': 'missingColumn',
  // A value or an operator that the column's type does not have: the statement was made for another type.
  '42804': 'otherType', '42883': 'otherType', '42846': 'otherType',
  '22': 'value', '22001': 'tooLong', '22003': 'outOfRange', '22008': 'outOfRange', '2201B': 'regex', '42501': 'permission',
  '25P02': 'rolledBack', '40001': 'serialization', '40P01': 'deadlock', '55P03': 'locked', '57014': 'cancelled',
  '53100': 'diskFull', '25006': 'readOnly', XX001: 'corrupt', XX002: 'corrupt',
};

function postgresKind(state: string): Kind {
  return sqlStates[state] ?? sqlStates[state.slice(0, 3)] ?? sqlStates[state.slice(0, 2)] ?? 'other';
}

const sqliteKinds: Readonly<Record<number, Kind>> = {
  3: 'permission', 5: 'locked', 6: 'locked', 8: 'readOnly', 9: 'cancelled', 11: 'corrupt', 13: 'diskFull',
  14: 'cannotOpen', 18: 'tooLong', 20: 'value', 23: 'permission', 26: 'notADatabase',
};

/**
 * Extended results of SQLITE_CONSTRAINT: 275 CHECK, 787 FOREIGNKEY, 1299 NOTNULL, 1555 PRIMARYKEY, 2067 UNIQUE, 2579 ROWID,
 * 3091 DATATYPE (of a STRICT table). The others say too little: 1811 TRIGGER comes from a user's trigger as well as from ON DELETE RESTRICT.
 */
const constraints: Readonly<Record<string | number, Kind>> = {
  275: 'check', 787: 'foreignKey', 1299: 'notNull', 1555: 'unique', 2067: 'unique', 2579: 'unique', 3091: 'value',
  SQLITE_CONSTRAINT_CHECK: 'check', SQLITE_CONSTRAINT_FOREIGNKEY: 'foreignKey', SQLITE_CONSTRAINT_NOTNULL: 'notNull',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique', SQLITE_CONSTRAINT_UNIQUE: 'unique', SQLITE_CONSTRAINT_ROWID: 'unique',
  SQLITE_CONSTRAINT_DATATYPE: 'value',
};

function sqliteKind(primary: number, error: Error): Kind {
  if (primary === 19) {
    const { code, errcode } = error as { code?: string; errcode?: number };
    return constraints[errcode ?? code!] ?? constraintOf(error.message);
  }
  // SQLite has one code for all that is wrong with a statement.
  if (primary === 1) {
    if (/no such table/.test(error.message)) return 'missingTable';
    if (/no such column|has no column named/.test(error.message)) return 'missingColumn';
  }
  return sqliteKinds[primary] ?? 'other';
}

/** The package `sqlite3` gives no extended codes; SQLite's message begins with a fixed phrase per constraint. */
function constraintOf(message: string): Kind {
  if (/cannot store \w+ value in \w+ column/.test(message)) return 'value';
  const phrase = /(UNIQUE|FOREIGN KEY|NOT NULL|CHECK) constraint failed/.exec(message)?.[1];
  return ({ UNIQUE: 'unique', 'FOREIGN KEY': 'foreignKey', 'NOT NULL': 'notNull', CHECK: 'check' } as const)[phrase ?? ''] ?? 'other';
}

const networkCodes = /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOENT|EACCES)$/;
/** What the packages `pg` and `pg-pool` say without any code. */
const pgMessages = /^(timeout (expired|exceeded when trying to connect)|Connection terminated|Client (was closed|has encountered a connection error)|Client network socket)/;

function isNetworkError(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError && code === undefined) return error.errors.some((one) => one instanceof Error && isNetworkError(one));
  return typeof code === 'string' ? networkCodes.test(code) : pgMessages.test(error.message);
}

/**
 * Whether the database gave the work up in favour of another transaction, so that running it again, from the start, usually
 * succeeds: a serialization failure (DF-536) or a deadlock (DF-546), also as the driver's own error.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof DataFlowError) {
    // A workflow's node that failed with the driver's own error.
    return error.code === 'DF-536' || error.code === 'DF-546' || (error.code === 'DF-551' && isRetryable(error.cause));
  }
  const kind = classify(error);
  return kind === 'serialization' || kind === 'deadlock';
}

/** Whether a table or column is not there, or not as the statement has it. */
export function isSchemaConflict(error: unknown): boolean {
  const kind = classify(error);
  return kind === 'missingTable' || kind === 'missingColumn' || kind === 'otherType';
}
