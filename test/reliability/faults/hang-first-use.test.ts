/**
 * PostgreSQL does not answer while tables are looked for on first use: all calls of a model wait for the same look-up, which has a limit
 * of its own, so that none waits for ever and the next one can succeed.
 */
import { test } from 'uvu';
import { adapters, fails, withPlace } from '../support/places.js';
import { wireTo } from './wire.js';

async function silentAt(statement: number): Promise<void> {
  await withPlace('pg', async (place) => {
    const wire = await wireTo(place);
    const db = place.open({ url: wire.url, migrations: 'auto', pool: { max: 2, acquireTimeoutMs: 700 }, timeouts: { connectMs: 700 } });
    let calls = 0;
    wire.decide = () => (++calls === statement ? 'hang' : 'pass');
    await fails(['DF-303', 'DF-503', 'DF-534'], () => Promise.all([db.models.Account.count({}), db.models.Account.count({})]));
    wire.decide = undefined;
    // After a failure the same error comes back for a moment.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await db.models.Account.count({});
    await db.close();
    await wire.close();
  });
}

if (adapters().includes('pg')) {
  test('a server that falls silent during the first use', async () => {
    await Promise.all([1, 2, 3, 4].map(silentAt));
  });
}

test.run();
