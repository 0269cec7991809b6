/**
 * DataFlow beside SQL written by hand for the bare package: random rows, then random calls. Every call must give the same,
 * and leave the same rows. RUNS sets how many programs are tried per database.
 *
 *     npm test -- reliability/differential
 */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figure } from '../support/figures.js';
import { adapters, withPlace } from '../support/places.js';
import { HandWritten } from './hand-written.js';
import { passesOnUniqueValue, program, runStep, textOf } from './program.js';

const runs = Number(process.env['RUNS'] ?? 150);

for (const adapter of adapters()) {
  test(`${adapter}: does what hand-written SQL does`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      await db.models.Item.count({});
      const byHand = new HandWritten(place);
      await byHand.open();
      let calls = 0;
      await fc.assert(
        fc.asyncProperty(program, async ({ rows, steps }) => {
          await db.models.Item.bulkDelete({ filter: {}, all: true });
          if (rows.length > 0) await db.models.Item.bulkCreate({ data: rows as never });
          await byHand.start(rows);
          for (const step of steps) {
            // In which order the rows of one call are written is not promised.
            if (passesOnUniqueValue(step, await byHand.rowsOf('by_hand'))) continue;
            calls++;
            const outcome = await runStep(db, step);
            // What would touch every row is refused without `all: true`.
            if ('failed' in outcome && outcome.failed === 'DF-108') continue;
            assert.equal(outcome, await byHand.run(step), textOf(step));
          }
          assert.equal(await byHand.rowsOf('items'), await byHand.rowsOf('by_hand'));
        }),
        { numRuns: runs, includeErrorInReport: true },
      );
      figure('differential', { database: adapter, programs: runs, calls });
    });
  });
}

test.run();
