import type { Contender } from '../contender.js';
import { arrayOperations } from '../raw-sqlite/arrays.js';
import { rawBetterSqlite3 } from './raw-better-sqlite3.js';

export const contender: Contender = {
  name: 'raw better-sqlite3, rows as arrays',
  role: 'raw',
  open: async (place) =>
    arrayOperations(
      rawBetterSqlite3(place, (db, text) => {
        const statement = db.prepare(text);
        return statement.reader ? statement.raw() : statement;
      }),
    ),
};
