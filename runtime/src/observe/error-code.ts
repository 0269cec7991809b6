import { DataFlowError } from '../errors/dataflow-error.js';

/**
 * A name for what went wrong that holds nothing of the user's data: the DF code, the database's code (SQLSTATE, `SQLITE_…`), the
 * code of a system error, or the class of the error.
 */
export function errorCode(error: unknown): string {
  if (error instanceof DataFlowError) return error.code;
  return databaseCode(error) ?? (isText(error, 'code') ? error.code : error instanceof Error ? error.name : '_OTHER');
}

/** The code with which the database itself answered. */
export function databaseCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, errcode, severity } = error as { code?: unknown; errcode?: unknown; severity?: unknown };
  // node:sqlite has SQLite's number only.
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return String(errcode);
  if (typeof code !== 'string') return undefined;
  return code.startsWith('SQLITE_') || severity !== undefined ? code : undefined;
}

function isText<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return typeof value === 'object' && value !== null && typeof (value as Record<K, unknown>)[key] === 'string';
}
