import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Contender, Place } from '../contender.js';
import { connect, prepareAll, type RawSqlite } from '../raw-sqlite/connection.js';
import { objectOperations } from '../raw-sqlite/objects.js';

/** @param prepare how the statement of a SQL text is made */
export function rawNodeSqlite(place: Place, prepare = (db: DatabaseSync, text: string): StatementSync => db.prepare(text)): RawSqlite {
  if (place.kind !== 'sqlite') throw new Error('SQLite only');
  const db = connect(DatabaseSync, place.file);
  const [begin, commit, rollback] = [db.prepare('begin'), db.prepare('commit'), db.prepare('rollback')];
  return {
    statements: prepareAll((text) => prepare(db, text)),
    transaction: (work) => (input) => {
      begin.run();
      try {
        const output = work(input);
        commit.run();
        return output;
      } catch (error) {
        rollback.run();
        throw error;
      }
    },
    close: () => db.close(),
  };
}

export const contender: Contender = { name: 'raw node:sqlite', role: 'base', open: async (place) => objectOperations(rawNodeSqlite(place)) };
