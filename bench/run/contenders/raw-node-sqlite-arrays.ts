import type { Contender } from '../contender.js';
import { arrayOperations } from '../raw-sqlite/arrays.js';
import { rawNodeSqlite } from './raw-node-sqlite.js';

export const contender: Contender = {
  name: 'raw node:sqlite, rows as arrays',
  role: 'raw',
  open: async (place) =>
    arrayOperations(
      rawNodeSqlite(place, (db, text) => {
        const statement = db.prepare(text);
        statement.setReturnArrays(true);
        return statement;
      }),
    ),
};
