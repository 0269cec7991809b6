/** Row locks between two transactions of PostgreSQL; that they are no more than promised, and no less. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, places, type Place } from './places.js';

type Page = { records: { id: string }[]; hasMore: boolean };

function define(place: Place): void {
  const test = suite(`${place.name}: row locks`);
  let db: DataFlow<Models>;
  test.before(async () => {
    db = place.open({ schema: modelsOf('locks').schema, timeouts: { lockMs: 300 } });
    await db.models.Person.bulkCreate({ data: Array.from({ length: 6 }, (_, i) => ({ id: `p${i}`, name: 'n', email: `e${i}`, age: i })) });
  });
  test.after(() => db.close());
  const idsOf = ({ records }: Page): string[] => records.map(({ id }) => id);
  /** Runs the second while the first holds what it has locked. */
  const beside = (first: (tx: Models) => Promise<unknown>, second: (tx: Models) => Promise<unknown>): Promise<unknown> =>
    db.transaction(async (one) => {
      await first(one.models);
      await db.transaction((two) => second(two.models), { retries: 0 });
    }, { retries: 0 });

  test('skipLocked: two at work at once get different rows, and no row is locked for nothing', async () => {
    const next = async ({ Person }: Models, limit = 2): Promise<Page> => Person.list({ limit, lock: 'update', skipLocked: true }) as Promise<Page>;
    await beside(
      async (tx) => assert.equal([idsOf(await next(tx)), (await next(tx)).hasMore], [['p0', 'p1'], true]),
      async (tx) => {
        assert.equal(idsOf(await next(tx)), ['p2', 'p3']);
        assert.equal(idsOf(await next(tx, 10)), ['p2', 'p3', 'p4', 'p5']);
      },
    );
    await beside(({ Person }) => Person.read({ id: 'p0', lock: 'update' }), async ({ Person }) => {
      assert.is(await Person.read({ id: 'p0', lock: 'update', skipLocked: true, raiseOnNotFound: false }), null);
      await fails('DF-504', () => Person.read({ filter: { email: 'e0' }, lock: 'share', skipLocked: true }));
    });
  });

  test('noWait fails at once, and a plain lock waits', async () => {
    const hold = ({ Person }: Models): Promise<unknown> => Person.read({ id: 'p1', lock: 'update' });
    const lockedByAnother = (work: (tx: Models) => Promise<unknown>): Promise<unknown> => fails('DF-535', () => beside(hold, work));
    await lockedByAnother(({ Person }) => Person.read({ id: 'p1', lock: 'update', noWait: true }));
    await lockedByAnother(({ Person }) => Person.list({ lock: 'share', noWait: true }));
    // lock_timeout of the server ends the wait.
    await lockedByAnother(({ Person }) => Person.read({ id: 'p1', lock: 'share' }));
    await lockedByAnother(({ Person }) => Person.update({ filter: { id: 'p1' }, fields: { age: 1 } }));
    await beside(hold, async ({ Person }) => void (await Person.read({ id: 'p2', lock: 'update', noWait: true }), await Person.read({ id: 'p1' })));
  });

  test('share lets others share, and nobody change', async () => {
    const hold = ({ Person }: Models): Promise<unknown> => Person.list({ filter: { id: 'p3' }, lock: 'share' });
    await beside(hold, ({ Person }) => Person.read({ id: 'p3', lock: 'share', noWait: true }));
    await fails('DF-535', () => beside(hold, ({ Person }) => Person.read({ id: 'p3', lock: 'update', noWait: true })));
    await fails('DF-535', () => beside(hold, ({ Person }) => Person.update({ filter: { id: 'p3' }, fields: { age: 1 } })));
  });

  test('a page with a lock says whether more follow, locked or not', async () => {
    const page = (params: object): Promise<Page> => db.transaction(({ models: { Person } }) => Person.list({ orderBy: { age: 'desc' }, lock: 'update', ...params }) as Promise<Page>);
    assert.equal((({ hasMore, ...rest }) => [idsOf({ hasMore, ...rest }), hasMore])(await page({ limit: 5 })), [['p5', 'p4', 'p3', 'p2', 'p1'], true]);
    assert.is((await page({ limit: 6 })).hasMore, false);
    assert.is((await page({ limit: 7 })).hasMore, false);
    assert.is((await page({ limit: 2, offset: 4 })).hasMore, false);
    assert.is((await page({ limit: 1, offset: 4 })).hasMore, true);
    assert.is((await page({ limit: 1, filter: { age: 0 } })).hasMore, false);
  });

  test.run();
}

const all = await places('locks');
for (const place of all.filter(({ url }) => url !== undefined)) define(place);

const cleaning = suite('cleaning up');
cleaning('databases are removed', async () => {
  for (const place of all) await place.remove();
});
cleaning.run();
