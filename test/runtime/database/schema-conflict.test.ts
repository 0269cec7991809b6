/** What is said when a table is not as the model describes it. */
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { differences } from '../../../runtime/src/database/drift.js';
import type { LiveColumn } from '../../../runtime/src/database/live-columns.js';
import type { ColumnType } from '../../../runtime/src/schema/model-schema.js';
import { modelsOf, type Models } from './models.js';
import { fails, places, type Place } from './places.js';

const person = (id: string, more: object = {}): object => ({ id, name: id, email: id, ...more });

function onAnyFile(place: Place): void {
  const test = suite(`${place.name}: schema conflicts`);
  const postgres = place.name === 'postgres';
  const opened: DataFlow<Models>[] = [];
  const open = (prefix: string, options: Parameters<Place['open']>[0] = {}): DataFlow<Models> => {
    const db = place.open({ migrations: 'off', ...options, schema: modelsOf(prefix).schema });
    opened.push(db);
    return db;
  };
  test.after(async () => {
    for (const db of opened) await db.close();
    await place.remove();
  });

  test('DF-308: no table', async () => {
    const error = await fails('DF-308', () => open('none').models.Person.count({}));
    assert.is(error.message, "DF-308: Person.count: the database has no table 'none_people'");
    assert.ok(error.cause instanceof Error);
    await fails('DF-308', () => open('none').transaction((tx) => tx.models.Person.create(person('p'))));
  });

  test('DF-301: columns are missing, too many, and of another type', async () => {
    await place.sql('CREATE TABLE old_people (id text PRIMARY KEY, name text, age text, nickname text)');
    const error = await fails('DF-301', async () => {
      await open('old').models.Person.create(person('p'));
    });
    assert.match(error.message, `DF-301: Person.create: table 'old_people' differs from Person: column 'e-mail "x"' is missing, and 2 more`);
    assert.equal(error.context['drift'], [
      `column 'e-mail "x"' is missing`, "column 'team_id' is missing", `column 'age' is ${postgres ? 'text, not integer' : 'TEXT, not INTEGER'}`, "column 'nickname' is not in the model",
    ]);
    assert.match(error.solutions[0]!, 'ALTER TABLE old_people ADD COLUMN e-mail "x" ');
    assert.is(error.context.model, 'Person');
    assert.ok(error.cause instanceof Error);
    assert.match(error.callSite!.file, 'schema-conflict.test.ts');
  });

  // For the package sqlite3 the quoted name of a missing column is a text.
  if (!place.name.startsWith('sqlite3')) {
    test('DF-301: reading, and a filter on a missing column', async () => {
      await fails('DF-301', () => open('old').models.Person.list({ filter: { teamId: 't' } }));
      await fails('DF-301', () => open('old').models.Person.count({ filter: { teamId: 't' } }));
    });
  }

  test('DF-301: in a transaction as far as the database lets one look', async () => {
    const error = await fails('DF-301', () => open('old').transaction((tx) => tx.models.Person.create(person('p'))));
    assert.match(error.message, postgres ? 'a column is missing' : `column 'e-mail "x"' is missing`);
  });

  if (postgres) {
    test('DF-301: an operator that the type does not have', async () => {
      await place.sql('CREATE TABLE odd_people (id text PRIMARY KEY, name integer, "e-mail ""x""" text, age integer, team_id text)');
      const error = await fails('DF-301', () => open('odd').models.Person.count({ filter: { name: { $contains: 's3cret' } } }));
      assert.match(error.message, "column 'name' is integer, not text");
      assert.match(error.solutions[0]!, 'ALTER TABLE odd_people ALTER COLUMN name TYPE text');
    });
  } else {
    test('DF-308: the table that a foreign key leads to', async () => {
      await place.sql(`CREATE TABLE alone_people (id text PRIMARY KEY, name text, "e-mail ""x""" text, age integer, team_id text REFERENCES alone_teams (id))`);
      const error = await fails('DF-308', () => open('alone').models.Person.create(person('p', { teamId: 't' })));
      assert.match(error.message, "Person.create: the database has no table 'alone_teams'");
      assert.is(error.context.model, 'Person');
    });
  }

  test('DF-539: something else than the table is missing', async () => {
    await place.sql('CREATE TABLE fine_teams (id text PRIMARY KEY, leader_id text)');
    await place.sql('CREATE TABLE fine_people (id text PRIMARY KEY, name text, "e-mail ""x""" text, age integer, team_id text)');
    if (postgres) {
      await place.sql('CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO nowhere VALUES (NEW.name); RETURN NEW; END $$');
      await place.sql('CREATE TRIGGER broken BEFORE INSERT ON fine_people FOR EACH ROW EXECUTE FUNCTION broken()');
    } else {
      await place.sql('CREATE TRIGGER broken BEFORE INSERT ON fine_people BEGIN INSERT INTO nowhere VALUES (NEW.name); END');
    }
    const error = await fails('DF-539', () => open('fine').models.Person.create(person('s3cret')));
    assert.match(error.message, 'an error in the statement');
  });

  test('the first error is told when nobody lets one look', async () => {
    const db = open('none', { pool: { max: 1 } });
    const outcome = fails('DF-308', () => db.models.Person.count({}));
    const closing = db.close();
    await outcome;
    await closing;
  });

  test.run();
}

