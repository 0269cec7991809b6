import { sqliteCode } from './sqlite/busy.js';

/**
 * Whether an error says that a statement was cancelled while it ran: SQLITE_INTERRUPT, or PostgreSQL's 57014, which also stands for
 * a time limit of the server. Who asked for it, the error does not say.
 */
export function wasCancelled(error: unknown): boolean {
  const sqlite = sqliteCode(error);
  if (sqlite !== undefined) return sqlite === 9;
  return error instanceof Error && (error as { code?: unknown }).code === '57014';
}
