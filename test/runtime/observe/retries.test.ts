import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from '../database/models.js';
import { places, type Place } from '../database/places.js';
import { recordingLogger } from './recording-logger.js';
import { register, takeSpans } from './telemetry-setup.js';

function define(place: Place): void {
  const test = suite(`${place.name}: retries`);
  test.after(() => place.remove());

  /** Two serializable transactions that each read what the other writes: the server ends one of them, which then runs again. */
  const conflict = async (db: DataFlow<Models>): Promise<void> => {
    for (const id of ['a', 'b']) await db.models.Person.create({ id, name: id, email: id, age: 0 });
    let arrived = 0;
    let open!: () => void;
    const both = new Promise<void>((resolve) => (open = resolve));
    const run = (mine: string, other: string): Promise<void> =>
      db.transaction(async (tx) => {
        const { age } = await tx.models.Person.read({ id: other }) as { age: number };
        if (++arrived === 2) open();
        await both;
        await tx.models.Person.update({ filter: { id: mine }, fields: { age: age + 1 } });
      }, { isolation: 'serializable' });
    await Promise.all([run('a', 'b'), run('b', 'a')]);
  };

  test('each is reported with its number, code, wait and place', async () => {
    register();
    const logger = recordingLogger();
    const db = place.open({ schema: modelsOf('conflicts').schema, logger, metrics: true });
    await conflict(db);
    const retries = logger.of('retry');
    assert.ok(retries.length >= 1);
    const { attempt, code, durationMs, waitMs, at } = retries[0]!.fields;
    assert.equal([attempt, code, retries[0]!.level], [1, 'DF-536', 'warn']);
    assert.ok(durationMs >= 0 && waitMs >= 0);
    assert.match(at, /^test\/runtime\/observe\/retries\.test\.ts:\d+:\d+$/);
    assert.match(retries[0]!.message, /^DataFlow: run 1 of the transaction at .*retries\.test\.ts:\d+:\d+ failed with DF-536 after /);
    assert.is(db.metrics().transactions!.retried, retries.length);
    const event = takeSpans().filter(({ name }) => name === 'transaction').flatMap(({ events }) => events)[0]!;
    assert.equal([event.name, event.attributes!['error.type']], ['dataflow.transaction.retry', 'DF-536']);
    await db.close();
  });

  test('without a logger nothing is written', async () => {
    const { warn } = console;
    let written = 0;
    console.warn = () => void written++;
    try {
      const db = place.open({ schema: modelsOf('silent').schema });
      await conflict(db);
      await db.close();
    } finally {
      console.warn = warn;
    }
    assert.is(written, 0);
  });

  test.run();
}

// SQLite lets one writer in at a time, so that none has to run again.
for (const place of await places('retries')) {
  if (place.url !== undefined) define(place);
  else await place.remove();
}
