/**
 * PostgreSQL does not answer any more: at each statement of every scenario in turn (a few of them, unless FAULTS=all). A call with a
 * time limit ends, with nothing half done, and its connection is replaced.
 *
 *     npm test -- reliability/faults
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figure } from '../support/figures.js';
import { adapters, fails, withPlace, type Db, type Place } from '../support/places.js';
import { max, start, usable } from './broken-off.js';
import { dump, scenarios, type Scenario } from './scenarios.js';
import { wireTo } from './wire.js';

const exhaustive = process.env['FAULTS'] === 'all';
/** Long enough to get to the statement, on a busy machine too. */
const timeoutMs = 2000;
/** The time limit, and then ten seconds in which the server may answer that the statement was cancelled. */
const longestMs = 20_000;

/** Runs the scenario with its n-th statement never answered. False when it has no such statement. */
async function hangAt(scenario: Scenario, n: number): Promise<boolean> {
  let reached = false;
  await withPlace('pg', async (place) => {
    const wire = await wireTo(place);
    await start(place, scenario);
    const before = await dump(place);
    // The look-up of tables, which calls share, has the pool's limit.
    const db = place.open({ url: wire.url, pool: { max, acquireTimeoutMs: 5000 } });
    let calls = 0;
    let hit = '';
    wire.decide = (text) => {
      if (++calls !== n) return 'pass';
      reached = true;
      hit = text;
      return 'hang';
    };
    const begun = performance.now();
    let error: unknown;
    await scenario.run(db, { timeoutMs }).catch((thrown: unknown) => (error = thrown));
    wire.decide = undefined;
    if (reached) {
      const seen = `${scenario.name}, at statement ${n} (${hit})`;
      assert.ok(error !== undefined, seen);
      await fails(['DF-303', 'DF-511', 'DF-512', 'DF-557'], () => Promise.reject(error));
      assert.ok(performance.now() - begun < longestMs, seen);
      if (scenario.atomic && !scenario.firstUse) assert.equal(await dump(place), before, seen);
      await usableSoon(db, place);
    }
    await db.close();
    await wire.close();
  });
  return reached;
}

/** Usable once the connections that hang have been given up. */
async function usableSoon(db: Db, place: Place): Promise<void> {
  for (const end = performance.now() + longestMs; ; ) {
    try {
      return await usable(db, place);
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

if (adapters().includes('pg')) {
  test('a server that does not answer', async () => {
    let hung = 0;
    const all = scenarios.map(async (scenario, i) => {
      for (let n = exhaustive ? 1 : 1 + (i % 4); ; n++) {
        if (!(await hangAt(scenario, n))) return;
        hung++;
        if (!exhaustive) return;
      }
    });
    await Promise.all(all);
    assert.ok(hung >= 8, `${hung}`);
    figure('hangs', { database: 'pg', faults: hung });
  });
}

test.run();
