/** Statements that are cancelled while they run: on PostgreSQL, and on SQLite with the package that can. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, type Place } from './places.js';

let count = 0;
const person = (fields: object = {}): Record<string, unknown> => ({ id: `p-${++count}`, name: `n${count}`, email: `${count}@x.io`, age: 0, ...fields });
type Limited = Record<string, (params: unknown, options?: unknown) => Promise<unknown>>;
const limited = (db: { models: Models }): { Person: Limited; Team: Limited } => db.models as never;

function define(place: Place): void {
  const test = suite(`${place.name}: cancelled statements`);
  const isPostgres = place.url !== undefined;
  let db: DataFlow<Models>;
  /** Reads that take for ever: a view. */
  let slow: DataFlow<Models>;

  test.before(async () => {
    db = place.open({ schema: modelsOf('quick').schema, pool: { max: 3 } });
    slow = place.open({ schema: modelsOf('slow').schema, pool: { max: 3 } });
    await db.models.Person.count({});
    const endless = isPostgres
      ? `SELECT 'x'::text AS id, NULL::text AS leader_id, pg_sleep(1000)::text`
      : `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1e15) SELECT CAST(count(*) AS TEXT) AS id, NULL AS leader_id FROM c`;
    await place.sql(`CREATE VIEW slow_teams AS ${endless}`);
    await place.sql('CREATE VIEW slow_people AS SELECT NULL AS id');
    // A write of one's own that takes for ever.
    if (!isPostgres) await place.sql(`CREATE TRIGGER slow_write AFTER UPDATE ON quick_people WHEN NEW.age = 77 BEGIN SELECT id FROM slow_teams; END`);
    else {
      await place.sql(`CREATE FUNCTION slow_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.age = 77 THEN PERFORM pg_sleep(1000); END IF; RETURN NEW; END $$`);
      await place.sql('CREATE TRIGGER slow_write AFTER UPDATE ON quick_people FOR EACH ROW EXECUTE FUNCTION slow_write()');
    }
  });
  test.after(async () => void (await Promise.all([db.close(), slow.close()])));

  test('a read, by time and by signal; others on the same connections are not hit', async () => {
    const controller = new AbortController();
    const ended = [
      fails('DF-511', () => limited(slow).Team['list']!({}, { timeoutMs: 150 })),
      fails('DF-510', () => limited(slow).Team['list']!({}, { signal: controller.signal })),
    ];
    const others = Array.from({ length: 40 }, async (_, i) => {
      await later(i * 5);
      return db.models.Person.count({});
    });
    await later(100);
    controller.abort();
    const [timedOut] = await Promise.all(ended);
    assert.ok(timedOut!.cause === undefined);
    await Promise.all(others);
    assert.is(slow.stats().used, 0);
    // The connections are good for others.
    await fails('DF-511', () => limited(slow).Team['list']!({}, { timeoutMs: 20 }));
  });

  test('a write: nothing of it stays', async () => {
    const one = person();
    await db.models.Person.create(one);
    const filter = { id: one['id'] };
    await fails('DF-511', () => limited(db).Person['update']!({ filter, fields: { age: 77 } }, { timeoutMs: 100 }));
    await fails('DF-511', () => limited(db).Person['bulkUpdate']!({ data: [{ id: one['id'], age: 77 }] }, { timeoutMs: 100 }));
    assert.is(((await db.models.Person.read({ id: one['id'] })) as { age: number }).age, 0);
    await db.models.Person.update({ filter, fields: { age: 5 } });
    assert.is(db.stats().used, 0);
  });

  test('inside a transaction it ends that, unless a nested one contains it', async () => {
    const error = await fails('DF-502', () => slow.transaction(async (tx) => {
      await fails('DF-511', () => tx.transaction((inner) => limited(inner).Team['list']!({}, { timeoutMs: 50 })));
      await fails('DF-511', () => limited(tx).Team['list']!({}, { timeoutMs: 50 }));
      await fails('DF-502', () => tx.models.Team.count({}));
    }));
    assert.ok(error.cause instanceof Error);
    assert.is(slow.stats().used, 0);
  });

  test('the limit of a transaction cancels what runs in it', async () => {
    const one = person();
    await db.models.Person.create(one);
    const filter = { id: one['id'] };
    let inside: unknown;
    await fails('DF-511', () => db.transaction(async (tx) => {
      await tx.models.Person.update({ filter, fields: { age: 1 } });
      inside = await tx.models.Person.update({ filter, fields: { age: 77 } }).catch((error: unknown) => error);
      throw inside;
    }, { timeoutMs: 100 }));
    assert.is((inside as { code: string }).code, 'DF-511');
    const controller = new AbortController();
    const ended = fails('DF-510', () => db.transaction((tx) => Promise.all([
      tx.models.Person.bulkUpdate({ data: [{ id: one['id'], age: 77 }] }), tx.models.Person.count({}), tx.models.Person.create(person()),
    ]), { signal: controller.signal }));
    await later(100);
    controller.abort();
    await ended;
    assert.is(((await db.models.Person.read({ id: one['id'] })) as { age: number }).age, 0);
    assert.is(db.stats().used, 0);
  });

  if (isPostgres) {
    test('the wait for a lock ends', async () => {
      const one = person();
      await db.models.Person.create(one);
      const filter = { id: one['id'] };
      await db.transaction(async (tx) => {
        await tx.models.Person.update({ filter, fields: { age: 1 } });
        await fails('DF-511', () => limited(db).Person['update']!({ filter, fields: { age: 2 } }, { timeoutMs: 50 }));
        await fails('DF-511', () => db.transaction((other) => other.models.Person.update({ filter, fields: { age: 3 } }), { timeoutMs: 50 }));
      });
      assert.is(((await db.models.Person.read({ id: one['id'] })) as { age: number }).age, 1);
    });

    test('who else cancels a statement gets another error', async () => {
      const ended = fails('DF-543', () => limited(slow).Team['list']!({}, { timeoutMs: 60_000 }));
      let cancelled: unknown[] = [];
      // Of this database alone: the same test runs on others of the server at the same time.
      while (cancelled.length === 0) {
        cancelled = (await place.sql(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%slow_teams%' AND pid <> pg_backend_pid()`)) as unknown[];
      }
      await ended;
    });
  }

  test.run();
}

const all = await places('cancelled');
for (const place of all) if (place.url !== undefined || place.name === 'sqlite3 on a file') define(place);

const cleaning = suite('cleaning up');
cleaning('databases are removed', async () => {
  for (const place of all) await place.remove();
});
cleaning.run();
