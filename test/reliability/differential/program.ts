import { DataFlowError } from 'dataflow-ts';
import fc from 'fast-check';
import type { Db } from '../support/places.js';

export type Row = Readonly<Record<string, unknown>>;
export type Filter = Readonly<Record<string, unknown>>;
export type Order = readonly Readonly<Record<string, 'asc' | 'desc'>>[];

/** One call on the model Item. */
export type Step =
  | { readonly do: 'list'; readonly filter: Filter | undefined; readonly orderBy: Order; readonly limit: number; readonly offset: number }
  /** Every page, one after the other by cursor. */
  | { readonly do: 'pages'; readonly filter: Filter | undefined; readonly orderBy: Order; readonly limit: number }
  | { readonly do: 'count'; readonly filter: Filter }
  | { readonly do: 'read' | 'delete'; readonly id: number }
  | { readonly do: 'create'; readonly row: Row }
  | { readonly do: 'update'; readonly id: number; readonly filter: Filter; readonly fields: Row }
  | { readonly do: 'upsert'; readonly row: Row; readonly update: Row }
  | { readonly do: 'bulkCreate'; readonly rows: readonly Row[]; readonly onConflict: 'error' | 'skip' }
  | { readonly do: 'bulkUpsert'; readonly rows: readonly Row[] }
  | { readonly do: 'bulkUpdate'; readonly filter: Filter; readonly fields: Row }
  | { readonly do: 'updateEach'; readonly changes: readonly { readonly id: number; readonly fields: Row }[] }
  | { readonly do: 'bulkDelete'; readonly filter: Filter };

export interface Program {
  readonly rows: readonly Row[];
  readonly steps: readonly Step[];
}

/** What a step gave: a value, or the code it failed with. */
export type Outcome = { readonly gave: unknown } | { readonly failed: string };

/** Few values per column, so that matches, ties and conflicts are frequent. */
const values = {
  id: [1, 2, 3, 4, 5, 6, 7, 8, 9, -1, 2147483647],
  sku: ['', 'a', 'A', 'b', 'ä', '🙂', "o'k", '"', '%', '_', 'NULL', '1'],
  name: ['', 'a', 'A', 'ab', 'aB', 'a%b', '_b', '\\', '*', '[a]', 'ä', '🙂', "';--", 'a\nb'],
  qty: [-1, 0, 1, 2, 2147483647, -2147483648],
  price: ['-1.5', '0', '0.1', '0.10', '99.99', '100', '1000000.01'],
  weight: [-0.5, 0, 0.1, 1e21, 5e-324, 2 ** 53],
  serial: [-1n, 0n, 1n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n],
  active: [true, false],
  at: ['1969-12-31T23:59:59.999Z', '2024-03-31T01:00:00.000Z', '2024-02-29T12:00:00.001Z', '9999-12-31T23:59:59.999Z'].map((text) => new Date(text)),
  day: ['0001-01-01', '2024-02-29', '9999-12-31'],
  kind: ['new', 'used', "o'brien"],
} as const;
export type Name = keyof typeof values;
export const names = Object.keys(values) as Name[];
const nullable: readonly Name[] = names.filter((name) => name !== 'id' && name !== 'sku');
const ordered = new Set<Name>(['id', 'sku', 'name', 'qty', 'price', 'weight', 'serial', 'at', 'day']);
const texts = new Set<Name>(['sku', 'name']);

const valueOf = (name: Name): fc.Arbitrary<unknown> => fc.constantFrom<unknown>(...values[name]);
const fieldOf = (name: Name): fc.Arbitrary<unknown> => (nullable.includes(name) ? fc.option(valueOf(name), { nil: null, freq: 4 }) : valueOf(name));
const row: fc.Arbitrary<Row> = fc.record(Object.fromEntries(names.map((name) => [name, fieldOf(name)])));

const patterns = fc.array(fc.constantFrom('%', '_', 'a', 'A', 'b', 'ä', '🙂', '\\%', '\\_', '\\\\', '*', '['), { maxLength: 4 }).map((parts) => parts.join(''));

const condition: fc.Arbitrary<Filter> = fc.constantFrom(...names).chain((name) => {
  const value = valueOf(name);
  const list = fc.array(value, { maxLength: 3 });
  const choices: fc.Arbitrary<unknown>[] = [
    fieldOf(name), value.map(($eq) => ({ $eq })), value.map(($ne) => ({ $ne })), list.map(($in) => ({ $in })), list.map(($nin) => ({ $nin })), fc.boolean().map(($null) => ({ $null })),
  ];
  if (ordered.has(name)) {
    for (const operator of ['$gt', '$gte', '$lt', '$lte']) choices.push(value.map((one) => ({ [operator]: one })));
    choices.push(fc.tuple(value, value).map(($between) => ({ $between })));
  }
  if (texts.has(name)) {
    for (const operator of ['$contains', '$startsWith', '$endsWith']) choices.push(value.map((one) => ({ [operator]: one })));
    for (const operator of ['$like', '$ilike']) choices.push(patterns.map((one) => ({ [operator]: one })));
  }
  return fc.oneof(...choices).map((one): Filter => ({ [name]: one }));
});

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    condition,
    fc.tuple(condition, condition).map(([a, b]) => ({ ...a, ...b })),
    fc.array(tie('filter'), { maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('filter'), { maxLength: 3 }).map(($or) => ({ $or })),
    tie('filter').map(($not) => ({ $not })),
  ),
}));

