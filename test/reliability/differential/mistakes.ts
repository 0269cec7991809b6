import { DataFlowError } from 'dataflow-ts';
import fc from 'fast-check';
import type { Db } from '../support/places.js';
import type { Outcome } from './program.js';

/** A call that is likely to be wrong: values, operators and names taken from everywhere. */
export interface Mistake {
  readonly model: 'Item' | 'Note' | 'Transfer' | 'Account';
  readonly operation: string;
  readonly params: unknown;
}

const anyValue = fc.oneof(
  fc.constantFrom<unknown>(
    null, undefined, '', 'x', 'x'.repeat(41), 'a\0b', '\ud800', -1, 0, 0.5, NaN, Infinity, 2 ** 31, -0, 1e400, 5n, 2n ** 63n, true, [], {}, [null], ['a', 1], new Date(NaN), new Date(0),
    new Date(8.64e15), '2024-02-30', '10000-01-01', '1e5', '1.', '٣', { $eq: 1 }, { $nope: 1 }, { $in: 'x' }, { $between: [1] }, { $regex: '(' }, { $like: 'x\\' }, { $null: 1 },
    { a: undefined }, { a: NaN }, { a: 5n }, new Uint8Array([1]), new Map(), Symbol.iterator, () => 1,
  ),
  fc.string({ maxLength: 3 }),
);
const anyName = fc.constantFrom(
  'id', 'sku', 'name', 'qty', 'price', 'weight', 'serial', 'active', 'at', 'day', 'kind', 'slug', 'body', 'short', 'data', 'tags', 'bytes', 'fromId', 'toId', 'amount', 'balance',
  'nmae', 'from_id', '__proto__', 'constructor', 'toString', '$and', '$or', '$not', 'data.a', '"', '',
);
const anyFields = fc.array(fc.tuple(anyName, anyValue), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
const some = (base: object): fc.Arbitrary<unknown> => anyFields.map((more) => ({ ...base, ...more }));
const rows = { Item: { id: 1, sku: 's' }, Note: { id: 'n' }, Transfer: { id: 't', fromId: 'a', toId: 'b', amount: 1 }, Account: { id: 'a', balance: 1 } };

export const mistake: fc.Arbitrary<Mistake> = fc.constantFrom('Item' as const, 'Note' as const, 'Transfer' as const, 'Account' as const).chain((model) => {
  const { id } = rows[model];
  const given = (operation: string, params: fc.Arbitrary<unknown>): fc.Arbitrary<Mistake> => params.map((one) => ({ model, operation, params: one }));
  return fc.oneof(
    given('create', some(rows[model])),
    given('read', fc.oneof(anyFields, anyValue.map((one) => ({ id: one })), anyFields.map((filter) => ({ filter: { id, ...filter } })))),
    given('update', fc.tuple(anyFields, anyFields).map(([filter, fields]) => ({ filter: { id, ...filter }, fields }))),
    given('delete', fc.oneof(anyFields, anyFields.map((filter) => ({ filter: { id, ...filter } })))),
    given('list', fc.record({ filter: anyFields, limit: anyValue, orderBy: fc.oneof(anyValue, fc.array(fc.tuple(anyName, fc.constantFrom('asc', 'desc', 'up')).map(([name, way]) => ({ [name]: way })))), after: anyValue, select: fc.oneof(anyValue, fc.array(anyName)) }, { requiredKeys: [] })),
    given('count', fc.oneof(anyValue, anyFields.map((filter) => ({ filter })))),
    given('upsert', fc.tuple(anyFields, some(rows[model]), anyFields).map(([where, create, update]) => ({ where: { id, ...where }, create, update }))),
    given('bulkCreate', fc.array(some(rows[model]), { maxLength: 3 }).map((data) => ({ data }))),
    given('bulkUpdate', fc.tuple(anyFields, anyFields).map(([filter, fields]) => ({ filter, fields }))),
    given('bulkUpdate', fc.array(some({ id }), { maxLength: 3 }).map((data) => ({ data }))),
    given('bulkDelete', fc.oneof(anyFields.map((filter) => ({ filter })), anyValue.map((ids) => ({ ids })), fc.array(anyValue, { maxLength: 3 }).map((ids) => ({ ids })))),
    given('bulkUpsert', fc.array(some(rows[model]), { maxLength: 3 }).map((data) => ({ data }))),
  );
});

/** What it gave, or the code and the text it was refused with. Everything starts from an empty database. */
export async function runMistake(db: Db, { model, operation, params }: Mistake): Promise<Outcome> {
  let outcome: Outcome = { gave: undefined };
  const over = new Error('rolled back, for the next one to start from nothing');
  await db
    .transaction(async (tx) => {
      try {
        outcome = { gave: await (tx.models[model] as unknown as Record<string, (given: unknown) => Promise<unknown>>)[operation]!(params) };
      } catch (error) {
        if (!(error instanceof DataFlowError)) throw new Error('no DataFlowError', { cause: error });
        // Which foreign key it was, SQLite does not say; and of several violations in a bulk call either may be reported.
        const refused = error.code === 'DF-530' || error.code === 'DF-531';
        outcome = { failed: refused && model === 'Transfer' ? (operation.startsWith('bulk') ? 'a constraint' : error.code) : `${error.message} ${String(error.context['field'])} ${String(error.context['row'])}` };
      }
      throw over;
    })
    .catch((error: unknown) => {
      if (error !== over) throw error;
    });
  return outcome;
}
