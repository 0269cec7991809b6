/** `errors.mode`, and that no mode lets a row's values or a password out. */
import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { isRetryable } from '../../../runtime/src/database/error-kinds.js';
import { DataFlowError, dfError, type ErrorMode } from '../../../runtime/src/errors/dataflow-error.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/index.js';
import { modelsOf, type Models } from './models.js';
import { places, type Place } from './places.js';

const secret = 's3cret';
const person = (id: string, more: object = {}): object => ({ id, name: id, email: id, ...more });

function onEvery(place: Place): void {
  const test = suite(`${place.name}: error modes`);
  const postgres = place.name === 'postgres';
  const opened: DataFlow<Models>[] = [];
  const open = (mode: ErrorMode | undefined, options: Parameters<Place['open']>[0] = {}): DataFlow<Models> => {
    const db = place.open({ ...options, ...(mode && { errors: { mode } }), schema: options.schema ?? modelsOf('mode').schema });
    opened.push(db);
    return db;
  };
  const errorOf = async (work: () => unknown): Promise<Error> => {
    try {
      await work();
    } catch (error) {
      return error as Error;
    }
    return assert.unreachable('it went through') as never;
  };
  test.after(async () => {
    for (const db of opened) await db.close();
    await place.remove();
  });

  /** A unique key that is taken, and a wrong parameter. */
  const failures = async (mode?: ErrorMode): Promise<[Error, Error]> => {
    const db = open(mode);
    await db.models.Person.upsert({ where: { id: 'a' }, create: person('a'), update: { name: 'a' } });
    return [await errorOf(() => db.models.Person.create(person('a', { email: 'other' }))), await errorOf(() => db.models.Person.create({ id: 1 }))];
  };

  test('full, the default', async () => {
    for (const mode of [undefined, 'full'] as const) {
      for (const error of await failures(mode)) {
        assert.instance(error, DataFlowError);
        const { causes, solutions, example } = JSON.parse(JSON.stringify(error)) as DataFlowError;
        assert.ok(causes.length > 0 && solutions.length > 0 && example.length > 0);
        assert.match(String(error), /\n {2}right:/);
        assert.is((error as DataFlowError).mode, 'full');
      }
    }
  });

  test('minimal: one line, and no texts of the catalogue', async () => {
    const [taken, wrong] = (await failures('minimal')) as [DataFlowError, DataFlowError];
    for (const error of [taken, wrong]) {
      assert.is(String(error), error.message);
      assert.is(error.enhancedMessage(), error.message);
      assert.equal(Object.keys(JSON.parse(JSON.stringify(error)) as object), ['code', 'message', 'context']);
      assert.is(error.mode, 'minimal');
    }
    assert.is(taken.code, 'DF-530');
    assert.is(taken.context.field, 'id');
    assert.ok(taken.cause instanceof Error && !(taken.cause instanceof DataFlowError));
  });

  test("disabled: the driver's own error; DataFlow's stay", async () => {
    const [taken, wrong] = await failures('disabled');
    assert.not.instance(taken, DataFlowError);
    assert.match(String((taken as { code?: unknown }).code), postgres ? '23505' : 'SQLITE');
    assert.is((wrong as DataFlowError).code, 'DF-102');
    const off = open('disabled', { migrations: 'off', schema: modelsOf('absent').schema });
    for (const error of [await errorOf(() => off.models.Person.count({})), await errorOf(() => off.transaction((tx) => tx.models.Person.count({})))]) {
      assert.not.instance(error, DataFlowError);
    }
    const db = open('disabled', { schema: modelsOf('bulk').schema });
    const bulk = await errorOf(() => db.models.Person.bulkCreate({ data: [person('b'), person('b')] }));
    assert.not.instance(bulk, DataFlowError);
    assert.is((await db.models.Person.count({})).count, 0);
  });

  test("disabled: a workflow's failure has the driver's own error as its cause", async () => {
    const db = open('disabled', { schema: modelsOf('flow').schema });
    await db.models.Person.create(person('a'));
    const workflow = new WorkflowBuilder('flow').addNode(modelsOf('flow').nodes['PersonCreateNode'] as never, 'create_person', person('a') as never).build();
    const error = (await errorOf(() => new LocalRuntime(db).execute(workflow))) as DataFlowError;
    assert.is(error.code, 'DF-551');
    assert.not.instance(error.cause, DataFlowError);
    assert.match(String((error.cause as { code?: unknown }).code), postgres ? '23505' : 'SQLITE');
  });

  if (postgres) {
    test('disabled: a conflict is run again all the same, in a transaction and in a workflow that is one', async () => {
      const db = open('disabled', { schema: modelsOf('again').schema });
      await db.models.Person.create(person('a'));
      let runs = 0;
      const collide = async (tx: { models: Models }): Promise<void> => {
        await tx.models.Person.read({ id: 'a' });
        if (runs++ === 0) await db.models.Person.update({ filter: { id: 'a' }, fields: { age: 1 } });
        await tx.models.Person.update({ filter: { id: 'a' }, fields: { age: 2 } });
      };
      await db.transaction(collide, { isolation: 'repeatable read' });
      assert.is(runs, 2);
      const conflict = await errorOf(async () => {
        runs = 0;
        await db.transaction(collide, { isolation: 'repeatable read', retries: 0 });
      });
      assert.is((conflict as { code?: string }).code, '40001');
      assert.ok(isRetryable(dfError('DF-551', { node: 'x', type: 'PersonUpdateNode' }, { cause: conflict })));
      assert.not(isRetryable(dfError('DF-551', { node: 'x', type: 'PersonUpdateNode' }, { cause: new Error('x') })));
    });
  }

  test('a mode is of one DataFlow', async () => {
    const [minimal] = await failures('minimal');
    const [full] = await failures('full');
    assert.not.match(String(minimal), '\n');
    assert.match(String(full), '\n');
  });

  if (place.shared) {
    test('no value and no password is told, whatever fails', async () => {
      const columns = 'id text PRIMARY KEY, name text, "e-mail ""x""" text, age integer, team_id text';
      await place.sql(`CREATE TABLE narrow_people (${columns.replace('name text', postgres ? 'name varchar(3)' : 'name integer')})${postgres ? '' : ' STRICT'}`);
      await place.sql('CREATE TABLE lacking_people (id text PRIMARY KEY)');
      await place.sql(`CREATE TABLE ruled_people (${columns}, CHECK (id <> '${secret}-check'))`);
      if (postgres) {
        await place.sql(`CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', NEW.name USING DETAIL = NEW.id, HINT = NEW.id; END $$`);
        await place.sql(`CREATE TABLE telling_people (${columns})`);
        await place.sql('CREATE TRIGGER tell BEFORE INSERT ON telling_people FOR EACH ROW EXECUTE FUNCTION tell()');
      }
      const value = (part: string): string => `${secret}-${part}`;
      const hidden = { id: value('id'), name: value('name'), email: value('email') };
      const on = (prefix: string): DataFlow<Models>['models']['Person'] => open('full', { schema: modelsOf(prefix).schema }).models.Person;
      await on('mode').create(hidden);
      const attempts: (() => unknown)[] = [
        () => on('mode').create(hidden),
        () => on('mode').create({ ...hidden, id: value('other') }),
        () => on('mode').create({ ...hidden, id: value('x'), email: value('x'), teamId: value('team') }),
        () => on('mode').create({ ...hidden, id: value('x'), email: value('x'), age: -123454321 }),
        () => on('mode').update({ filter: { id: hidden.id }, fields: { teamId: value('team') } }),
        () => on('mode').bulkCreate({ data: [{ ...hidden, id: value('b'), email: value('b') }, hidden] }),
        () => on('mode').bulkUpdate({ data: [{ id: hidden.id, age: -123454321 }] }),
        () => on('mode').list({ filter: { name: { $regex: `(${secret}` } } }),
        () => on('mode').create({ ...hidden, age: secret }),
        () => on('narrow').create(hidden),
        () => on('lacking').create(hidden),
        () => on('ruled').create({ ...hidden, id: value('check') }),
        ...(postgres ? [() => on('telling').create(hidden), () => place.open({ schema: modelsOf('mode').schema }).models.Person.create(hidden)] : []),
      ];
      for (const attempt of attempts) {
        const error = (await errorOf(attempt)) as DataFlowError;
        assert.instance(error, DataFlowError, inspect(error));
        const told = [error.message, error.enhancedMessage(), JSON.stringify(error), error.stack, inspect(error.context)].join('\n');
        assert.not.match(told, secret, attempt.toString());
        assert.not.match(told, '123454321', attempt.toString());
      }
      // Only `cause` is the driver's own, and may say more: PostgreSQL tells the key.
      const { cause } = await errorOf(() => on('mode').create({ ...hidden, id: value('other') }));
      if (postgres) assert.match(inspect(cause), value('email'));
    });
  }

  if (place.url !== undefined) {
    test('no password is told, whatever keeps a connection from being made', async () => {
      const at = (change: (url: URL) => void): string => {
        const url = new URL(place.url!);
        change(url);
        url.password = secret;
        return url.href;
      };
      for (const url of [at(() => undefined), at((it) => (it.port = '1')), at((it) => (it.hostname = 'no-such-host.invalid')), at((it) => (it.pathname = '/nowhere'))]) {
        const db = new DataFlow<Models>({ url, schema: modelsOf('mode').schema });
        const error = (await errorOf(() => db.models.Person.count({}))) as DataFlowError;
        assert.instance(error, DataFlowError);
        assert.not.match([error.enhancedMessage(), JSON.stringify(error), error.stack, inspect(error)].join('\n'), secret);
        await db.close();
      }
    });
  }

  test.run();
}

for (const place of await places('modes')) onEvery(place);
