/**
 * Hostile names: of tables and columns, which must work; of fields, operators, directions and options, which must be refused
 * before anything reaches the database; and cursors and paths that somebody has forged.
 *
 *     npm test -- reliability/injection
 */
import { DataFlowError, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { QuoteTableRow } from '../.dataflow/index.js';
import { adapters, withPlace, type Db } from '../support/places.js';
import { hostileTexts, impossibleTexts } from './corpus.js';
import { plantVictims } from './victims.js';

const tables = ['QuoteTable', 'ApostropheTable', 'ReservedTable', 'BracketTable', 'UnicodeTable'] as const;
/** Texts that are no field, operator, direction or option of anything. */
const strange = [...hostileTexts.filter((text) => text.length < 100 && text !== '$eq'), ...impossibleTexts];
type Untyped = Record<string, (params: unknown) => Promise<{ records: unknown[]; cursor: string }>>;

for (const adapter of adapters()) {
  test(`${adapter}: tables and columns with hostile names`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      for (const name of tables) await db.models[name].count({});
      const victims = await plantVictims(place);
      for (const name of tables) {
        for (const text of [`'; DROP TABLE victims; --`, '$1', '']) await everyOperation(db, name, text);
        assert.is((await db.models[name].count()).count, 0);
      }
      await victims.check();
    });
  });

  test(`${adapter}: hostile names in parameters reach no database`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      await db.models.Item.create({ id: 1, sku: 'a' });
      await db.models.Note.count({});
      const victims = await plantVictims(place);
      const items = db.models.Item as unknown as Untyped;
      for (const text of strange) {
        const calls: [string, unknown][] = [
          ['create', own(text, 1, { id: 2, sku: 'b' })], ['read', { filter: own(text, 1, { id: 1 }) }], ['read', own(text, 1)], ['update', { filter: { id: 1 }, fields: own(text, 1) }],
          ['update', { filter: own(text, 1, { id: 1 }), fields: { qty: 1 } }], ['delete', { filter: own(text, 1, { id: 1 }) }], ['list', { filter: own(text, 1) }], ['list', { filter: { qty: own(text, 1) } }],
          ['list', { filter: { $and: [{ $not: own(text, 1) }] } }], ['list', { orderBy: [own(text, 'asc')] }], ['list', { orderBy: { id: text } }], ['list', { select: [text] }], ['list', { limit: text }],
          ['list', { offset: text }], ['list', { after: text }], ['list', own(text, 1)], ['count', { filter: own(text, 1) }], ['upsert', { where: own(text, 1), create: { id: 2, sku: 'b' }, update: {} }],
          ['upsert', { where: { id: 2 }, create: { sku: 'b' }, update: {}, conflictOn: [text] }], ['bulkCreate', { data: [own(text, 1, { id: 2, sku: 'b' })] }],
          ['bulkCreate', { data: [{ id: 2, sku: 'b' }], onConflict: text }], ['bulkCreate', { data: [{ id: 2, sku: 'b' }], batchSize: text }], ['bulkUpdate', { filter: { id: 1 }, fields: own(text, 1) }],
          ['bulkUpdate', { data: [own(text, 1, { id: 1 })] }], ['bulkDelete', { filter: own(text, 1) }], ['bulkDelete', { ids: [text] }], ['bulkUpsert', { data: [{ id: 2, sku: 'b' }], conflictOn: [text] }],
        ];
        for (const [operation, params] of calls) await refused(() => items[operation]!(params), `${operation} ${JSON.stringify(params)}`);
        await refused(() => db.transaction(async () => undefined, { isolation: text as never }), `isolation ${text}`);
        await refused(() => db.transaction(async () => undefined, own(text, 1) as never), `option ${text}`);
      }
      assert.is((await db.models.Item.count()).count, 1);
      await victims.check();
    });
  });

  test(`${adapter}: forged cursors`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      await db.models.Note.bulkCreate({ data: ['a', 'b', 'c'].map((id) => ({ id, slug: id, body: `body ${id}` })) });
      const victims = await plantVictims(place);
      const notes = db.models.Note as unknown as Untyped;
      const query = { orderBy: [{ body: 'asc' }], limit: 1 };
      const genuine = Buffer.from((await notes['list']!(query)).cursor, 'base64url').toString();
      assert.match(genuine, 'body a');
      for (const text of hostileTexts) {
        // Well made, with another value inside: no more than a place to continue from.
        const after = Buffer.from(genuine.replace('body a', () => JSON.stringify(text).slice(1, -1))).toString('base64url');
        await harmless(() => notes['list']!({ ...query, after }));
        await harmless(() => notes['list']!({ ...query, after: Buffer.from(text).toString('base64url') }));
        await harmless(() => notes['list']!({ ...query, after: Buffer.from(JSON.stringify([text, text, text])).toString('base64url') }));
        await harmless(() => notes['list']!({ ...query, after: Buffer.from(genuine.replace(/"[^"]*"/, () => JSON.stringify(text))).toString('base64url') }));
      }
      await victims.check();
    });
  });

  test(`${adapter}: paths in workflows lead to own properties only`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open();
      await db.models.Note.count({});
      const victims = await plantVictims(place);
      for (const path of ['__proto__.polluted', 'constructor.prototype.polluted', 'id.__proto__.polluted', 'data.__proto__', ...strange]) {
        for (const [output, input] of [['id', path], [path, 'body'], ['id', `filter.${path}`], [`data.${path}`, 'data']] as const) {
          await harmless(async () => {
            const workflow = (new WorkflowBuilder('forged') as unknown as Loose)
              .addNode('NoteCreateNode', 'one', { id: `one ${path}`, data: { a: 1 } })
              .addNode('NoteCreateNode', 'two', { id: `two ${path}` })
              .addConnection('one', output, 'two', input)
              .build();
            await new LocalRuntime(db).execute(workflow as never, {} as never);
          });
        }
      }
      await victims.check();
    });
  });
}

