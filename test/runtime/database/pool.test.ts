import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, type Place } from './places.js';

const { schema } = modelsOf('pool');

/** Something to wait for. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}

function define(place: Place): void {
  const test = suite(`pool, ${place.name}`);
  const isPostgres = place.url !== undefined;
  let db: DataFlow<Models>;
  const opened: DataFlow<Models>[] = [];
  const open = (options: Parameters<Place['open']>[0] = {}): DataFlow<Models> => {
    const one = place.open({ schema, ...options });
    opened.push(one);
    return one;
  };

  test.before.each(() => {
    db = open();
  });
  test.after.each(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close({ timeoutMs: 1000 })));
  });
  test.after(() => place.remove());

  test('stats says how many connections there are, before the first call and after close, too', async () => {
    assert.equal(db.stats(), { ...db.stats(), open: 0, idle: 0, used: 0, waiting: 0 });
    const before = db.stats().max;
    await db.models.Team.count({});
    const { max, open: connections, idle, used, waiting } = db.stats();
    assert.is(max, before);
    assert.ok(max >= 1 && connections >= 1 && idle === connections && used === 0 && waiting === 0, JSON.stringify(db.stats()));
    await db.transaction(async (tx) => {
      await tx.models.Team.count({});
      assert.is(db.stats().used, 1);
    });
    await db.close();
    assert.equal(db.stats(), { ...db.stats(), open: 0, idle: 0, used: 0, waiting: 0 });
  });

  test('who waits in vain is told who has the connection, and since which line', async () => {
    const small = open({ pool: { max: 1, acquireTimeoutMs: 500 } });
    await small.models.Team.count({});
    await small.transaction(async () => {
      const { message, causes, context } = await fails('DF-534', () => small.transaction(async () => undefined));
      assert.match(message, /^DF-534: no connection became free within 500 ms: 1 of 1 in use, 0 idle, 1 waiting$/);
      assert.match(causes[0]!, /^held the longest, for \d+ ms: transaction, at test\/runtime\/database\/pool\.test\.ts:\d+:\d+\.$/);
      assert.is((context['pool'] as { waiting: number }).waiting, 1);
    });
  });

  test('health says that the database answers, and how fast', async () => {
    const health = await db.health();
    assert.ok(health.ok && health.latencyMs >= 0 && health.error === undefined);
    assert.equal(Object.keys(health.servers), ['primary']);
    await db.close();
    const closed = await db.health();
    assert.not(closed.ok);
    await fails('DF-501', () => { throw closed.error; });
  });

  test('health has a time limit', async () => {
    const small = open({ pool: { max: 1 } });
    await small.models.Team.count({});
    await small.transaction(async (tx) => {
      await tx.models.Team.count({});
      const health = await small.health({ timeoutMs: 30 });
      // Beside a transaction another connection to a file reads.
      assert.is(health.ok, !isPostgres && place.shared && small.stats().max > 1);
      if (!health.ok) await fails('DF-511', () => { throw health.error; });
    });
    assert.ok((await small.health()).ok);
  });

  test('options of health and close are checked', async () => {
    await fails('DF-403', () => db.health({ timeoutMs: 0 }));
    await fails('DF-403', () => db.close({ timeout: 5 } as object));
    await db.models.Team.count({});
  });

  test('close with a limit rolls back what is open, and cuts off what waits', async () => {
    const small = open({ pool: { max: 1 } });
    await small.models.Team.create({ id: `kept ${place.name}` });
    const created = signal();
    const closed = signal();
    const cut = small.transaction(async (tx) => {
      await tx.models.Team.create({ id: 'lost' });
      created.give();
      await closed.given;
      await tx.models.Team.create({ id: 'lost, too' });
    });
    await created.given;
    const waits = fails('DF-505', () => small.transaction(async () => undefined));
    const cutOff = fails('DF-505', () => cut);
    await later(5);
    await small.close({ timeoutMs: 20 });
    await waits;
    closed.give();
    await cutOff;
    if (place.shared) assert.is((await db.models.Team.count({ filter: { id: { $in: ['lost', 'lost, too'] } } })).count, 0);
  });

  test('close without a limit waits, and one with a limit may follow', async () => {
    const small = open({ pool: { max: 1 } });
    const begun = signal();
    const end = signal();
    const work = fails('DF-505', () => small.transaction(async (tx) => {
      await tx.models.Team.count({});
      begun.give();
      await end.given;
      await tx.models.Team.count({});
    }));
    await begun.given;
    const closing = small.close();
    assert.is(await Promise.race([closing, later(30).then(() => 'open')]), 'open');
    await small.close({ timeoutMs: 10 });
    await closing;
    end.give();
    await work;
  });

  test.run();
}

for (const place of await places('pool')) define(place);
