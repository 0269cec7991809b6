/**
 * Every scenario is broken off at its first statement, then at its second, and so on, in each way a statement can fail.
 * Each time: one coded error with its cause, nothing half done, no connection lost, and the database usable afterwards.
 *
 *     npm test -- reliability/faults
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figure } from '../support/figures.js';
import { adapters, withPlace, type Place } from '../support/places.js';
import { atRest, checkError, max, start, usable } from './broken-off.js';
import { dump, scenarios, type Scenario } from './scenarios.js';
import { wireTo, type Fate, type Wire } from './wire.js';

/** `terminated`: the server ends every session before the statement arrives. */
const fates = { postgres: ['error', 'lost before', 'lost after', 'terminated'], sqlite: ['error', 'given up', 'lost after'] } as const;
/** Every way at every statement; otherwise one way at each, another at the next. */
const exhaustive = process.env['FAULTS'] === 'all';

for (const adapter of adapters()) {
  for (const scenario of scenarios) {
    test(`${adapter}: ${scenario.name}`, async () => {
      await withPlace(adapter, async (place) => {
        const wire = await wireTo(place);
        try {
          await start(place, scenario);
          const before = await dump(place);
          const whole = await breakOff(place, wire, scenario, 0, 'pass');
          const after = await dump(place);
          assert.is(whole.error, undefined);
          let broken = 0;
          const ways = fates[place.dialect];
          for (const [i, fate] of ways.entries()) {
            for (let n = 1; n <= whole.calls; n++) {
              if (!exhaustive && (n + scenarios.indexOf(scenario)) % ways.length !== i) continue;
              await start(place, scenario);
              const seen = `${fate} at statement ${n} of ${whole.calls}`;
              const { error, hit } = await breakOff(place, wire, scenario, n, fate);
              if (hit !== undefined) broken++;
              const now = await dump(place);
              if (error === undefined) assert.equal(now, after, `${seen} (${hit}): said that it went well`);
              else checkError(error, `${seen} (${hit})`);
              // Without an answer to a COMMIT, or to a single statement, nobody knows whether it was carried out; half of it is never there.
              const allowed = error === undefined ? [after] : fate === 'lost after' ? [before, after] : [before];
              // Tables that were made stay; rows are not half there.
              if (scenario.undone && error !== undefined && fate !== 'lost after') assert.equal(now, before, `${seen} (${hit}): not undone`);
              const [rows] = now;
              if (scenario.states) assert.ok(scenario.states.includes((rows as unknown[]).length), `${seen} (${hit}): ${(rows as unknown[]).length} rows`);
              if (scenario.atomic && !scenario.firstUse) assert.ok(allowed.some((one) => JSON.stringify(one) === JSON.stringify(now)), `${seen} (${hit}): ${JSON.stringify(now).slice(0, 200)}`);
            }
          }
          figure('faults', { database: adapter, scenario: scenario.name, faults: broken });
        } finally {
          await wire.close();
        }
      });
    });
  }
}

/** Runs the scenario with its n-th statement failing, and looks whether the database is as good as before. */
async function breakOff(place: Place, wire: Wire, scenario: Scenario, n: number, fate: Fate | 'terminated'): Promise<{ calls: number; error: unknown; hit: string | undefined }> {
  const db = place.open({ url: wire.url, pool: { max, acquireTimeoutMs: 5000 } });
  let calls = 0;
  let hit: string | undefined;
  let error: unknown;
  wire.decide = (text) => {
    if (++calls !== n) return 'pass';
    hit = text;
    return fate === 'terminated' ? terminateAll(place).then((): Fate => 'pass') : fate;
  };
  try {
    await scenario.run(db);
  } catch (thrown) {
    error = thrown ?? new Error('nothing was thrown');
  }
  wire.decide = undefined;
  // A failure to create a table comes back at once for a while.
  if (scenario.firstUse && error !== undefined) await sleep(150);
  try {
    await atRest(db);
    await usable(db, place);
  } catch (unusable) {
    throw new Error(`not usable after '${fate}' at statement ${n} (${hit}): ${String(unusable)}`, { cause: unusable });
  }
  await db.close();
  return { calls, error, hit };
}

async function terminateAll(place: Place): Promise<void> {
  await place.raw(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`);
}

test.run();
