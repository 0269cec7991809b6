/**
 * `kill -9` of a working process between two statements, or while one is under way; then what must hold after a crash, and a
 * new process that finishes the work. KILLS sets at how many places; KILLS=all is every statement, both ways.
 *
 *     npm test -- reliability/kills
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figure } from '../support/figures.js';
import { adapters, withPlace, type Adapter } from '../support/places.js';
import { checkFinished, checkInvariants, runAndKill, type When } from './kill.js';

const kills = process.env['KILLS'] ?? '8';

for (const adapter of adapters()) {
  test(`${adapter}: killed at any statement, nothing is half done and nothing done is lost`, async () => {
    const statements = await statementsOf(adapter);
    const step = kills === 'all' ? 1 : Math.max(1, Math.floor((statements * 2) / Number(kills)));
    assert.ok(statements > 20);
    let count = 0;
    for (let i = 1; i <= statements * 2; i += step) {
      const [killAt, when]: [number, When] = [Math.ceil(i / 2), i % 2 === 0 ? 'during' : 'before'];
      await withPlace(adapter, async (place) => {
        const { said, killed } = await runAndKill(place, killAt, when);
        if (killed) count++;
        await checkInvariants(place, said);
        const again = await runAndKill(place, 0, 'before');
        assert.is(again.said.at(-1), 'end');
        await checkInvariants(place, again.said);
        await checkFinished(place);
      });
    }
    assert.ok(count > 0);
    figure('kills', { database: adapter, kills: count, statements });
  });
}

/** How many statements the worker has when nobody kills it. */
async function statementsOf(adapter: Adapter): Promise<number> {
  let statements = 0;
  await withPlace(adapter, async (place) => {
    const run = await runAndKill(place, 0, 'before');
    assert.is(run.said.at(-1), 'end');
    await checkFinished(place);
    statements = run.statements;
  });
  return statements;
}

test.run();
