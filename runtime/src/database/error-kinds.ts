import { sqliteCode } from '../drivers/sqlite/busy.js';

/** What a driver's error says, whichever database and package it comes from. */
export type Kind =
  | 'unique' | 'foreignKey' | 'notNull' | 'check' | 'missing' | 'value' | 'regex'
  | 'noConnection' | 'tooManyConnections' | 'login' | 'cannotOpen' | 'notADatabase'
  | 'rolledBack' | 'locked' | 'conflict' | 'cancelled' | 'storage' | 'corrupt' | 'permission' | 'other';

/** The kind of a driver's error, undefined for what no driver has raised (a bug, a user's own error). */
export function classify(error: unknown): Kind | undefined {
  if (!(error instanceof Error)) return undefined;
  const sqlite = sqliteCode(error);
  if (sqlite !== undefined) return sqliteKind(sqlite, error);
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity !== undefined && typeof code === 'string') return postgresKind(code);
  // `pg` was asked for a password that the URL does not have.
  if (error.message.startsWith('SASL')) return 'login';
  return isNetworkError(error) ? 'noConnection' : undefined;
}

/** By SQLSTATE, whole or by class, the longest that fits. */
const sqlStates: Readonly<Record<string, Kind>> = {
  '08': 'noConnection', '57P': 'noConnection', '53300': 'tooManyConnections',
  '28': 'login', '3D000': 'login',
  '23505': 'unique', '23503': 'foreignKey', '23001': 'foreignKey', '23502': 'notNull', '23514': 'check',
  '42P01': 'missing', '42703': 'missing', '3F000': 'missing',
  '22': 'value', '2201B': 'regex', '42501': 'permission',
  '25P02': 'rolledBack', '25P03': 'noConnection', '40001': 'conflict', '40P01': 'conflict', '55P03': 'locked', '57014': 'cancelled',
  '53': 'storage', '58': 'storage', '25006': 'storage', XX001: 'corrupt', XX002: 'corrupt',
};

function postgresKind(state: string): Kind {
  return sqlStates[state] ?? sqlStates[state.slice(0, 3)] ?? sqlStates[state.slice(0, 2)] ?? 'other';
}

const sqliteKinds: Readonly<Record<number, Kind>> = {
  3: 'permission', 5: 'locked', 6: 'locked', 7: 'storage', 8: 'storage', 9: 'cancelled', 10: 'storage', 11: 'corrupt', 13: 'storage',
  14: 'cannotOpen', 18: 'value', 20: 'value', 23: 'permission', 26: 'notADatabase',
};

/**
 * Extended results of SQLITE_CONSTRAINT: 275 CHECK, 787 FOREIGNKEY, 1299 NOTNULL, 1555 PRIMARYKEY, 2067 UNIQUE, 2579 ROWID. The
 * others say too little: 1811 TRIGGER comes from a user's trigger as well as from ON DELETE RESTRICT.
 */
const constraints: Readonly<Record<string | number, Kind>> = {
  275: 'check', 787: 'foreignKey', 1299: 'notNull', 1555: 'unique', 2067: 'unique', 2579: 'unique',
  SQLITE_CONSTRAINT_CHECK: 'check', SQLITE_CONSTRAINT_FOREIGNKEY: 'foreignKey', SQLITE_CONSTRAINT_NOTNULL: 'notNull',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'unique', SQLITE_CONSTRAINT_UNIQUE: 'unique', SQLITE_CONSTRAINT_ROWID: 'unique',
};

function sqliteKind(primary: number, error: Error): Kind {
  if (primary === 19) {
    const { code, errcode } = error as { code?: string; errcode?: number };
    return constraints[errcode ?? code!] ?? constraintOf(error.message);
  }
  // SQLite has one code for all that is wrong with a statement.
  if (primary === 1 && /no such (table|column)|has no column named/.test(error.message)) return 'missing';
  return sqliteKinds[primary] ?? 'other';
}

/** The package `sqlite3` gives no extended codes; SQLite's message begins with a fixed phrase per constraint. */
function constraintOf(message: string): Kind {
  const phrase = /(UNIQUE|FOREIGN KEY|NOT NULL|CHECK) constraint failed/.exec(message)?.[1];
  return ({ UNIQUE: 'unique', 'FOREIGN KEY': 'foreignKey', 'NOT NULL': 'notNull', CHECK: 'check' } as const)[phrase ?? ''] ?? 'other';
}

const networkCodes = /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOENT|EACCES|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_\w+|CERT_\w+)$/;
/** What the package `pg` says without any code. */
const pgMessages = /^(Connection terminated|Client (was closed|has encountered a connection error)|The server does not support SSL|Client network socket)/;

function isNetworkError(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError && code === undefined) return error.errors.some((one) => one instanceof Error && isNetworkError(one));
  return typeof code === 'string' ? networkCodes.test(code) : pgMessages.test(error.message);
}