const live = (...columns: [name: string, type: string, more?: Partial<LiveColumn>][]): LiveColumn[] =>
  columns.map(([name, type, more]) => ({ name, type, nullable: true, hasDefault: false, ...more }));
const typeDiffers = (type: ColumnType, dialect: 'sqlite' | 'postgres', actual: string): boolean => {
  const field = { name: 'x', column: 'x', type, nullable: true, model: 'M', index: 0 };
  return differences({ columns: [field] }, dialect, live(['x', actual])).some(({ kind }) => kind === 'type');
};

test('types of PostgreSQL that hold what the field may hold', () => {
  const fits: [ColumnType, string[], string[]][] = [
    [{ kind: 'string' }, ['text', 'character varying'], ['character varying(9)', 'character(9)', 'uuid', 'jsonb']],
    [{ kind: 'string', length: 9 }, ['text', 'character varying(9)', 'character varying(10)'], ['character varying(8)']],
    [{ kind: 'int' }, ['integer'], ['smallint', 'bigint', 'numeric', 'text']],
    [{ kind: 'date' }, ['timestamp with time zone', 'timestamp(3) with time zone'], ['timestamp(0) with time zone', 'timestamp without time zone', 'date']],
    [{ kind: 'decimal' }, ['numeric'], ['numeric(10,2)']],
    [{ kind: 'array', of: 'int' }, ['integer[]'], ['text[]', 'jsonb']],
    [{ kind: 'json' }, ['jsonb'], ['json', 'text']],
    [{ kind: 'enum', values: ['a'] }, ['text', 'character varying'], ['status']],
  ];
  for (const [type, good, bad] of fits) {
    assert.equal(good.filter((actual) => typeDiffers(type, 'postgres', actual)), [], type.kind);
    assert.equal(bad.filter((actual) => !typeDiffers(type, 'postgres', actual)), [], type.kind);
  }
});

test('types of SQLite by their affinity', () => {
  assert.equal(['TEXT', 'varchar(40)', ''].filter((actual) => typeDiffers({ kind: 'string' }, 'sqlite', actual)), []);
  assert.equal(['INTEGER', 'DATETIME', 'REAL'].filter((actual) => !typeDiffers({ kind: 'string' }, 'sqlite', actual)), []);
  assert.equal(['INTEGER', 'bigint', 'BOOLEAN', ''].filter((actual) => typeDiffers({ kind: 'int' }, 'sqlite', actual)), []);
  assert.equal(['TEXT', 'DOUBLE'].filter((actual) => !typeDiffers({ kind: 'int' }, 'sqlite', actual)), []);
  assert.equal(['REAL', 'NUMERIC', 'INTEGER'].filter((actual) => typeDiffers({ kind: 'number' }, 'sqlite', actual)), []);
  assert.equal(['BLOB', 'TEXT'].filter((actual) => typeDiffers({ kind: 'bytes' }, 'sqlite', actual)), []);
});

test('what must be given, and what may not be left empty', () => {
  const field = { name: 'x', column: 'x', type: { kind: 'string' }, nullable: true, model: 'M', index: 0 } as const;
  const found = differences({ columns: [field] }, 'sqlite', live(['X', 'TEXT', { nullable: false }], ['must', 'TEXT', { nullable: false }], ['may', 'TEXT', { nullable: false, hasDefault: true }]));
  assert.equal(found.map((one) => `${one.kind} ${'column' in one ? one.column.name : one.field.column}`), ['required must', 'notNull x', 'extra may']);
});

for (const place of await places('conflict')) {
  if (place.shared) onAnyFile(place);
  else void place.remove();
}
test.run();
