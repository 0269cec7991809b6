import Database from 'better-sqlite3';
import type { Contender, Place } from '../contender.js';
import { connect, prepareAll, type RawSqlite } from '../raw-sqlite/connection.js';
import { objectOperations } from '../raw-sqlite/objects.js';

/** @param prepare how the statement of a SQL text is made */
export function rawBetterSqlite3(place: Place, prepare = (db: Database.Database, text: string): Database.Statement => db.prepare(text)): RawSqlite {
  if (place.kind !== 'sqlite') throw new Error('SQLite only');
  const db = connect(Database, place.file);
  return { statements: prepareAll((text) => prepare(db, text)), transaction: (work) => db.transaction(work), close: () => db.close() };
}

export const contender: Contender = { name: 'raw better-sqlite3', role: 'base', open: async (place) => objectOperations(rawBetterSqlite3(place)) };
