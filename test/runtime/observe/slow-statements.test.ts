import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { DataFlowOptions } from '../../../runtime/src/database/options.js';
import { modelsOf, type Models } from '../database/models.js';
import { fails, places, type Place } from '../database/places.js';
import { recordingLogger, until, type Line } from './recording-logger.js';

const secret = 'S3CRET';
const person = (id: string): object => ({ id, name: `${secret} ${id}`, email: `${id}@x.io`, age: 987_654 });

/** A trigger of the database itself takes its time, so that a statement is slow for real. */
const slowInsert = (table: string, place: Place): string[] =>
  place.url === undefined
    ? [`CREATE TRIGGER ${table}_slow BEFORE INSERT ON ${table} WHEN NEW.id LIKE 'slow%' BEGIN
          SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400000) SELECT i FROM n); END`]
    : [
        `CREATE FUNCTION ${table}_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.06); RETURN NEW; END $$`,
        `CREATE TRIGGER ${table}_slow BEFORE INSERT ON ${table} FOR EACH ROW WHEN (NEW.id LIKE 'slow%') EXECUTE FUNCTION ${table}_slow()`,
      ];
/** Well below what the trigger takes, well above what others take on a busy machine; a line more does not matter. */
const slowQueryMs = 25;

const about = (lines: Line[], start: string): Line[] => lines.filter(({ fields }) => fields['event'] === 'slow' && String(fields['sql']).startsWith(start));

function define(place: Place): void {
  const test = suite(`${place.name}: slow statements`);
  test.after(() => place.remove());

  const open = async (prefix: string, options: Omit<DataFlowOptions<Models>, 'url' | 'driver'> = {}): Promise<DataFlow<Models>> => {
    const { schema } = modelsOf(prefix);
    const first = place.open({ schema });
    await first.models.Person.count({});
    await first.close();
    for (const sql of slowInsert(`${prefix}_people`, place)) await place.sql(sql);
    return place.open({ schema, slowQueryMs, ...options });
  };

  test('a slow statement is reported with its place and its plan, and is run once', async () => {
    const logger = recordingLogger();
    const db = await open('slow', { logger });
    await db.models.Person.create(person('slow-1'));
    const [line] = await until(() => about(logger.lines, 'INSERT').length > 0 && about(logger.lines, 'INSERT'));
    assert.is(line!.level, 'warn');
    const { model, operation, ms, limitMs, sql, parameters, at, pool, plan, code } = line!.fields;
    assert.equal([model, operation, limitMs, code], ['Person', 'create', slowQueryMs, undefined]);
    assert.ok(ms > slowQueryMs);
    assert.match(sql, /^INSERT INTO "slow_people"/);
    assert.is(parameters.length, 5);
    assert.match(at, /^test\/runtime\/observe\/slow-statements\.test\.ts:\d+:\d+$/);
    assert.type(pool.max, 'number');
    assert.ok(Array.isArray(plan));
    if (place.url !== undefined) assert.match(plan[0], /^ModifyTable on slow_people \(cost .*Operation: Insert/);
    assert.match(line!.message, /^DataFlow: Person\.create took \d+(\.\d+)? ms at .*slow-statements\.test\.ts:\d+:\d+: INSERT INTO/);
    assert.equal(await db.models.Person.count({}), { count: 1 });
    assert.not.match(line!.message + JSON.stringify(line!.fields), new RegExp(`${secret}|987654`));
    await db.close();
  });

  test('a plan is made once a minute for each text', async () => {
    const logger = recordingLogger();
    const db = await open('often', { logger });
    for (const id of ['slow-1', 'slow-2', 'slow-3']) await db.models.Person.create(person(id));
    await db.close();
    const inserts = about(logger.lines, 'INSERT');
    assert.is(inserts.length, 3);
    assert.is(inserts.filter(({ fields }) => fields['plan'] !== undefined).length, 1);
  });

  test('a statement that fails slowly is reported with its code', async () => {
    const logger = recordingLogger();
    const db = await open('failing', { logger });
    await db.models.Person.create(person('slow-1'));
    await fails('DF-530', () => db.models.Person.bulkCreate({ data: [person('slow-2'), { ...person('slow-3'), email: 'slow-1@x.io' }] }));
    await db.close();
    const failed = about(logger.lines, 'INSERT').find(({ fields }) => fields['operation'] === 'bulkCreate');
    assert.match(String(failed!.fields['code']), place.url === undefined ? /SQLITE_CONSTRAINT|^\d+$/ : /^23505$/);
  });

  test('a statement of a transaction is explained outside of it', async () => {
    const logger = recordingLogger();
    const db = await open('inside', { logger });
    await db.transaction(async (tx) => {
      await tx.models.Person.create(person('slow-1'));
      await tx.models.Person.create(person('a'));
    });
    await db.close();
    // The second one may be slow, too, on a busy machine.
    const line = about(logger.lines, 'INSERT').find(({ fields }) => fields['plan'] !== undefined);
    assert.ok(Array.isArray(line?.fields['plan']));
    assert.match(String(line!.fields['at']), /slow-statements\.test\.ts/);
  });

  test('what is quick is not reported', async () => {
    const logger = recordingLogger();
    const db = await open('quick', { logger, slowQueryMs: 60_000 });
    await db.models.Person.create(person('slow-1'));
    await db.close();
    assert.equal(logger.lines, []);
  });

  test.run();
}

for (const place of await places('slow')) if (place.shared) define(place);