/** An object with an own property of this name, be it `__proto__`. */
function own(name: string, value: unknown, more: object = {}): object {
  return Object.defineProperty({ ...more }, name, { value, enumerable: true, configurable: true, writable: true });
}

async function refused(work: () => Promise<unknown>, what: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw new Error(`no DataFlowError: ${what}`, { cause: error });
    if (!/^DF-[14]/.test(error.code)) throw new Error(`got as far as the database: ${what}`, { cause: error });
    assert.ok(!error.message.includes('\n'), error.message);
    return;
  }
  assert.unreachable(`went through: ${what}`);
}

/** It may work or be refused; the victims tell whether it did anything else. */
async function harmless(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
  }
}

interface Loose {
  addNode(type: string, id: string, params: object): Loose;
  addConnection(from: string, output: string, to: string, input: string): Loose;
  build(): unknown;
}

/** Every operation on a table whose name and columns are hostile. The five models are alike but for their names. */
async function everyOperation(db: Db, name: (typeof tables)[number], text: string): Promise<void> {
  const table = db.models[name] as unknown as Db['models']['QuoteTable'];
  const row: QuoteTableRow = { id: `id ${text}`, a: text, b: text, c: 1 };
  const { id } = row;
  assert.equal(await table.create(row), row);
  assert.equal(await table.read({ filter: { b: text, a: { $contains: text }, c: { $lt: 2 } } }), row);
  assert.equal((await table.list({ filter: { $or: [{ a: text }, { c: null }] }, orderBy: [{ a: 'desc' }, { c: 'asc' }], select: ['a', 'c'] })).records, [{ a: text, c: 1 }]);
  assert.is((await table.count({ filter: { a: { $in: [text] } } })).count, 1);
  assert.is((await table.update({ filter: { b: text }, fields: { a: null, c: 2 } })).c, 2);
  assert.is((await table.upsert({ where: { b: text }, create: { id: 'other' }, update: { a: text, c: 3 } })).record.c, 3);
  assert.equal(await table.bulkUpdate({ data: [{ id, c: 4 }] }), { updated: 1, missing: [] });
  assert.equal(await table.bulkUpdate({ filter: { b: text }, fields: { c: 5 } }), { updated: 1 });
  assert.equal(await table.bulkUpsert({ data: [{ id: 'new', a: text, b: text, c: 6 }], conflictOn: ['b'] }), { inserted: 0, updated: 1 });
  assert.equal((await table.bulkCreate({ data: [row], onConflict: 'skip', records: true })).records, []);
  assert.is((await table.read({ id })).c, 6);
  const after = (await table.list({ orderBy: { b: 'asc' }, limit: 1 })).cursor!;
  assert.equal((await table.list({ orderBy: { b: 'asc' }, after })).records, []);
  assert.equal(await table.delete({ filter: { b: text } }), { deleted: true, record: { ...row, c: 6 } });
  await table.bulkCreate({ data: [row] });
  assert.equal(await table.bulkDelete({ filter: { a: text } }), { deleted: 1 });
}

test.run();
