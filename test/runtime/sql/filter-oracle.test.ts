import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Row } from '../../../runtime/src/nodes/compiled-model.js';
import { bulkInsert, listCall } from '../../../runtime/src/sql/index.js';
import { createTables, databases } from './executors.js';
import { filter } from './filters.js';
import { Thing } from './models.js';
import { compare, matches } from './oracle.js';
import { fieldOf, stored } from './values.js';

const rowArbitrary = fc.record(Object.fromEntries(Thing.columns.filter((column) => column.name !== 'id').map((column) => [column.name, fieldOf(column)])));

for (const database of databases()) {
  test(`${database.name}: rows come back as stored, and filters, orders and pages find what they say`, async () => {
    const db = await database.open();
    try {
      await createTables(db, Thing);
      const given = fc.sample(rowArbitrary, { numRuns: 60, seed: 7 }).map((row, id) => ({ ...row, id }));
      const batch = await bulkInsert(Thing, db.dialect, given, { now: null, onConflict: 'error', records: true }).run(db, 0, given.length);
      const rows = given.map((row): Row => Object.fromEntries(Thing.columns.map((column) => [column.name, stored(column, row[column.name as 'id'])])));
      assert.is(batch.inserted, rows.length);
      batch.records.forEach((raw, i) => assert.equal(Thing[db.dialect].decodeRow(raw), rows[i]));

      await fc.assert(
        fc.asyncProperty(filter, async (one) => {
          const call = listCall(Thing, db.dialect, { filter: one, limit: 1000, select: ['id'] });
          const found = await db.execute(call.statement, call.values);
          const expected = rows.filter((row) => matches(Thing, one, row) === true).map((row) => row['id']);
          assert.equal(found.rows.map((raw) => call.shape.decode(raw)['id']), expected, call.statement.text);
        }),
        { numRuns: 1500, seed: 11 },
      );

      const sortable = Thing.columns.filter((column) => !['json', 'array', 'bytes'].includes(column.type.kind));
      const order = fc.uniqueArray(fc.record({ column: fc.constantFrom(...sortable), direction: fc.constantFrom('asc' as const, 'desc' as const) }), { maxLength: 3, selector: (key) => key.column });
      await fc.assert(
        fc.asyncProperty(order, fc.integer({ min: 1, max: 25 }), async (keys, limit) => {
          const orderBy = keys.map(({ column, direction }) => ({ [column.name]: direction }));
          const expected = [...rows].sort((a, b) => {
            for (const { column, direction } of [...keys, { column: Thing.columns[0]!, direction: keys.at(-1)?.direction ?? 'asc' }]) {
              const [x, y] = [a[column.name], b[column.name]];
              if (x === null && y === null) continue;
              if (x === null) return 1;
              if (y === null) return -1;
              const way = compare(column, x, y);
              if (way !== 0) return direction === 'asc' ? way : -way;
            }
            return 0;
          }).map((row) => row['id']);
          const found: unknown[] = [];
          for (let after: string | undefined; ;) {
            const call = listCall(Thing, db.dialect, { orderBy, limit, after, select: ['text', 'id'] });
            const page = (await db.execute(call.statement, call.values)).rows;
            for (const raw of page.slice(0, limit)) found.push(call.shape.decode(raw)['id']);
            if (page.length <= limit) break;
            after = call.shape.cursorOf(page[limit - 1]!);
          }
          assert.equal(found, expected);
        }),
        { numRuns: 150, seed: 5 },
      );
    } finally {
      await db.close();
    }
  });
}

test.run();
