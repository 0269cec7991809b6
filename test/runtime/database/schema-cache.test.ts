import { suite, test as unit } from 'uvu';
import * as assert from 'uvu/assert';
import { openDriver } from '../../../runtime/src/database/open-driver.js';
import { readOptions } from '../../../runtime/src/database/options/read-options.js';
import { tablePolicy } from '../../../runtime/src/database/ensure-tables.js';
import { Tables } from '../../../runtime/src/database/tables.js';
import type { Driver, Executor } from '../../../runtime/src/drivers/driver.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import type { CompiledModel } from '../../../runtime/src/nodes/compiled-model.js';
import type { DataFlowSchema } from '../../../runtime/src/nodes/node.js';
import type { SchemaCacheOptions } from '../../../runtime/src/database/options.js';
import { modelsOf as allOf, type Models } from './models.js';
import { fails, places, type Place } from './places.js';

const modelsOf = (prefix: string): { schema: DataFlowSchema<Models> } => ({ schema: allOf(prefix).schema });
const person = (id: string): object => ({ id, name: id, email: id });

function define(place: Place): void {
  const test = suite(`${place.name}: schema cache`);
  test.after(() => place.remove());

  test('counts what it knows, looks for and creates', async () => {
    const db = place.open(modelsOf('counts'));
    assert.equal(db.schemaCache.metrics(), { size: 0, hits: 0, misses: 0, evictions: 0, validations: 0, mismatches: 0, creations: 0, failures: 0 });
    await db.models.Person.create(person('p'));
    await db.models.Team.create({ id: 't' });
    await db.transaction((tx) => tx.models.Person.count({}));
    assert.equal(db.schemaCache.metrics(), { size: 2, hits: 2, misses: 1, evictions: 0, validations: 0, mismatches: 0, creations: 2, failures: 0 });
    await db.close();
  });

  test('many first uses at once create once', async () => {
    const db = place.open(modelsOf('once'));
    await Promise.all(Array.from({ length: 20 }, (_, i) => db.models.Person.create(person(`p${i}`))));
    const { misses, creations } = db.schemaCache.metrics();
    assert.equal([misses, creations], [1, 2]);
    await db.close();
  });

  test('what a transaction creates is known after its commit only', async () => {
    const db = place.open(modelsOf('within'));
    await db.transaction(async (tx) => {
      await tx.models.Person.create(person('p'));
      assert.is(db.schemaCache.metrics().size, 0);
    });
    assert.is(db.schemaCache.metrics().size, 2);
    await db.close();
  });

  test('without it every call looks', async () => {
    const db = place.open({ ...modelsOf('none'), schemaCache: { enabled: false } });
    for (const id of ['1', '2', '3']) await db.models.Team.create({ id });
    await db.transaction(async (tx) => {
      await tx.models.Team.count({});
      await tx.models.Team.count({});
    });
    const { size, hits, misses, creations } = db.schemaCache.metrics();
    assert.equal([size, hits, misses, creations], [0, 0, 5, 2]);
    await db.close();
  });

  test('clear: one table, or all', async () => {
    const db = place.open(modelsOf('clear'));
    await db.models.Person.create(person('p'));
    assert.equal([db.schemaCache.clear('clear_nothing'), db.schemaCache.clear('clear_people'), db.schemaCache.metrics().size], [0, 1, 1]);
    await db.models.Person.count({});
    assert.equal([db.schemaCache.metrics().misses, db.schemaCache.clear(), db.schemaCache.metrics().size], [2, 2, 0]);
    await db.close();
  });

  test('what is created is as the models describe it', async () => {
    const db = place.open({ ...modelsOf('fresh'), schemaCache: { validate: true } });
    await db.models.Person.create(person('p'));
    db.schemaCache.clear();
    await db.transaction((tx) => tx.models.Person.count({}));
    const { mismatches, validations } = db.schemaCache.metrics();
    assert.is(mismatches, 0);
    assert.ok(validations >= 4);
    await db.close();
  });

  test("migrations: 'off' and validate: missing tables are said, and not created", async () => {
    const db = place.open({ ...modelsOf('gone'), migrations: 'off', schemaCache: { validate: true } });
    const error = await fails('DF-308', () => db.models.Person.create(person('p')));
    assert.match(error.message, 'gone_people');
    await fails('DF-308', () => db.transaction((tx) => tx.models.Person.count({})));
    const { creations, mismatches, size } = db.schemaCache.metrics();
    assert.equal([creations, mismatches > 0, size], [0, true, 0]);
    await db.close();
  });

  if (place.shared) {
    test('a table dropped outside: the call that meets it fails, the next creates it again', async () => {
      const db = place.open(modelsOf('dropped'));
      await db.models.Person.create(person('p'));
      await dropTables(place, 'dropped');
      await fails('DF-308', () => db.models.Person.create(person('p')));
      await db.models.Person.create(person('p'));
      await dropTables(place, 'dropped');
      await fails('DF-308', () => db.transaction((tx) => tx.models.Person.create(person('q'))));
      await db.transaction((tx) => tx.models.Person.create(person('q')));
      assert.is((await db.models.Person.count({})).count, 1);
      assert.is(db.schemaCache.metrics().creations, 6);
      await db.close();
    });

    test('a table altered outside: validate says what is different, on first use', async () => {
      const first = place.open(modelsOf('altered'));
      await first.models.Person.create(person('p'));
      await first.close();
      await place.sql('ALTER TABLE altered_people RENAME COLUMN name TO title');
      for (const migrations of ['auto', 'off'] as const) {
        const db = place.open({ ...modelsOf('altered'), migrations, schemaCache: { validate: true } });
        // Also an operation that the change would not have disturbed.
        const error = await fails('DF-301', () => db.models.Team.count({}));
        assert.match(error.message, "table 'altered_people' differs from Person: column 'name' is missing, and 1 more");
        assert.equal(error.context['drift'], ["column 'name' is missing", "column 'title' is NOT NULL and not in the model"]);
        await fails('DF-301', () => db.transaction((tx) => tx.models.Person.count({})));
        const { mismatches, creations } = db.schemaCache.metrics();
        assert.equal([mismatches > 0, creations], [true, 0]);
        await place.sql('ALTER TABLE altered_people RENAME COLUMN title TO name');
        db.schemaCache.clear();
        assert.is((await db.models.Person.count({})).count, 1);
        await db.close();
        await place.sql('ALTER TABLE altered_people RENAME COLUMN name TO title');
      }
    });

    test('a column more does no harm when it may stay empty', async () => {
      const options = { ...modelsOf('extra'), schemaCache: { validate: true } };
      const first = place.open(options);
      await first.models.Person.create(person('p'));
      await first.close();
      await place.sql('ALTER TABLE extra_people ADD COLUMN note text');
      const db = place.open(options);
      await db.models.Person.create(person('q'));
      await db.close();
    });

    test('after a failure to create, the same error comes back at once; clear makes it try again', async () => {
      const db = place.open(modelsOf('refused'));
      // Something that is no table has its name: an index, a type.
      const [block, free] = place.name === 'postgres'
        ? ["CREATE TYPE refused_people AS ENUM ('a')", 'DROP TYPE refused_people']
        : ['CREATE TABLE other (id text); CREATE INDEX refused_people ON other (id)', 'DROP TABLE other'];
      for (const sql of block!.split('; ')) await place.sql(sql);
      const [one, two] = await Promise.all([fails('DF-302', () => db.models.Person.create(person('p'))), fails('DF-302', () => db.models.Person.count({}))]);
      assert.is.not(one, two);
      assert.is(one.message, two.message);
      assert.is(one.cause, two.cause);
      assert.equal([one.context.operation, two.context.operation], ['create', 'count']);
      await fails('DF-302', () => db.transaction((tx) => tx.models.Person.count({})));
      const plain = place.open({ ...modelsOf('refused'), errors: { mode: 'disabled' } });
      for (let i = 0; i < 2; i++) {
        const error: unknown = await plain.models.Person.count({}).catch((one: unknown) => one);
        assert.not.instance(error, DataFlowError);
        assert.instance(error, Error);
      }
      await plain.close();
      await place.sql(free!);
      db.schemaCache.clear();
      await db.models.Person.create(person('p'));
      assert.ok(db.schemaCache.metrics().failures > 0);
      await db.close();
    });
  }

  test.run();
}

