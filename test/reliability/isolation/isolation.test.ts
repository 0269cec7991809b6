/**
 * Random transactions of reads and appends at every isolation level: the history may hold only the anomalies that the level
 * allows. Then the three best known anomalies by hand, so that it is certain that they would be seen.
 * TRANSACTIONS sets how many are run per level.
 *
 *     npm test -- reliability/isolation
 */
import type { IsolationLevel } from 'dataflow-ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figure } from '../support/figures.js';
import { adapters, withPlace, type Place } from '../support/places.js';
import { findAnomalies, type Anomaly } from './checker.js';
import { interleaved, stepByStep } from './interleaved.js';
import { runWorkload, seeded } from './workload.js';

const transactions = Number(process.env['TRANSACTIONS'] ?? 300);
const levels: readonly IsolationLevel[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];

/** What a level does not forbid. Everything else must not be seen; on SQLite nothing at all. */
const postgresAllows: Readonly<Record<IsolationLevel, readonly Anomaly[]>> = {
  // PostgreSQL has no dirty reads at any level.
  'read uncommitted': ['lost-update', 'order', 'internal', 'G-single', 'G2-item'],
  'read committed': ['lost-update', 'order', 'internal', 'G-single', 'G2-item'],
  'repeatable read': ['G2-item'],
  serializable: [],
};

for (const adapter of adapters()) {
  const allowed = (level: IsolationLevel): readonly Anomaly[] => (adapter === 'pg' ? postgresAllows[level] : []);

  for (const isolation of levels) {
    test(`${adapter}, ${isolation}: random transactions`, async () => {
      await withPlace(adapter, async (place) => {
        await findDeadlocksSoon(place);
        await using first = place.open({ pool: { max: 6 } });
        await using second = place.open({ pool: { max: 6 } });
        const count = adapter === 'pg' ? transactions : Math.ceil(transactions / 2);
        const { txns, final, repeated } = await runWorkload([first, second], { isolation, transactions: count, keys: 4, atOnce: 8, random: seeded(count) });
        const found = findAnomalies(txns, final);
        const seen = [...new Set(found.map(({ anomaly }) => anomaly))].sort();
        assert.equal(seen.filter((anomaly) => !allowed(isolation).includes(anomaly)), [], JSON.stringify(found.slice(0, 3)));
        assert.is(txns.filter(({ committed }) => committed).length, count);
        figure('isolation', { database: adapter, level: isolation, transactions: count, repeated, anomalies: seen.join(', ') || 'none' });
      });
    });
  }

  test(`${adapter}, read committed, rows locked when they are read: no update is lost`, async () => {
    await withPlace(adapter, async (place) => {
      await findDeadlocksSoon(place);
      await using db = place.open({ pool: { max: 8 } });
      const { txns, final } = await runWorkload([db], { isolation: 'read committed', transactions: Math.ceil(transactions / 2), keys: 4, atOnce: 8, random: seeded(1), lock: true });
      const seen = new Set(findAnomalies(txns, final).map(({ anomaly }) => anomaly));
      assert.equal(['lost-update', 'order', 'internal'].filter((anomaly) => seen.has(anomaly as Anomaly)), []);
    });
  });

  for (const isolation of levels) {
    test(`${adapter}, ${isolation}: lost update, read skew and write skew, step by step`, async () => {
      await withPlace(adapter, async (place) => {
        await findDeadlocksSoon(place);
        await using db = place.open();
        for (const [anomaly, steps] of Object.entries(stepByStep)) {
          const found = await interleaved(db, isolation, steps());
          assert.is(found.includes(anomaly as Anomaly), allowed(isolation).includes(anomaly as Anomaly), `${anomaly}: ${found.join()}`);
        }
      });
    });
  }
}

/** PostgreSQL looks for a deadlock after a second, and such a workload has many. */
async function findDeadlocksSoon(place: Place): Promise<void> {
  if (place.dialect === 'postgres') await place.raw(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = 10', current_database()); END $$`);
}

test.run();
