/** What transactions promise beyond committing and rolling back: isolation, read-only, retries, commits of unknown outcome. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { TransactionAttempt } from '../../../runtime/src/errors/attempts.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, type Place } from './places.js';

let count = 0;
const person = (fields: object = {}): Record<string, unknown> => ({ id: `p-${++count}`, name: `n${count}`, email: `${count}@x.io`, ...fields });

function onEvery(place: Place): void {
  const test = suite(`${place.name}: transactions`);
  const { schema } = modelsOf('transactions');
  let db: DataFlow<Models>;
  test.before(() => void (db = place.open({ schema })));
  test.after(() => db.close());

  test('a read-only transaction refuses every write, and goes on', async () => {
    const one = person();
    await db.models.Person.create(one);
    await db.transaction(async ({ models: { Person } }) => {
      await fails('DF-513', () => Person.create(person()));
      await fails('DF-513', () => Person.update({ filter: { id: one['id'] }, fields: { age: 1 } }));
      await fails('DF-513', () => Person.bulkCreate({ data: [person()] }));
      await fails('DF-513', () => Person.read({ id: one['id'], lock: 'update' }));
      const error = await fails('DF-513', () => Person.delete({ id: one['id'] }));
      assert.is(error.context.model, 'Person');
      assert.is(error.context.operation, 'delete');
      assert.is((await Person.read({ id: one['id'] }) as { name: string }).name, one['name']);
    }, { readOnly: true });
    await db.transaction((tx) => tx.transaction((inner) => fails('DF-513', () => inner.models.Person.create(person()))), { readOnly: true });
    await db.models.Person.create(person());
  });

  test('a read-only transaction says that it cannot create tables', async () => {
    const { schema: fresh } = modelsOf('not_there');
    const other = place.open({ schema: fresh });
    await fails('DF-513', () => other.transaction((tx) => tx.models.Team.count({}), { readOnly: true }));
    assert.equal(await other.models.Team.count({}), { count: 0 });
    assert.equal(await other.transaction((tx) => tx.models.Team.count({}), { readOnly: true }), { count: 0 });
    await other.close();
  });

  test('a read-only transaction sees one state', async () => {
    if (!place.shared) return;
    const before = (await db.models.Person.count({})) as { count: number };
    await db.transaction(async (tx) => {
      assert.equal(await tx.models.Person.count({}), before);
      await db.models.Person.create(person());
      assert.equal(await tx.models.Person.count({}), before);
    }, { readOnly: true, isolation: 'repeatable read' });
    assert.equal(await db.models.Person.count({}), { count: before.count + 1 });
  });

  test('deferrable transactions run everywhere', async () => {
    const result = await db.transaction((tx) => tx.models.Person.count({}), { isolation: 'serializable', readOnly: true, deferrable: true });
    assert.type((result as { count: number }).count, 'number');
  });

  test('a nested transaction that nobody awaited is undone, not half kept', async () => {
    const [kept, half] = [person(), person()];
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    let inner: Promise<unknown> | undefined;
    let written = (): void => undefined;
    const half_written = new Promise<void>((resolve) => (written = resolve));
    await db.transaction(async (tx) => {
      await tx.models.Person.create(kept);
      inner = tx.transaction(async (nested) => {
        await nested.models.Person.create(half);
        written();
        await gone;
        await nested.models.Person.create(person());
      }).catch((error: unknown) => error);
      await half_written;
    });
    go();
    assert.is(((await inner) as { code: string }).code, 'DF-540');
    assert.is(await db.models.Person.read({ id: half['id'], raiseOnNotFound: false }), null);
    assert.is((await db.models.Person.read({ id: kept['id'] }) as { id: string }).id, kept['id']);
  });

  test.run();
}

function onPostgres(place: Place): void {
  const test = suite('postgres: conflicts');
  const { schema } = modelsOf('conflicts');
  let db: DataFlow<Models>;
  let other: DataFlow<Models>;
  test.before(async () => {
    [db, other] = [place.open({ schema }), place.open({ schema })];
    await db.models.Person.count({});
  });
  test.after(async () => void (await Promise.all([db.close(), other.close()])));

  test('the server reports what was asked for', async () => {
    await place.sql(`CREATE VIEW reported_teams AS SELECT current_setting('transaction_isolation') AS id,
      current_setting('transaction_read_only') || ' ' || current_setting('transaction_deferrable') AS "leader_id"`);
    await place.sql('CREATE VIEW reported_people AS SELECT NULL AS id');
    const reporting = place.open({ schema: modelsOf('reported').schema });
    const reported = async (options: object): Promise<unknown> => reporting.transaction(async (tx) => (await tx.models.Team.list({}) as { records: unknown[] }).records[0], options);
    for (const id of ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const) {
      assert.equal(await reported({ isolation: id }), { id, leaderId: 'off off' });
      assert.equal(await reported({ isolation: id, readOnly: true }), { id, leaderId: 'on off' });
    }
    assert.equal(await reported({ isolation: 'serializable', readOnly: true, deferrable: true }), { id: 'serializable', leaderId: 'on on' });
    assert.equal(await reported({}), { id: 'read committed', leaderId: 'off off' });
    assert.equal(await reported({ readOnly: true }), { id: 'read committed', leaderId: 'on off' });
    await reporting.close();
  });

  test('a lasting conflict ends with the list of attempts', async () => {
    const one = person({ age: 0 });
    await db.models.Person.create(one);
    const filter = { id: one['id'] };
    let runs = 0;
    const error = await fails('DF-536', () => db.transaction(async (tx) => {
      runs++;
      await tx.models.Person.read({ id: one['id'] });
      await other.models.Person.update({ filter, fields: { age: runs } });
      await tx.models.Person.update({ filter, fields: { age: 100 } });
    }, { isolation: 'repeatable read', retries: 2 }));
    assert.is(runs, 3);
    const attempts = error.context['attempts'] as TransactionAttempt[];
    assert.equal(attempts.map(({ code }) => code), ['DF-536', 'DF-536', 'DF-536']);
    assert.ok(attempts.every(({ durationMs, waitMs }) => durationMs >= 0 && waitMs >= 0 && waitMs <= 1000));
    assert.is(attempts[2]!.waitMs, 0);
    assert.match(error.enhancedMessage(), /\n {2}attempts: 3: DF-536 after \d+ ms/);
    assert.is((await db.models.Person.read({ id: one['id'] }) as { age: number }).age, 3);
    const once = await fails('DF-536', () => db.transaction(async (tx) => {
      await tx.models.Person.read({ id: one['id'] });
      await other.models.Person.update({ filter, fields: { age: 9 } });
      await tx.models.Person.update({ filter, fields: { age: 100 } });
    }, { isolation: 'repeatable read', retries: 0 }));
    assert.is(once.context['attempts'], undefined);
  });

  test('a conflict that only COMMIT finds is tried again', async () => {
    const [a, b] = [person({ age: 0 }), person({ age: 0 })];
    await db.models.Person.bulkCreate({ data: [a, b] });
    let runs = 0;
    await db.transaction(async (tx) => {
      runs++;
      await tx.models.Person.read({ id: a['id'] });
      await tx.models.Person.update({ filter: { id: b['id'] }, fields: { age: runs } });
      if (runs > 1) return;
      // Write skew: the other transaction read what this one writes, and writes what this one has read.
      await other.transaction(async (second) => {
        await second.models.Person.read({ id: b['id'] });
        await second.models.Person.update({ filter: { id: a['id'] }, fields: { age: 5 } });
      }, { isolation: 'serializable' });
    }, { isolation: 'serializable' });
    assert.is(runs, 2);
    assert.is((await db.models.Person.read({ id: b['id'] }) as { age: number }).age, 2);
  });

  test('a deadlock is tried again', async () => {
    const [a, b] = [person({ age: 0 }), person({ age: 0 })];
    await db.models.Person.bulkCreate({ data: [a, b] });
    let runs = 0;
    let waiting = 2;
    let meet = (): void => undefined;
    const met = new Promise<void>((resolve) => (meet = resolve));
    const both = (first: unknown, second: unknown): Promise<void> => db.transaction(async (tx) => {
      runs++;
      await tx.models.Person.update({ filter: { id: first }, fields: { age: runs } });
      if (--waiting === 0) meet();
      await met;
      await tx.models.Person.update({ filter: { id: second }, fields: { age: runs } });
    });
    await Promise.all([both(a['id'], b['id']), both(b['id'], a['id'])]);
    assert.ok(runs >= 3);
  });

  test('a connection that breaks off during COMMIT leaves the outcome unknown, and nothing is run again', async () => {
    await place.sql(`CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(20); RETURN NULL; END $$`);
    await place.sql('CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON conflicts_people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_commit()');
    try {
      for (const work of [
        (one: Record<string, unknown>) => db.transaction((tx) => tx.models.Person.create(one)),
        (one: Record<string, unknown>) => db.models.Person.bulkCreate({ data: [one] }),
      ]) {
        let runs = 0;
        const ended = fails('DF-512', () => (runs++, work(person())));
        let killed: unknown[] = [];
        while (killed.length === 0) {
          killed = (await place.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active' AND datname = current_database()`)) as unknown[];
        }
        const error = await ended;
        assert.ok(error.cause instanceof Error);
        assert.is(runs, 1);
      }
    } finally {
      await place.sql('DROP TRIGGER slow ON conflicts_people');
    }
    await db.models.Person.create(person());
    assert.is(db.stats().used, 0);
  });

  test('a connection that was lost before COMMIT has surely not committed', async () => {
    const one = person();
    const error = await db.transaction(async (tx) => {
      await tx.models.Person.create(one);
      await place.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`);
      await later(100);
    }).catch((failure: unknown) => failure as { code: string });
    assert.is((error as { code: string }).code, 'DF-503');
    assert.is(await db.models.Person.read({ id: one['id'], raiseOnNotFound: false }), null);
  });

  test.run();
}

const all = await places('transactions');
for (const place of all) onEvery(place);
for (const place of all.filter(({ url }) => url !== undefined)) onPostgres(place);

const cleaning = suite('cleaning up');
cleaning('databases are removed', async () => {
  for (const place of all) await place.remove();
});
cleaning.run();
