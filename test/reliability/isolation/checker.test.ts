/** The checker finds what is planted, and nothing in serial histories. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findAnomalies, type Action, type Txn } from './checker.js';

const r = (read: string, ...list: number[]): Action => ({ read, list });
const a = (append: string, value: number): Action => ({ append, value });
let ids = 0;
const t = (...actions: Action[]): Txn => ({ id: ids++, committed: true, actions });
const aborted = (...actions: Action[]): Txn => ({ ...t(...actions), committed: false });
const kinds = (final: Record<string, number[]>, ...history: Txn[]): string[] => [...new Set(findAnomalies(history, new Map(Object.entries(final))).map(({ anomaly }) => anomaly))].sort();

test('planted anomalies are found', () => {
  assert.equal(kinds({ x: [1, 2], y: [2, 1] }, t(a('x', 1), a('y', 1)), t(a('x', 2), a('y', 2))), ['G0']);
  assert.equal(kinds({ x: [] }, aborted(a('x', 1)), t(r('x', 1))), ['G1a', 'order']);
  assert.equal(kinds({ x: [1, 2] }, t(a('x', 1), a('x', 2)), t(r('x', 1))), ['G-single', 'G1b']);
  assert.equal(kinds({ x: [1], y: [1] }, t(a('x', 1), r('y', 1)), t(a('y', 1), r('x', 1))), ['G1c']);
  // Read skew: one sees x before, and y after the other.
  assert.equal(kinds({ x: [1], y: [1] }, t(a('x', 1), a('y', 1)), t(r('x'), r('y', 1))), ['G-single']);
  // Write skew: each reads what the other then writes.
  assert.equal(kinds({ x: [1], y: [1] }, t(r('x'), r('y'), a('x', 1)), t(r('x'), r('y'), a('y', 1))), ['G2-item']);
  // Both read the empty list; the later write wipes out the earlier.
  assert.equal(kinds({ x: [2] }, t(r('x'), a('x', 1)), t(r('x'), a('x', 2))), ['lost-update']);
  assert.equal(kinds({ x: [1] }, t(a('x', 1), r('x'))), ['internal']);
  assert.equal(kinds({ x: [1, 2] }, t(a('x', 1)), t(a('x', 2)), t(r('x', 2))), ['order']);
  // A read-only transaction closes the circle of two that are serializable by themselves.
  assert.equal(kinds({ x: [1], y: [1] }, t(r('x'), r('y'), a('x', 1)), t(a('y', 1)), t(r('y', 1), r('x'))), ['G2-item']);
});

test('circles of three are found, with the transactions in them', () => {
  const history = [t(r('x'), a('y', 1)), t(r('y'), a('z', 1)), t(r('z'), a('x', 1)), t(a('w', 1))];
  const [found] = findAnomalies(history, new Map([['x', [1]], ['y', [1]], ['z', [1]], ['w', [1]]]));
  assert.is(found!.anomaly, 'G2-item');
  assert.equal([...found!.transactions].sort(), history.slice(0, 3).map(({ id }) => id).sort());
});

const plan = fc.array(fc.array(fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.boolean()), { minLength: 1, maxLength: 4 }), { maxLength: 12 });

test('serial histories have none, in whatever order they are told', () => {
  fc.assert(fc.property(plan, fc.infiniteStream(fc.nat()), (txns, chances) => {
    const lists = new Map<string, number[]>([['x', []], ['y', []], ['z', []]]);
    let value = 0;
    const history = txns.map((actions) =>
      t(...actions.map(([key, reads]) => {
        if (reads) return r(key, ...lists.get(key)!);
        lists.get(key)!.push(++value);
        return a(key, value);
      })));
    const shuffled = history.map((txn) => ({ txn, at: chances.next().value as number })).sort((one, other) => one.at - other.at).map(({ txn }) => txn);
    assert.equal(findAnomalies(shuffled, lists), []);
  }), { numRuns: 300 });
});

test('a value swapped in a serial history is found', () => {
  let found = 0;
  fc.assert(fc.property(plan, (txns) => {
    const lists = new Map<string, number[]>();
    let value = 0;
    const history = txns.map((actions) => t(...actions.map(([key]) => {
      lists.set(key, [...(lists.get(key) ?? []), ++value]);
      return a(key, value);
    })));
    const [long] = [...lists].filter(([, list]) => list.length > 1);
    if (long === undefined) return;
    // Somebody read the list with its last two values the other way round.
    const wrong = [...long[1].slice(0, -2), ...long[1].slice(-2).reverse()];
    found++;
    assert.ok(findAnomalies([...history, t(r(long[0], ...wrong))], lists).some(({ anomaly }) => anomaly === 'order'));
  }), { numRuns: 100 });
  assert.ok(found > 10);
});

test.run();