const orderBy: fc.Arbitrary<Order> = fc
  .uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
  .chain((fields) => fc.tuple(...fields.map((name) => fc.constantFrom('asc' as const, 'desc' as const).map((way) => ({ [name]: way })))));
const some = fc.option(filter, { nil: undefined });
const id = valueOf('id') as fc.Arbitrary<number>;
const changes = fc
  .uniqueArray(fc.constantFrom(...names.filter((name) => name !== 'id')), { minLength: 1, maxLength: 3 })
  .chain((fields): fc.Arbitrary<Row> => fc.record(Object.fromEntries(fields.map((name) => [name, fieldOf(name)]))));
const rows = fc.array(row, { maxLength: 6 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('list' as const), filter: some, orderBy, limit: fc.integer({ min: 1, max: 12 }), offset: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ do: fc.constant('pages' as const), filter: some, orderBy, limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('count' as const), filter }),
  fc.record({ do: fc.constantFrom('read' as const, 'delete' as const), id }),
  fc.record({ do: fc.constant('create' as const), row }),
  fc.record({ do: fc.constant('update' as const), id, filter: fc.oneof(fc.constant({}), condition.filter((one) => !('id' in one))), fields: changes }),
  fc.record({ do: fc.constant('upsert' as const), row, update: changes }),
  fc.record({ do: fc.constant('bulkCreate' as const), rows, onConflict: fc.constantFrom('error' as const, 'skip' as const) }),
  fc.record({ do: fc.constant('bulkUpsert' as const), rows }),
  fc.record({ do: fc.constant('bulkUpdate' as const), filter, fields: changes }),
  fc.record({ do: fc.constant('updateEach' as const), changes: fc.uniqueArray(fc.record({ id, fields: changes }), { maxLength: 4, selector: (one) => one.id }) }),
  fc.record({ do: fc.constant('bulkDelete' as const), filter }),
);

export const program: fc.Arbitrary<Program> = fc.record({
  rows: fc.uniqueArray(row, { maxLength: 10, selector: (one) => one['id'] }).map((all) => all.filter((one, i) => all.findIndex((other) => other['sku'] === one['sku']) === i)),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
});

/** Whether one row of a bulk call takes a unique value that another row of the same call gives up: then the order of writing decides. */
export function passesOnUniqueValue(one: Step, table: readonly Row[]): boolean {
  const written = one.do === 'bulkUpsert' ? one.rows : one.do === 'updateEach' ? one.changes.map(({ id: key, fields }): Row => ({ ...fields, id: key })) : [];
  return written.some((row) => 'sku' in row && table.some((there) => there['sku'] === row['sku'] && there['id'] !== row['id'] && written.some((other) => other['id'] === there['id'])));
}

type Untyped = Record<string, (params: unknown) => Promise<never>>;
interface Page {
  readonly records: Row[];
  readonly hasMore: boolean;
  readonly cursor: string | null;
}

/** Runs a step through DataFlow. */
export async function runStep(db: Db, one: Step): Promise<Outcome> {
  try {
    return { gave: await call(db.models.Item as unknown as Untyped, one) };
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
    return { failed: error.code };
  }
}

async function call(items: Untyped, one: Step): Promise<unknown> {
  switch (one.do) {
    case 'list': {
      const { filter: where, orderBy: order, limit, offset } = one;
      return ((await items['list']!({ ...(where && { filter: where }), orderBy: order, limit, offset })) as Page).records;
    }
    case 'pages': {
      const { filter: where, orderBy: order, limit } = one;
      const found: Row[] = [];
      for (let after: string | null = null; ;) {
        const page: Page = await items['list']!({ ...(where && { filter: where }), orderBy: order, limit, ...(after !== null && { after }) });
        found.push(...page.records);
        if (!page.hasMore) return found;
        after = page.cursor;
      }
    }
    case 'count': return ((await items['count']!({ filter: one.filter })) as { count: number }).count;
    case 'read': return items['read']!({ id: one.id, raiseOnNotFound: false });
    case 'delete': return ((await items['delete']!({ id: one.id })) as { deleted: boolean }).deleted;
    case 'create': return items['create']!(one.row);
    case 'update': return items['update']!({ filter: { id: one.id, ...one.filter }, fields: one.fields, raiseOnNotFound: false });
    case 'upsert': {
      const { created, record } = (await items['upsert']!({ where: { sku: one.row['sku'] }, create: one.row, update: one.update })) as { created: boolean; record: Row };
      return [created, record];
    }
    case 'bulkCreate': {
      const { inserted, skipped } = (await items['bulkCreate']!({ data: one.rows, onConflict: one.onConflict })) as { inserted: number; skipped: number };
      return [inserted, skipped];
    }
    case 'bulkUpsert': {
      const { inserted, updated } = (await items['bulkUpsert']!({ data: one.rows })) as { inserted: number; updated: number };
      return [inserted, updated];
    }
    case 'bulkUpdate': return ((await items['bulkUpdate']!({ filter: one.filter, fields: one.fields })) as { updated: number }).updated;
    case 'updateEach': {
      const { updated, missing } = (await items['bulkUpdate']!({ data: one.changes.map(({ id: key, fields }) => ({ id: key, ...fields })) })) as { updated: number; missing: number[] };
      return [updated, missing];
    }
    case 'bulkDelete': return ((await items['bulkDelete']!({ filter: one.filter })) as { deleted: number }).deleted;
  }
}

/** For messages. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
}
