/** `signal` and `timeoutMs` of calls: what waits or runs ends, and nothing stays behind. */
import { getEventListeners } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, later, places, type Place } from './places.js';

let count = 0;
const person = (fields: object = {}): Record<string, unknown> => ({ id: `p-${++count}`, name: `n${count}`, email: `${count}@x.io`, ...fields });
type Limited = Record<string, (params: unknown, options?: unknown) => Promise<unknown>>;
/** The operations with options that the types of these hand-made models do not know. */
const limited = (db: { models: Models }): { Person: Limited; Team: Limited } => db.models as never;
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

function define(place: Place): void {
  const test = suite(`${place.name}: cancellation`);
  const { schema } = modelsOf('cancellation');
  let db: DataFlow<Models>;
  test.before(async () => {
    db = place.open({ schema, pool: { max: 2 } });
    await db.models.Person.count({});
  });
  test.after(() => db.close());

  /** Takes every connection (PostgreSQL), or the one that writes, until `free` is called. */
  async function taken(): Promise<{ free: () => Promise<unknown> }> {
    let free = (): void => undefined;
    const until = new Promise<void>((resolve) => (free = resolve));
    let began = 0;
    const held = Array.from({ length: place.url === undefined ? 1 : 2 }, () => db.transaction(async () => void (began++, await until)));
    while (began < held.length) await later(1);
    return { free: () => (free(), Promise.all(held)) };
  }

  test('an aborted signal never touches the database', async () => {
    const untouched = place.open({ schema });
    const reason = new Error('enough');
    for (const signal of [AbortSignal.abort(reason), AbortSignal.abort()]) {
      const error = await fails('DF-510', () => limited(untouched).Person['create']!(person(), { signal }));
      assert.is(error.cause, signal.reason);
      assert.is(error.context.model, 'Person');
      assert.match(error.message, 'Person.create');
      await fails('DF-510', () => untouched.transaction(async () => assert.unreachable(), { signal }));
    }
    assert.is(untouched.stats().open, 0);
    await untouched.close();
  });

  test('options are checked', async () => {
    for (const options of [{ timeout: 5 }, { timeoutMs: 0 }, { timeoutMs: 1.5 }, { timeoutMs: '5' }, { signal: {} }, { signal: new AbortController() }, null, 5, [], new AbortController().signal, { onProgress: () => undefined }]) {
      await fails('DF-120', () => limited(db).Person['count']!({}, options));
    }
    assert.match((await fails('DF-120', () => limited(db).Person['count']!({}, { timeoutms: 5 }))).message, "did you mean 'timeoutMs'?");
    await fails('DF-120', () => limited(db).Person['bulkCreate']!({ data: [] }, { onProgress: 5 }));
    for (const options of [{}, { signal: undefined }, { timeoutMs: undefined, signal: undefined }, { timeoutMs: 60_000 }]) {
      assert.type(((await limited(db).Person['count']!({}, options)) as { count: number }).count, 'number');
    }
  });

  test('the wait for a connection ends, by signal and by time', async () => {
    const { free } = await taken();
    const controller = new AbortController();
    const aborted = fails('DF-510', () => limited(db).Person['create']!(person(), { signal: controller.signal }));
    const late = fails('DF-511', () => limited(db).Person['bulkCreate']!({ data: [person()] }, { timeoutMs: 30 }));
    const transaction = fails('DF-511', () => db.transaction(async () => assert.unreachable(), { timeoutMs: 30 }));
    await later(5);
    assert.is(db.stats().waiting, 3);
    controller.abort();
    await aborted;
    const error = await late;
    assert.match(error.message, 'not done within 30 ms');
    assert.is(error.context['timeoutMs'], 30);
    await transaction;
    assert.is(db.stats().waiting, 0);
    await free();
    assert.is(db.stats().used, 0);
    await db.models.Person.create(person());
  });

  test('nothing stays behind on a signal that lives long', async () => {
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const before = timers();
    for (let round = 0; round < 20; round++) {
      const calls = Array.from({ length: 100 }, () => limited(db).Person['count']!({}, { signal, timeoutMs: 60_000 }));
      assert.ok(getEventListeners(signal, 'abort').length <= 1);
      await Promise.all(calls);
    }
    await db.transaction((tx) => Promise.all(Array.from({ length: 30 }, () => limited(tx).Person['count']!({}, { signal }))), { signal, timeoutMs: 60_000 });
    const mine = new Error('mine');
    assert.is(await db.transaction(() => Promise.reject(mine), { signal, timeoutMs: 60_000 }).catch((error: unknown) => error), mine);
    assert.is(getEventListeners(signal, 'abort').length, 0);
    assert.is(timers(), before);
    await later(5);
    process.off('warning', note);
    assert.equal(warnings, []);
  });

  test('a call on one signal ends with it, one on another does not', async () => {
    const { free } = await taken();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = person();
    const ended = [1, 2, 3].map(() => fails('DF-510', () => limited(db).Person['create']!(person(), { signal: first.signal })));
    const other = limited(db).Person['create']!(one, { signal: second.signal });
    first.abort();
    await Promise.all(ended);
    await free();
    assert.is(((await other) as { id: string }).id, one['id']);
  });

  test('a bulk operation ends between statements: all or nothing, or the batches that it names', async () => {
    const data = Array.from({ length: 30_000 }, () => person());
    const all = await fails('DF-511', () => limited(db).Person['bulkCreate']!({ data, batchSize: 5 }, { timeoutMs: 25 }));
    assert.is(all.context['written'], undefined);
    const filter = { id: { $in: data.map(({ id }) => id) } };
    assert.equal(await db.models.Person.count({ filter }), { count: 0 });
    const batch = await fails('DF-511', () => limited(db).Person['bulkCreate']!({ data, batchSize: 5, atomic: 'batch' }, { timeoutMs: 200 }));
    assert.equal(await db.models.Person.count({ filter }), { count: batch.context['written'] ?? 0 });
    assert.is(db.stats().used, 0);
    await db.models.Person.bulkDelete({ filter });
  });

  test('a limit inside a transaction: what has not begun does no harm', async () => {
    const one = person();
    await db.transaction(async (tx) => {
      await fails('DF-510', () => limited(tx).Person['create']!(person(), { signal: AbortSignal.abort() }));
      await tx.models.Person.create(one);
    });
    assert.is(((await db.models.Person.read({ id: one['id'] })) as { id: string }).id, one['id']);
  });

  test('the wait for other work of the same transaction ends, and does no harm', async () => {
    const [one, two, three] = [person(), person(), person()];
    await db.transaction(async (tx) => {
      let go = (): void => undefined;
      const gone = new Promise<void>((resolve) => (go = resolve));
      const nested = tx.transaction(async (inner) => {
        await inner.models.Person.create(one);
        await gone;
      });
      const controller = new AbortController();
      const ended = fails('DF-510', () => limited(tx).Person['bulkCreate']!({ data: [two] }, { signal: controller.signal }));
      await fails('DF-511', () => limited(tx).Person['bulkCreate']!({ data: [two] }, { timeoutMs: 20 }));
      controller.abort();
      await ended;
      go();
      await nested;
      await tx.models.Person.create(three);
    }, { timeoutMs: 60_000 });
    assert.equal(await db.models.Person.count({ filter: { id: { $in: [one, two, three].map(({ id }) => id) } } }), { count: 2 });
  });

  test('the limit of a transaction ends it, whether its function comes back or not', async () => {
    const [one, two] = [person(), person()];
    let late: unknown;
    let inner: unknown;
    const error = await fails('DF-511', () => db.transaction(async (tx) => {
      late = tx;
      await tx.models.Person.create(one);
      await tx.transaction(async (nested) => {
        inner = nested;
        await nested.models.Person.create(two);
        await new Promise(() => undefined);
      });
    }, { timeoutMs: 60 }));
    assert.match(error.message, 'transaction: not done within 60 ms');
    assert.is(db.stats().used, 0);
    for (const tx of [late, inner] as DataFlow<Models>[]) {
      await fails('DF-511', () => tx.models.Person.count({}));
      await fails('DF-511', () => tx.models.Person.bulkCreate({ data: [person()] }));
      await fails('DF-511', () => tx.transaction(async () => undefined));
    }
    assert.equal(await db.models.Person.count({ filter: { id: { $in: [one['id'], two['id']] } } }), { count: 0 });
    await db.models.Person.create(one);
  });

  test('a limit that is reached while the function keeps the thread busy is heard of by its caller alone', async () => {
    const unheard: unknown[] = [];
    const note = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', note);
    const busy = async (tx: Pick<DataFlow<Models>, 'models'>): Promise<unknown> => {
      for (const end = performance.now() + 30; performance.now() < end; );
      return tx.models.Person.count({});
    };
    await fails('DF-511', () => db.transaction(busy, { timeoutMs: 10 }));
    await later(10);
    process.off('unhandledRejection', note);
    assert.equal(unheard, []);
  });

  test('a function that goes on after the limit changes nothing any more', async () => {
    const [one, two] = [person(), person()];
    const controller = new AbortController();
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    let after: unknown;
    const ended = fails('DF-510', () => db.transaction(async (tx) => {
      await tx.models.Person.create(one);
      await tx.transaction(async (nested) => {
        await nested.models.Person.create(two);
        controller.abort(new Error('enough'));
        await gone;
        after = await nested.models.Person.create(person()).catch((error: unknown) => error);
      });
    }, { signal: controller.signal }));
    assert.is(((await ended).cause as Error).message, 'enough');
    const other = db.transaction(async (tx) => {
      go();
      await later(5);
      await tx.models.Person.create(person());
    });
    await other;
    assert.is((after as { code: string }).code, 'DF-510');
    assert.equal(await db.models.Person.count({ filter: { id: { $in: [one['id'], two['id']] } } }), { count: 0 });
  });

  test('a transaction that ended in time knows nothing of its limit any more', async () => {
    let kept: DataFlow<Models> | undefined;
    await db.transaction(async (tx) => void (kept = tx as never), { timeoutMs: 50 });
    await later(60);
    await fails('DF-540', () => kept!.models.Person.count({}));
  });

  test('the wait before another run ends too', async () => {
    const { DataFlowError } = await import('../../../runtime/src/errors/dataflow-error.js');
    let runs = 0;
    const conflict = async (): Promise<void> => {
      runs++;
      throw new DataFlowError('DF-536', { place: 'x' });
    };
    const error = await fails('DF-511', () => db.transaction(conflict, { retries: 1_000_000, timeoutMs: 100 }));
    assert.ok(runs > 1);
    assert.ok((error.context['attempts'] as unknown[]).length >= runs);
  });

  if (place.shared) {
    test('who waits for tables ends alone; those who share the wait get them', async () => {
      const fresh = place.open({ schema: modelsOf('fresh').schema });
      const release = await holdingTables(place, db);
      const controller = new AbortController();
      const ended = fails('DF-510', () => limited(fresh).Team['count']!({}, { signal: controller.signal }));
      const late = fails('DF-511', () => limited(fresh).Team['count']!({}, { timeoutMs: 20 }));
      const patient = fresh.models.Team.count({});
      await later(40);
      controller.abort();
      await Promise.all([ended, late]);
      await release();
      assert.equal(await patient, { count: 0 });
      await fresh.close();
    });
  }

  test.run();
}

/** Keeps others from creating tables until the result is called. */
async function holdingTables(place: Place, db: DataFlow<Models>): Promise<() => Promise<unknown>> {
  let free = (): void => undefined;
  const until = new Promise<void>((resolve) => (free = resolve));
  if (place.url !== undefined) {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: place.url });
    await client.connect();
    await client.query('SELECT pg_advisory_lock(4927347428462194551)');
    return () => client.end();
  }
  let began = false;
  const held = db.transaction(async () => void ((began = true), await until));
  while (!began) await later(1);
  return () => (free(), held);
}

const all = await places('cancellation');
for (const place of all) define(place);

const cleaning = suite('cleaning up');
cleaning('databases are removed', async () => {
  for (const place of all) await place.remove();
});
cleaning.run();
