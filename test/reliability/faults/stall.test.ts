/**
 * A disk that stalls under SQLite (the package sqlite3, whose statements run on threads): nothing gets lost or mixed up, readers go on
 * beside it, and when it is back everything ends with a result that is true.
 *
 *     npm test -- reliability/faults
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adapters, fails, withPlace } from '../support/places.js';
import { atRest } from './broken-off.js';
import { wireTo } from './wire.js';

if (adapters().includes('sqlite3')) {
  test('a write that stalls', async () => {
    await withPlace('sqlite3', async (place) => {
      const wire = await wireTo(place);
      const db = place.open({ pool: { max: 3 } });
      const { Account } = db.models;
      await Account.create({ id: 'a', balance: 0 });
      await Account.count();
      let stalled = 0;
      wire.decide = (text) => (text.startsWith('UPDATE') && stalled++ === 0 ? 'hang' : 'pass');
      const set = (balance: number, timeoutMs?: number): Promise<unknown> => Account.update({ filter: { id: 'a' }, fields: { balance } }, { ...(timeoutMs && { timeoutMs }) });
      const outcomes = [set(1, 100), set(2), db.transaction((tx) => tx.models.Account.update({ filter: { id: 'a' }, fields: { balance: 3 } }))];
      const settled = Promise.allSettled(outcomes);
      await sleep(200);
      // Readers have connections of their own.
      assert.ok([0, 2].includes((await Account.read({ id: 'a' })).balance));
      assert.ok(stalled > 0);
      wire.release();
      const [limited, plain, inTransaction] = await settled;
      if (limited!.status === 'rejected') await fails(['DF-511', 'DF-510'], () => outcomes[0]);
      assert.equal([plain!.status, inTransaction!.status], ['fulfilled', 'fulfilled']);
      assert.is((await Account.read({ id: 'a' })).balance, 3);
      wire.decide = undefined;
      await atRest(db);
      await db.close();
      await wire.close();
    });
  });
}

test.run();
