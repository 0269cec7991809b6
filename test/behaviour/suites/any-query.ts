import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { fails, suiteOn, untyped, type Target } from '../harness.js';

type Values = Readonly<Record<string, unknown>>;
type Truth = boolean | null;

/** Filters, orders and pages that fast-check makes up, beside a plain evaluation in JavaScript. */
export function anyQuery(target: Target): void {
  const test = suiteOn(target, 'any query');
  const runs = Number(process.env['FUZZ_RUNS'] ?? 40) * 3;

  // Few values, so that ties, matches and nulls are frequent; text in bytes' order, with all that patterns treat specially.
  const pools: Readonly<Record<string, readonly unknown[]>> = {
    text: ['', 'a', 'A', 'ab', 'a%', '_b', '\\', '*', 'ä', '🙂'], int: [-1, 0, 1, 2147483647], num: [-0.5, 0, 0.1, 1e21],
    big: [-1n, 0n, 9007199254740992n, 9007199254740993n], dec: ['-1.5', '0', '0.10', '99.99', '100'], flag: [true, false],
    at: [new Date('1969-12-31T23:59:59.999Z'), new Date('2024-03-31T01:00:00.000Z')], day: ['0001-01-01', '2024-02-29'], role: ['admin', 'member'],
  };
  const names = Object.keys(pools);
  const rows: Values[] = Array.from({ length: 60 }, (_, i) => ({
    id: `r${String(i).padStart(2, '0')}`,
    ...Object.fromEntries(names.map((name, n) => [name, (i * 7 + n * 3 + ((i * i) >> 2)) % 4 === 0 ? null : pools[name]![(i * (n + 3) + ((i * i) >> 3)) % pools[name]!.length]])),
  }));

  test.before(async ({ db }) => {
    await untyped(db.models.Sample)['bulkCreate']!({ data: rows });
  });

  const valueOf = (name: string) => fc.constantFrom(...pools[name]!);
  const ordered = new Set(['text', 'int', 'num', 'big', 'dec', 'at', 'day']);
  const condition = fc.constantFrom(...names).chain((name) => {
    const value = valueOf(name);
    const list = fc.array(value, { maxLength: 3 });
    const choices: fc.Arbitrary<unknown>[] = [
      value, fc.constant(null), value.map((one) => ({ $eq: one })), value.map((one) => ({ $ne: one })), fc.constant({ $ne: null }), fc.boolean().map((one) => ({ $null: one })),
      list.map((all) => ({ $in: all })), list.map((all) => ({ $nin: all })),
    ];
    if (ordered.has(name)) {
      for (const operator of ['$gt', '$gte', '$lt', '$lte']) choices.push(value.map((one) => ({ [operator]: one })));
      choices.push(fc.tuple(value, value).map((both) => ({ $between: both })), fc.tuple(value, value).map(([a, b]) => ({ $gte: a, $lt: b })));
    }
    if (name === 'text') {
      for (const operator of ['$contains', '$startsWith', '$endsWith']) choices.push(value.map((one) => ({ [operator]: one })));
    }
    return fc.oneof(...choices).map((one): object => ({ [name]: one }));
  });
  const { filter } = fc.letrec<{ filter: object }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      condition, fc.tuple(condition, condition).map(([a, b]) => ({ ...a, ...b })),
      fc.array(tie('filter'), { maxLength: 3 }).map(($and) => ({ $and })), fc.array(tie('filter'), { maxLength: 3 }).map(($or) => ({ $or })), tie('filter').map(($not) => ({ $not })),
      fc.tuple(condition, tie('filter')).map(([a, $not]) => ({ ...a, $not })),
    ),
  }));

  test('filters', async ({ db }) => {
    const { list, count, bulkUpdate } = untyped(db.models.Sample);
    await fc.assert(fc.asyncProperty(filter, async (given) => {
      const wanted = rows.filter((row) => evaluate(given, row) === true).map(({ id }) => id);
      const { records } = (await list!({ filter: given, select: ['id'] })) as { records: Values[] };
      assert.equal(records.map(({ id }) => id), wanted);
      assert.is(((await count!({ filter: given })) as { count: number }).count, wanted.length);
      const touched = await bulkUpdate!({ filter: given, fields: { short: 'x' } }).catch((error: { code: string }) => {
        if (error.code !== 'DF-108') throw error;
        assert.is(wanted.length, rows.length);
        return { updated: rows.length };
      });
      assert.is((touched as { updated: number }).updated, wanted.length);
    }), { numRuns: runs });
  });

  const order = fc.uniqueArray(fc.constantFrom(...names, 'id'), { maxLength: 3 })
    .chain((fields) => fc.tuple(...fields.map((name) => fc.constantFrom('asc', 'desc').map((direction) => ({ [name]: direction })))));

  test('orders and pages', async ({ db }) => {
    const list = untyped(db.models.Sample)['list']!;
    await fc.assert(fc.asyncProperty(order, fc.option(filter, { nil: undefined }), fc.integer({ min: 1, max: 25 }), fc.boolean(), async (orderBy, where, limit, narrow) => {
      const wanted = rows.filter((row) => where === undefined || evaluate(where, row) === true).sort(comparison(orderBy)).map(({ id }) => id);
      const query = { orderBy, limit, ...(where !== undefined && { filter: where }), ...(narrow && { select: ['id'] }) };
      const seen: unknown[] = [];
      let after: string | null = null;
      for (;;) {
        const page: { records: Values[]; hasMore: boolean; cursor: string | null } = await list({ ...query, ...(after !== null && { after }) });
        seen.push(...page.records.map(({ id }) => id));
        assert.is(page.hasMore, seen.length < wanted.length);
        if (!page.hasMore) break;
        assert.is(page.records.length, limit);
        after = page.cursor;
      }
      assert.equal(seen, wanted);
    }), { numRuns: runs });
  });

  test('cursors that were tampered with are refused or harmless', async ({ db }) => {
    const list = untyped(db.models.Sample)['list']!;
    const { cursor } = (await list({ orderBy: { int: 'asc' }, limit: 1 })) as { cursor: string };
    const text = Buffer.from(cursor, 'base64url').toString();
    await fc.assert(fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), async (place, piece) => {
      const after = Buffer.from(text.slice(0, place) + piece + text.slice(place + 1)).toString('base64url');
      try {
        await list({ orderBy: { int: 'asc' }, after });
      } catch (error) {
        await fails('DF-114', () => { throw error; });
      }
    }), { numRuns: runs });
  });

  test.run();
}

