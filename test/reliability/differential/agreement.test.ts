/**
 * The same random calls on SQLite and on PostgreSQL: they must give the same values or fail with the same code, and leave
 * the same rows. What may differ is listed in allowed-differences.ts, and shown there to differ. RUNS sets the number of programs.
 *
 *     npm test -- reliability/differential
 */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figure } from '../support/figures.js';
import { adapters, openPlace, type Db } from '../support/places.js';
import { allowedDifferences } from './allowed-differences.js';
import { passesOnUniqueValue, program, runStep, textOf, type Outcome, type Row } from './program.js';
import { mistake, runMistake } from './mistakes.js';

const runs = Number(process.env['RUNS'] ?? 120);
const sqlite = adapters().find((adapter) => adapter !== 'pg');

/** Runs the work with a database of each kind. Needs both. */
async function onBoth(work: (sqlite: Db, postgres: Db) => Promise<void>): Promise<void> {
  const places = [await openPlace(sqlite!), await openPlace('pg')];
  try {
    await using first = places[0]!.open();
    await using second = places[1]!.open();
    await work(first, second);
  } finally {
    for (const place of places) await place.remove();
  }
}

const rowsOf = async (db: Db): Promise<Row[]> => (await db.models.Item.list({ orderBy: { id: 'asc' }, limit: 1000 })).records as unknown as Row[];

if (sqlite !== undefined && adapters().includes('pg')) {
  test('random calls agree', async () => {
    let calls = 0;
    await onBoth(async (first, second) => {
      await fc.assert(
        fc.asyncProperty(program, async ({ rows, steps }) => {
          for (const db of [first, second]) {
            await db.models.Item.bulkDelete({ filter: {}, all: true });
            if (rows.length > 0) await db.models.Item.bulkCreate({ data: rows as never });
          }
          for (const step of steps) {
            if (passesOnUniqueValue(step, await rowsOf(first))) continue;
            calls++;
            assert.equal(await runStep(second, step), await runStep(first, step), textOf(step));
          }
          assert.equal(await rowsOf(second), await rowsOf(first));
        }),
        { numRuns: runs, includeErrorInReport: true },
      );
    });
    figure('agreement', { databases: `${sqlite}, pg`, programs: runs, calls });
  });

  test('mistakes are refused with the same code, fields and text', async () => {
    await onBoth(async (first, second) => {
      await fc.assert(
        fc.asyncProperty(mistake, async (one) => {
          const [a, b]: [Outcome, Outcome] = [await runMistake(first, one), await runMistake(second, one)];
          assert.equal(b, a, `PostgreSQL: ${textOf(b)}; SQLite: ${textOf(a)}`);
        }),
        { numRuns: runs * 2, includeErrorInReport: true },
      );
    });
  });

  for (const difference of allowedDifferences) {
    test(`differs, and may: ${difference.what}`, async () => {
      await onBoth(async (first, second) => {
        assert.equal(await difference.try(first), difference.sqlite, 'SQLite');
        assert.equal(await difference.try(second), difference.postgres, 'PostgreSQL');
      });
    });
  }
}

test.run();
