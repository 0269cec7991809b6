import { setTimeout as sleep } from 'node:timers/promises';
import { DataFlowError } from 'dataflow-ts';
import * as assert from 'uvu/assert';
import type { Db, Place } from '../support/places.js';
import { accounts, dump, type Scenario } from './scenarios.js';

/** Connections of the pool that the scenarios run on. */
export const max = 3;

/** Puts the database into the state that a scenario begins with. */
export async function start(place: Place, scenario: Scenario): Promise<void> {
  if (scenario.firstUse) {
    for (const table of ['transfers', 'accounts', 'notes']) await place.raw(`DROP TABLE IF EXISTS ${table}`);
    return;
  }
  if ((await dump(place)).includes('missing')) {
    await using db = place.open();
    await db.models.Transfer.count();
    await db.models.Note.count();
  }
  await place.raw('DELETE FROM transfers');
  await place.raw('DELETE FROM accounts');
  await place.raw(`INSERT INTO accounts (id, balance) VALUES ${accounts.map(({ id, balance }) => `('${id}', ${balance})`).join(', ')}`);
}

/** One coded error, in one line, with its cause. */
export function checkError(error: unknown, seen: string): void {
  assert.instance(error, DataFlowError, `${seen}: ${String(error)}`);
  const { code, cause, message } = error as DataFlowError;
  assert.match(code, /^DF-[35]\d\d$/, seen);
  assert.ok(cause !== undefined, `${seen}: ${code} has no cause`);
  assert.ok(!message.includes('\n') && message.length <= 120, `${seen}: ${message}`);
}

/** Waits until nothing is held or waited for. A connection that was being opened when the work failed may need a moment. */
export async function atRest(db: Db): Promise<void> {
  for (const end = performance.now() + 5000; ; await sleep(1)) {
    const { used, waiting } = db.metrics().pool;
    if (used === 0 && waiting === 0) return;
    if (performance.now() > end) throw new Error(`${used} connections are held, ${waiting} calls wait`);
  }
}

/** As many transactions as there are connections, at once: one that was lost, or came back with an open transaction, would show. */
export async function usable(db: Db, place: Place): Promise<void> {
  const done = new Error('rolled back');
  const work = async (): Promise<void> => {
    await db
      .transaction(async (tx) => {
        await tx.models.Account.count();
        throw done;
      })
      .catch((error: unknown) => {
        if (error !== done) throw error;
      });
  };
  await Promise.all(Array.from({ length: max }, work));
  await db.models.Account.count();
  if (place.dialect === 'postgres') {
    const open = await place.raw(`SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`);
    assert.equal(open, []);
  }
}

