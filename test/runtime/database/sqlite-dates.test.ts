/** How SQLite keeps a Date: as an integer, whichever way it was written, and what is said of a text. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { catalog } from '../../../runtime/src/errors/catalog.js';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { defineSchema } from '../../../runtime/src/nodes/node.js';
import { field, modelOf } from '../sql/models.js';
import type { Models, Operations } from './models.js';
import { fails, places, type Place } from './places.js';

const event = (table: string) => modelOf({
  name: 'Event',
  table,
  fields: [
    field('id', { kind: 'string' }),
    field('at', { kind: 'date' }),
    field('atN', { kind: 'date' }, { nullable: true }),
    field('since', { kind: 'date' }, { default: { kind: 'literal', value: { $date: '1969-12-31T23:59:59.999Z' } } }),
    field('createdAt', { kind: 'date' }, { managed: 'createdAt' }),
    field('updatedAt', { kind: 'date' }, { managed: 'updatedAt' }),
  ],
  uniques: [['at']],
  indexes: [['createdAt']],
});
const columns = ['at', 'at_n', 'since', 'created_at', 'updated_at'];

/** What the page of DF-115 makes of a column `c` of texts. */
const converted = /SET c = (.+?) WHERE/.exec(catalog['DF-115'].solutions.join('\n'))![1]!;

function onFile(place: Place): void {
  const test = suite(`${place.name}: dates`);
  const opened: DataFlow<Models>[] = [];
  const open = (table: string, options: Parameters<Place['open']>[0] = {}): Operations => {
    const db = place.open({ ...options, schema: defineSchema({ Event: event(table) }, []) as never });
    opened.push(db);
    return (db.models as unknown as { Event: Operations }).Event;
  };
  const close = async (): Promise<void> => {
    for (const db of opened.splice(0)) await db.close();
  };
  test.after.each(close);
  test.after(() => place.remove());

  test('integers, whichever way they are written', async () => {
    const Event = open('written');
    const at = (i: number): Date => new Date(Date.UTC(2024, 0, 1) + i);
    await Event.create({ id: 'first', at: '0001-01-01', atN: '9999-12-31T23:59:59.999Z' });
    await Event.create({ id: 'b', at: at(0), atN: at(-1) });
    await Event.update({ filter: { id: 'b' }, fields: { atN: at(1), since: '2024-01-01T01:00:00+01:00' } });
    for (const created of [true, false]) assert.is((await Event.upsert({ where: { at: at(5) }, create: { id: 'c' }, update: { atN: at(2) } })).created, created);
    await Event.bulkCreate({ data: Array.from({ length: 450 }, (_, i) => ({ id: `r${i}`, at: at(1000 + i), atN: i % 2 ? null : at(i) })) });
    assert.equal(await Event.bulkUpdate({ data: [{ id: 'r1', at: at(-5) }, { id: 'r2', atN: null, since: at(3) }] }), { updated: 2, missing: [] });
    await Event.bulkUpdate({ filter: { id: 'r3' }, fields: { atN: at(4) } });
    assert.equal(await Event.bulkUpsert({ data: [{ id: 'x', at: at(5), atN: at(6) }, { id: 'y', at: at(7) }], conflictOn: ['at'] }), { inserted: 1, updated: 1 });
    await place.sql("INSERT INTO written (id, at, created_at, updated_at) SELECT 'by hand', 0, 0, 0");
    const kinds = columns.map((column) => `group_concat(DISTINCT typeof(${column}))`).join(" || ' ' || ");
    assert.equal(await place.sql(`SELECT ${kinds} AS kinds FROM written WHERE at_n IS NOT NULL`), [['integer integer integer integer integer']]);
    assert.equal(await place.sql("SELECT count(*) AS n FROM written WHERE at_n IS NULL AND typeof(at) <> 'integer'"), [[0]]);
    assert.equal(await place.sql("SELECT at, at_n FROM written WHERE id = 'first'"), [[-62_135_596_800_000, 253_402_300_799_999]]);
    const { since, createdAt } = await Event.read({ id: 'by hand' });
    assert.equal([since, createdAt], [new Date(-1), new Date(0)]);
  });

  test('a text is DF-115, and the page says what makes an integer of it', async () => {
    const Event = open('texts');
    const texts = ['2026-01-31T12:00:00.000Z', '2026-01-31 12:00:00', '2026-01-31T12:00:00.345+02:00', '1969-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '2000-02-29T23:59:59.001Z'];
    await Event.bulkCreate({ data: texts.map((_, i) => ({ id: String(i), at: new Date(i) })) });
    for (const [i, text] of texts.entries()) await place.sql(`UPDATE texts SET created_at = '${text}' WHERE id = '${i}'`);
    const error = await fails('DF-115', () => Event.read({ id: '0' }));
    assert.is(error.message, 'DF-115: Event.createdAt holds a value in the database that is not an integer of milliseconds since 1970');
    await fails('DF-115', () => Event.list({ select: ['createdAt'] }));
    await place.sql(`UPDATE texts SET created_at = ${converted.replaceAll('c,', 'created_at,')} WHERE typeof(created_at) = 'text'`);
    const { records } = await Event.list({ orderBy: { id: 'asc' } });
    assert.equal(records.map(({ createdAt }: { createdAt: Date }) => createdAt), texts.map((text) => new Date(/[Z+]/.test(text) ? text : `${text}Z`)));
    for (const value of ['1.5', "'1704067200000.5'", '253402300800000', "x'00'"]) {
      await place.sql(`UPDATE texts SET created_at = ${value} WHERE id = '0'`);
      await fails('DF-115', () => Event.read({ id: '0' }));
    }
  });

  test('a column that is TEXT differs, and a new column takes its place', async () => {
    await place.sql('CREATE TABLE old (id TEXT PRIMARY KEY, at TEXT UNIQUE, at_n INTEGER, since INTEGER, created_at TEXT NOT NULL, updated_at INTEGER)');
    await place.sql("INSERT INTO old VALUES ('a', 0, NULL, 0, '2026-01-31T12:00:00.345Z', 0)");
    const error = await fails('DF-301', () => open('old', { schemaCache: { validate: true } }).read({ id: 'a' }));
    assert.equal(error.context['drift'], ["column 'at' is TEXT, not INTEGER", "column 'created_at' is TEXT, not INTEGER"]);
    await fails('DF-115', () => open('old').list({ select: ['createdAt'] }));
    await close();
    for (const sql of [
      'ALTER TABLE old ADD COLUMN created INTEGER', `UPDATE old SET created = ${converted.replaceAll('c,', 'created_at,')}`, 'ALTER TABLE old DROP COLUMN created_at', 'ALTER TABLE old RENAME COLUMN created TO created_at',
    ]) await place.sql(sql);
    const { records } = await open('old').list({ select: ['createdAt'] });
    assert.equal(records, [{ createdAt: new Date('2026-01-31T12:00:00.345Z') }]);
  });

  test.run();
}

for (const place of await places('dates')) if (place.shared && place.name !== 'postgres') onFile(place);