/** SQL's three-valued logic; null is unknown. */
function evaluate(filter: object, row: Values): Truth {
  return all(Object.entries(filter).map(([name, given]): Truth => {
    if (name === '$and') return all((given as object[]).map((one) => evaluate(one, row)));
    if (name === '$or') return not(all((given as object[]).map((one) => not(evaluate(one, row)))));
    if (name === '$not') return not(evaluate(given as object, row));
    const value = row[name] as never;
    if (given === null) return value === null;
    if (typeof given !== 'object' || given instanceof Date) return matches('$eq', value, given as never, name);
    return all(Object.entries(given as object).map(([operator, operand]) => matches(operator, value, operand as never, name)));
  }));
}

function all(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes(null) ? null : true;
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function matches(operator: string, value: unknown, operand: unknown, name: string): Truth {
  if (operator === '$null') return (value === null) === operand;
  if (operand === null) return (value === null) === (operator === '$eq');
  if (operator === '$in' && (operand as unknown[]).length === 0) return false;
  if (operator === '$nin' && (operand as unknown[]).length === 0) return true;
  if (value === null) return null;
  const compared = (other: unknown): number => compare(value, other, name);
  switch (operator) {
    case '$eq': return compared(operand) === 0;
    case '$ne': return compared(operand) !== 0;
    case '$gt': return compared(operand) > 0;
    case '$gte': return compared(operand) >= 0;
    case '$lt': return compared(operand) < 0;
    case '$lte': return compared(operand) <= 0;
    case '$in': return (operand as unknown[]).some((one) => compared(one) === 0);
    case '$nin': return !(operand as unknown[]).some((one) => compared(one) === 0);
    case '$between': return compared((operand as unknown[])[0]) >= 0 && compared((operand as unknown[])[1]) <= 0;
    case '$contains': return (value as string).includes(operand as string);
    case '$startsWith': return (value as string).startsWith(operand as string);
    case '$endsWith': return (value as string).endsWith(operand as string);
    default: throw new Error(`no evaluation of ${operator}`);
  }
}

function compare(a: unknown, b: unknown, name: string): number {
  if (name === 'dec') return Number(a) - Number(b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function comparison(orderBy: readonly object[]): (a: Values, b: Values) => number {
  const asked = orderBy.flatMap((one) => Object.entries(one) as [string, string][]);
  const keys = [...asked, ['id', asked.at(-1)?.[1] ?? 'asc'] as const];
  return (a, b) => {
    for (const [name, direction] of keys) {
      if (a[name] === null || b[name] === null) {
        if (a[name] === b[name]) continue;
        return a[name] === null ? 1 : -1;
      }
      const difference = compare(a[name], b[name], name);
      if (difference !== 0) return direction === 'asc' ? difference : -difference;
    }
    return 0;
  };
}