/** Team and Person refer to each other. */
async function dropTables(place: Place, prefix: string): Promise<void> {
  if (place.name === 'postgres') await place.sql(`DROP TABLE ${prefix}_people, ${prefix}_teams`);
  else for (const table of ['people', 'teams']) await place.sql(`DROP TABLE ${prefix}_${table}`);
}

for (const place of await places('cache')) define(place);

/** Tables of a real database in memory, by a clock that is set by hand. */
class Clocked {
  time = 0;
  /** Statements sent. */
  sent = 0;
  /** Ends the next transactions. */
  broken: Error | undefined;
  readonly tables: Tables;
  readonly driver: Driver;

  constructor(options: SchemaCacheOptions) {
    const settings = readOptions({ url: ':memory:', schemaCache: options }, {});
    this.driver = openDriver(settings);
    const executor: Executor = {
      dialect: 'sqlite',
      execute: (statement, values) => {
        this.sent++;
        return this.driver.execute(statement, values);
      },
      executeMany: (statement, rows) => this.driver.executeMany(statement, rows),
    };
    const place = { executor, atomically: async <T>(work: (inside: Executor) => Promise<T>) => this.#atomically(work) };
    this.tables = new Tables(place, { ...settings.schemaCache, policy: tablePolicy(settings) }, () => this.time);
  }

  async sql(text: string): Promise<void> {
    await this.driver.execute({ text, kind: 'write', returns: false }, []);
  }

  async #atomically<T>(work: (inside: Executor) => Promise<T>): Promise<T> {
    const transaction = await this.driver.begin();
    try {
      if (this.broken !== undefined) throw this.broken;
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }
}

const modelOf = (prefix: string): CompiledModel => (allOf(prefix).schema.models as unknown as { Team: CompiledModel }).Team;

unit('ttlMs: a table is looked for again when the time is up', async () => {
  const clocked = new Clocked({ ttlMs: 1000 });
  const { tables } = clocked;
  const model = modelOf('x');
  await tables.ready(model);
  clocked.time = 999;
  assert.is(tables.ready(model), undefined);
  clocked.time = 1000;
  assert.instance(tables.ready(model), Promise);
  await tables.ready(model);
  clocked.time = 1999;
  assert.is(tables.ready(model), undefined);
  await clocked.sql('DROP TABLE x_teams');
  clocked.time = 2000;
  await tables.ready(model);
  assert.equal([tables.counts.creations, tables.counts.hits], [3, 2]);
  await clocked.driver.close();
});

unit('without ttlMs it is never looked for again', async () => {
  const clocked = new Clocked({});
  const model = modelOf('x');
  await clocked.tables.ready(model);
  clocked.time = 1e12;
  assert.is(clocked.tables.ready(model), undefined);
  await clocked.driver.close();
});

unit('validate and ttlMs: a change made outside is noticed when the time is up', async () => {
  const clocked = new Clocked({ ttlMs: 1000, validate: true });
  const model = modelOf('x');
  await clocked.tables.ready(model);
  await clocked.sql('ALTER TABLE x_teams RENAME COLUMN leader_id TO boss_id');
  assert.is(clocked.tables.ready(model), undefined);
  clocked.time = 1000;
  await assertFails(clocked.tables.ready(model), 'DF-301');
  await clocked.driver.close();
});

unit('maxSize: the table that was not used for longest is forgotten', async () => {
  const clocked = new Clocked({ maxSize: 4 });
  const { tables } = clocked;
  const [a, b, c] = [modelOf('a'), modelOf('b'), modelOf('c')];
  await tables.ready(a);
  await tables.ready(b);
  assert.is(tables.ready(a), undefined);
  // Each comes with the one it refers to.
  await tables.ready(c);
  assert.equal([tables.size, tables.counts.evictions], [4, 2]);
  assert.is(tables.ready(a), undefined);
  assert.is(tables.ready(c), undefined);
  await tables.ready(b);
  const small = new Clocked({ maxSize: 1 });
  await small.tables.ready(a);
  assert.is(small.tables.ready(a), undefined, 'the table that was asked for is the one that is kept');
  await Promise.all([clocked.driver.close(), small.driver.close()]);
});

unit('after a failure the next look waits, each time twice as long, up to five seconds; success ends that', async () => {
  const clocked = new Clocked({});
  const { tables } = clocked;
  const model = modelOf('x');
  await clocked.sql('CREATE TABLE other (id text)');
  await clocked.sql('CREATE INDEX x_teams ON other (id)');
  for (const delayMs of [100, 200, 400, 800, 1600, 3200, 5000, 5000]) {
    const before = tables.counts.failures;
    await assertFails(tables.ready(model), 'DF-302');
    assert.is(tables.counts.failures, before + 1);
    clocked.time += delayMs - 1;
    const { sent } = clocked;
    await assertFails(tables.ready(model), 'DF-302');
    assert.is(clocked.sent, sent, 'nothing is sent meanwhile');
    await assertFails(tables.within(clocked.driver).ready(model), 'DF-302');
    clocked.time += 1;
  }
  await clocked.sql('DROP TABLE other');
  await tables.ready(model);
  assert.is(tables.ready(model), undefined);
  await clocked.driver.close();
});

unit('what kept it from looking or creating, but is no refusal of the database, delays nothing', async () => {
  const clocked = new Clocked({});
  const model = modelOf('x');
  clocked.broken = new Error('the network is down');
  for (let i = 0; i < 2; i++) {
    const { sent } = clocked;
    const error: unknown = await clocked.tables.ready(model)!.catch((one: unknown) => one);
    assert.is(error, clocked.broken);
    assert.ok(clocked.sent > sent);
  }
  clocked.broken = undefined;
  await clocked.tables.ready(model);
  assert.is(clocked.tables.counts.failures, 0);
  await clocked.driver.close();
});

unit('what is forgotten while it is looked for is not remembered', async () => {
  const clocked = new Clocked({});
  const model = modelOf('x');
  const looking = clocked.tables.ready(model);
  clocked.tables.clear();
  await looking;
  assert.is(clocked.tables.size, 0);
  await clocked.driver.close();
});

async function assertFails(work: Promise<void> | undefined, code: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    return assert.is((error as DataFlowError).code, code);
  }
  assert.unreachable(`${code} was expected`);
}

unit.run();
