import * as assert from 'uvu/assert';
import { fails, suiteOn, untyped, type Target } from '../harness.js';

const user = (i: number, prefix = 's') => ({ id: `${prefix}${String(i).padStart(5, '0')}`, name: `n${i % 3}`, email: `${prefix}${i}@x.io`, age: i % 7 });

/** BulkCreate and BulkUpsert from iterables, and `stream`. */
export function streams(target: Target): void {
  const test = suiteOn(target, 'streams');

  test.before.each(async ({ db }) => {
    await db.models.User.bulkDelete({ filter: {}, all: true });
  });

  test('rows are taken a batch at a time, and no faster than they are written', async ({ db }) => {
    let taken = 0;
    const ahead: number[] = [];
    async function* rows() {
      for (let i = 0; i < 1050; i++) {
        taken++;
        yield user(i);
      }
    }
    const progress: number[] = [];
    const result = await db.models.User.bulkCreate(
      { data: rows(), batchSize: 100 },
      { onProgress: ({ processed, inserted }) => { progress.push(processed); ahead.push(taken - inserted); } },
    );
    assert.equal(result, { processed: 1050, inserted: 1050, skipped: 0, updated: 0 });
    assert.equal(progress, [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1050]);
    assert.ok(ahead.every((rows) => rows <= 100), `${ahead.join()} rows in memory`);
    assert.is((await db.models.User.count({})).count, 1050);
  });

  test('a generator, a set and no rows at all', async ({ db }) => {
    function* rows() {
      yield user(1);
      yield user(2);
    }
    assert.is((await db.models.User.bulkCreate({ data: rows() })).inserted, 2);
    assert.is((await db.models.User.bulkCreate({ data: new Set([user(3)]) })).inserted, 1);
    assert.equal(await db.models.User.bulkCreate({ data: (function* () {})() }), { processed: 0, inserted: 0, skipped: 0, updated: 0 });
  });

  test("a bad row ends it: nothing stays with atomic 'all', whole batches with 'batch', and the source is closed", async ({ db }) => {
    let closed = 0;
    function* rows() {
      try {
        for (let i = 0; i < 30; i++) yield i === 25 ? { ...user(i), age: 'old' as never } : user(i);
      } finally {
        closed++;
      }
    }
    const all = await fails('DF-102', () => db.models.User.bulkCreate({ data: rows(), batchSize: 10 }));
    assert.is(all.context.row, 25);
    assert.is(all.context.field, 'age');
    assert.is((await db.models.User.count({})).count, 0);
    const batch = await fails('DF-102', () => db.models.User.bulkCreate({ data: rows(), batchSize: 10, atomic: 'batch' }));
    assert.is(batch.context.row, 25);
    assert.is(batch.context['written'], 20);
    assert.is((await db.models.User.count({})).count, 20);
    assert.is(closed, 2);
  });

  test('a taken key names its row', async ({ db }) => {
    await db.models.User.create(user(17));
    const error = await fails('DF-530', () => db.models.User.bulkCreate({ data: Array.from({ length: 20 }, (_, i) => user(i)).values(), batchSize: 10 }));
    assert.is(error.context.row, 17);
    assert.is((await db.models.User.count({})).count, 1);
  });

  test('what is no row, and a source that fails', async ({ db }) => {
    const odd = await fails('DF-102', () => untyped(db.models.User)['bulkCreate']!({ data: new Set([user(1), 5]) }));
    assert.is(odd.context.row, 1);
    await fails('DF-102', () => untyped(db.models.User)['bulkCreate']!({ data: 'rows' }));
    const reason = new Error('the file ended');
    async function* rows() {
      yield user(1);
      throw reason;
    }
    const failed = await fails('DF-516', () => db.models.User.bulkCreate({ data: rows() }));
    assert.is(failed.cause, reason);
    assert.is((await db.models.User.count({})).count, 0);
  });

  test('what onProgress throws ends the work, and nothing stays', async ({ db }) => {
    const stop = new Error('enough');
    const rows = Array.from({ length: 50 }, (_, i) => user(i));
    for (const data of [rows, rows.values()]) {
      try {
        await db.models.User.bulkCreate({ data, batchSize: 10 }, { onProgress: ({ processed }) => { if (processed === 30) throw stop; } });
        assert.unreachable();
      } catch (error) {
        assert.is(error, stop);
      }
    }
    assert.is((await db.models.User.count({})).count, 0);
  });

  test('a signal ends the wait for a source that never answers', async ({ db }) => {
    const controller = new AbortController();
    const rows = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<ReturnType<typeof user>>>(() => setTimeout(() => controller.abort(), 20)) }) };
    await fails('DF-510', () => db.models.User.bulkCreate({ data: rows }, { signal: controller.signal }));
    assert.is((await db.models.User.count({})).count, 0);
  });

  test('BulkUpsert: the last of rows with one key wins, also across batches', async ({ db }) => {
    await db.models.User.create(user(0));
    const rows = [...Array.from({ length: 25 }, (_, i) => user(i)), { ...user(3), name: 'last' }];
    const result = await db.models.User.bulkUpsert({ data: rows.values(), batchSize: 10 });
    assert.equal(result, { inserted: 24, updated: 2 });
    assert.is((await db.models.User.read({ id: user(3).id })).name, 'last');
  });

  test('rows that refer to each other, the child before its parent', async ({ db }) => {
    const rows = Array.from({ length: 30 }, (_, i) => ({ id: `m${i}`, managerId: i === 29 ? null : `m${i + 1}` }));
    await db.models.Member.bulkCreate({ data: rows });
    await db.models.Member.bulkDelete({ filter: {}, all: true });
    await db.models.Member.bulkCreate({ data: rows.values() });
    assert.is((await db.models.Member.count({})).count, 30);
    await fails('DF-531', () => db.models.Member.bulkCreate({ data: [{ id: 'm99', managerId: 'nobody' }] }));
    assert.is((await db.models.Member.count({})).count, 30);
  });

  test('stream gives every row once, in order, in the shape asked for', async ({ db }) => {
    await db.models.User.bulkCreate({ data: Array.from({ length: 250 }, (_, i) => user(i)) });
    for (const batchSize of [1, 7, 250, 1000]) {
      const ids: string[] = [];
      for await (const row of db.models.User.stream({ batchSize })) ids.push(row.id);
      assert.equal(ids, Array.from({ length: 250 }, (_, i) => user(i).id));
    }
    const rows: unknown[] = [];
    for await (const row of db.models.User.stream({ filter: { age: { $gte: 5 } }, orderBy: { age: 'desc' }, select: ['id', 'age'], batchSize: 10 })) rows.push(row);
    const { records } = await db.models.User.list({ filter: { age: { $gte: 5 } }, orderBy: { age: 'desc' }, select: ['id', 'age'], limit: 1000 });
    assert.ok(rows.length > 60);
    assert.equal(rows, records);
    for await (const _ of db.models.Session.stream()) assert.unreachable();
  });

  test('a loop that ends early leaves nothing behind; one that fails throws its own error', async ({ db }) => {
    await db.models.User.bulkCreate({ data: Array.from({ length: 100 }, (_, i) => user(i)) });
    for (let round = 0; round < 15; round++) {
      for await (const row of db.models.User.stream({ batchSize: 10 })) if (row.id === user(15).id) break;
    }
    const own = new Error('mine');
    try {
      for await (const row of db.models.User.stream({ batchSize: 10 })) if (row.id === user(5).id) throw own;
      assert.unreachable();
    } catch (error) {
      assert.is(error, own);
    }
    // Were a connection or a lock left behind, this would wait for it.
    await db.transaction(async (tx) => { await tx.models.User.create(user(200)); });
  });

  test('in a transaction, beside other statements, and more than one at a time', async ({ db }) => {
    await db.models.User.bulkCreate({ data: Array.from({ length: 30 }, (_, i) => user(i)) });
    const pairs = await db.transaction(async (tx) => {
      let count = 0;
      for await (const one of tx.models.User.stream({ batchSize: 7 })) {
        await tx.models.User.update({ filter: { id: one.id }, fields: { name: 'seen' } });
        for await (const other of tx.models.User.stream({ filter: { id: one.id } })) count += other.name === 'seen' ? 1 : 0;
      }
      return count;
    });
    assert.is(pairs, 30);
  });

  test('wrong parameters are refused when the first row is asked for', async ({ db }) => {
    const first = (params: object) => async () => { for await (const _ of (untyped(db.models.User)['stream'] as unknown as (params: object) => AsyncIterable<unknown>)(params)) break; };
    await fails('DF-105', first({ limit: 5 }));
    await fails('DF-105', first({ filter: { nmae: 'x' } }));
    await fails('DF-103', first({ batchSize: 0 }));
    await fails('DF-102', first({ batchSize: '10' }));
    await fails('DF-110', first({ filter: undefined }));
  });

  test('a signal ends a stream', async ({ db }) => {
    await db.models.User.bulkCreate({ data: Array.from({ length: 100 }, (_, i) => user(i)) });
    const controller = new AbortController();
    let seen = 0;
    await fails('DF-510', async () => {
      for await (const _ of db.models.User.stream({ batchSize: 10 }, { signal: controller.signal })) if (++seen === 15) controller.abort();
    });
    assert.ok(seen >= 15 && seen <= 40, `${seen} rows`);
    await db.transaction(async (tx) => { await tx.models.User.create(user(300)); });
  });

  test.run();
}
