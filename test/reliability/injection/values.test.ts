/**
 * Hostile text in every place that takes a value: it is stored byte for byte, found by every operator, and changes nothing
 * else. RUNS adds random text.
 *
 *     npm test -- reliability/injection
 */
// Not uvu's `equal`, which objects with a key `constructor` lead astray.
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'uvu';
import { wireTo } from '../faults/wire.js';
import { figure } from '../support/figures.js';
import { adapters, fails, withPlace, type Db, type Place } from '../support/places.js';
import { hostileTexts, impossibleTexts } from './corpus.js';
import { plantVictims } from './victims.js';

const runs = Number(process.env['RUNS'] ?? 60);
const random = fc.sample(fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !text.includes('\0') && text.isWellFormed()), { numRuns: runs, seed: 3 });
const texts = [...new Set([...hostileTexts, ...random])];

for (const adapter of adapters()) {
  test(`${adapter}: hostile text in every value slot`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      await db.models.Note.count({});
      const victims = await plantVictims(place);
      for (const text of texts) await inEverySlot(db, place, text);
      await victims.check();
      deepStrictEqual((await db.models.Note.count()).count, 0);
      figure('injection', { database: adapter, texts: texts.length });
    });
  });

  test(`${adapter}: no statement holds a value`, async () => {
    await withPlace(adapter, async (place) => {
      const wire = await wireTo(place);
      const statements: string[] = [];
      wire.decide = (text) => {
        statements.push(text);
        return 'pass';
      };
      const db = place.open({ url: wire.url });
      const marked = 'zq7marked';
      await inEverySlot(db, { ...place, raw: async () => [[Buffer.from(marked).toString('hex')]] }, marked);
      await db.close();
      await wire.close();
      deepStrictEqual(statements.length > 20, true);
      deepStrictEqual(statements.filter((text) => text.includes(marked)), []);
    });
  });

  test(`${adapter}: text that no database can hold is refused everywhere`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      const { Note } = db.models;
      for (const text of impossibleTexts) {
        await fails('DF-103', () => Note.create({ id: text }));
        await fails('DF-103', () => Note.create({ id: 'x', tags: [text] }));
        await fails('DF-103', () => Note.create({ id: 'x', data: { a: text } }));
        await fails('DF-103', () => Note.create({ id: 'x', data: { [text]: 1 } }));
        await fails('DF-103', () => Note.list({ filter: { body: { $contains: text } } }));
        await fails('DF-103', () => Note.bulkCreate({ data: [{ id: 'x', body: text }] }));
        await fails('DF-103', () => Note.bulkDelete({ ids: [text] }));
      }
    });
  });
}

/** Every operation with the text in each of its values. Leaves no row behind. */
async function inEverySlot(db: Db, place: Place, text: string): Promise<void> {
  const { Note } = db.models;
  const short = [...text].length <= 40 ? text : null;
  const data = { [text]: [text, { a: text }], __proto__json: JSON.parse('{"__proto__": {"polluted": 1}}') as unknown };
  const row = { id: text, slug: text, body: text, short, data, tags: [text, text], bytes: new TextEncoder().encode(text) };
  const seen = `for ${JSON.stringify(text.slice(0, 40))}`;
  const others = [{ id: `${text} `, slug: `x${text}` }, { id: `x${text}`, body: `${text}x` }];

  deepStrictEqual(await Note.create(row), row, seen);
  await Note.bulkCreate({ data: others });
  const column = place.dialect === 'sqlite' ? 'lower(hex(body))' : `encode(convert_to(body, 'UTF8'), 'hex')`;
  deepStrictEqual(await place.raw(`SELECT ${column} FROM notes WHERE slug = ${place.dialect === 'sqlite' ? '?' : '$1'}`, [text]), [[Buffer.from(text).toString('hex')]], seen);
  deepStrictEqual(await Note.read({ id: text }), row, seen);
  deepStrictEqual(await Note.read({ filter: { slug: text, body: text } }), row, seen);

  const found = async (filter: object): Promise<string[]> => (await Note.list({ filter: filter as never, limit: 10 })).records.map(({ id }) => id);
  const escaped = text.replace(/[\\%_]/g, '\\$&');
  for (const filter of [
    { body: text }, { body: { $eq: text } }, { body: { $in: [text, `${text}y`] } }, { body: { $between: [text, text] } }, { body: { $gte: text, $lte: text } },
    { body: { $like: escaped } }, { $and: [{ body: { $startsWith: text, $endsWith: text } }, { body: { $contains: text } }, { slug: text }] }, { $not: { body: { $ne: text } } }, { tags: { $has: text }, body: text },
    { tags: { $hasAny: [text] } }, { tags: { $hasAll: [text] } }, { $or: [{ id: text }, { tags: { $has: text } }] },
  ]) deepStrictEqual(await found(filter), [text], `${seen}, ${JSON.stringify(filter).slice(0, 80)}`);
  deepStrictEqual((await Note.count({ filter: { id: { $nin: [text] } } })).count, 2, seen);

  // A cursor carries the value of the row it stands behind.
  const seenIds: string[] = [];
  for (let after: string | null = null; ;) {
    const page: { records: { id: string }[]; hasMore: boolean; cursor: string | null } = await Note.list({ orderBy: [{ slug: 'asc' }, { body: 'desc' }], limit: 1, select: ['id'], ...(after !== null && { after }) });
    seenIds.push(...page.records.map(({ id }) => id));
    if (!page.hasMore) break;
    after = page.cursor;
  }
  deepStrictEqual(seenIds.sort(), [text, ...others.map(({ id }) => id)].sort(), seen);

  deepStrictEqual((await Note.update({ filter: { id: text, body: text }, fields: { body: `${text}!`, data: text, tags: [] } })).body, `${text}!`);
  deepStrictEqual((await Note.upsert({ where: { slug: text }, create: { id: text }, update: { body: text, data } })).record, { ...row, tags: [] }, seen);
  deepStrictEqual(await Note.bulkUpdate({ data: [{ id: text, tags: [text, text] }, { id: `${text}nobody`, body: text }] }), { updated: 1, missing: [`${text}nobody`] }, seen);
  deepStrictEqual(await Note.bulkUpdate({ filter: { slug: text }, fields: { body: text } }), { updated: 1 }, seen);
  deepStrictEqual(await Note.bulkUpsert({ data: [row] }), { inserted: 0, updated: 1 }, seen);
  deepStrictEqual(await Note.delete({ filter: { slug: text } }), { deleted: true, record: row }, seen);
  deepStrictEqual(await Note.bulkDelete({ ids: [text, ...others.map(({ id }) => id)] }), { deleted: 2 }, seen);
}

test.run();
