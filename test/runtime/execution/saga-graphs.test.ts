import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { later, places, type Place } from '../database/places.js';
import { node, schema } from './models.js';

/**
 * Random graphs of operations and functions, of which some fail, some can be undone, and some of those fail at that. Whatever
 * happens: what is undone is what had finished and can be undone, in the reverse order of completion, and the rows say the same.
 */

const CreateUser = node('UserCreateNode');
const DeleteUser = node('UserDeleteNode');
const ListUsers = node('UserListNode');

interface Part {
  readonly isOperation: boolean;
  readonly ms: number;
  readonly fails: boolean;
  readonly undo: 'none' | 'works' | 'fails';
}

const part: fc.Arbitrary<Part> = fc.record({
  isOperation: fc.boolean(),
  ms: fc.nat(2),
  fails: fc.integer({ min: 0, max: 9 }).map((n) => n < 2),
  undo: fc.constantFrom('none', 'works', 'works', 'works', 'fails'),
});
const graphs = fc.array(part, { minLength: 1, maxLength: 9 }).chain((parts) => {
  const pairs = parts.flatMap((_, a) => parts.slice(a + 1).map((__, n): [number, number] => [a, a + n + 1]));
  return fc.record({ parts: fc.constant(parts), edges: fc.subarray(pairs, { maxLength: Math.min(12, pairs.length) }) });
});

let runs = 0;

function define(place: Place): void {
  const test = suite(place.name);
  let db: DataFlow;
  test.before(() => void (db = place.open({ schema: schema as never }) as unknown as DataFlow));
  test.after(async () => {
    await db.close();
    await place.remove();
  });

  /** Runs one graph, on the pool or in a transaction, and checks what came of it. */
  async function check(parts: readonly Part[], edges: readonly (readonly [number, number])[], inTransaction: boolean): Promise<void> {
    // Without any compensation a workflow is no saga, and its failure takes the transaction along.
    if (inTransaction) fc.pre(parts.some(({ undo }) => undo !== 'none'));
    const prefix = `g${++runs}-`;
    const taken = `${prefix}taken`;
    await db.execute(CreateUser, { id: taken, name: 'n', email: taken });
    const finished: string[] = [];
    const undone: string[] = [];
    const wf = new WorkflowBuilder('random');
    parts.forEach(({ isOperation, ms, fails, undo }, n) => {
      const id = `n${n}`;
      const before = edges.filter(([, b]) => b === n).map(([a]) => `n${a}`);
      const options = before.length === 0 ? {} : { when: Object.fromEntries(before.map((one) => [one, {}])) };
      if (isOperation) {
        wf.addNode(CreateUser, id, { id: `${prefix}${n}`, name: 'n', email: fails ? taken : `${prefix}${n}` }, options);
      } else {
        wf.addFunction(id, async () => {
          if (ms > 0) await later(ms);
          if (fails) throw new Error(id);
          finished.push(id);
          return {};
        }, options);
      }
      if (undo === 'works' && isOperation) wf.compensate(id, DeleteUser, { from: { id: 'id' } });
      else if (undo !== 'none') {
        wf.compensate(id, () => {
          if (undo === 'fails') throw new Error(`undo ${id}`);
          undone.push(id);
        });
      }
    });
    const workflow = wf.build();
    const run = (database: DataFlow): Promise<DataFlowError | undefined> =>
      new LocalRuntime(database).execute(workflow).then(() => undefined, (error: unknown) => error as DataFlowError);
    const error = inTransaction ? await db.transaction((tx) => run(tx as unknown as DataFlow)) : await run(db);

    // Everything up to the level of the first failure has run, nothing behind it.
    const levels = parts.map(() => 0);
    for (let n = 0; n < parts.length; n++) levels[n] = 1 + Math.max(0, ...edges.filter(([, b]) => b === n).map(([a]) => levels[a]!));
    const last = Math.min(...parts.flatMap(({ fails }, n) => (fails ? [levels[n]!] : [])));
    const completed = parts.flatMap(({ fails }, n) => (!fails && levels[n]! <= last ? [n] : []));
    const withUndo = (undo: Part['undo']) => (error === undefined ? [] : completed.filter((n) => parts[n]!.undo === undo));
    const names = (numbers: readonly number[]) => numbers.map((n) => `n${n}`).sort();
    const compensated = [...((error?.context['compensated'] ?? []) as string[])];
    const failures = ((error?.context['failures'] ?? []) as DataFlowError[]).map(({ context }) => String(context.node));

    assert.is(error === undefined, last === Infinity, 'a failure, and nothing else, ends a run');
    assert.equal([...compensated].sort(), names(withUndo('works')));
    assert.equal([...failures].sort(), names(withUndo('fails')).map((id) => `undo(${id})`));
    const levelOf = (id: string) => levels[Number(id.slice(1))]!;
    assert.equal(compensated.map(levelOf), compensated.map(levelOf).sort((a, b) => b - a), 'later levels first');
    const isFunction = (id: string) => !parts[Number(id.slice(1))]!.isOperation;
    assert.equal(compensated.filter(isFunction), finished.filter((id) => compensated.includes(id)).reverse(), 'within a level, what finished last first');
    assert.equal(undone, compensated.filter(isFunction));
    if (error !== undefined) {
      const original = error.code === 'DF-556' ? (error.cause as DataFlowError) : error;
      const failed = Number(String(original.context.node).slice(1));
      assert.is(original.code, parts[failed]!.isOperation ? 'DF-530' : 'DF-550');
      assert.equal([parts[failed]!.fails, levels[failed]], [true, last]);
      assert.is(error.code === 'DF-556', failures.length > 0);
    }
    const { records } = await db.execute(ListUsers, { filter: { id: { $startsWith: prefix, $ne: taken } }, limit: 100 });
    const stands = completed.filter((n) => parts[n]!.isOperation && (error === undefined || parts[n]!.undo !== 'works'));
    assert.equal(records.map(({ id }: { id: string }) => id).sort(), stands.map((n) => `${prefix}${n}`).sort());
  }

  test('undone = finished and undoable, in the reverse order of completion', async () => {
    await fc.assert(fc.asyncProperty(graphs, ({ parts, edges }) => check(parts, edges, false)), { numRuns: 60 });
  });

  test('the same in a transaction, which is committed with what is left', async () => {
    await fc.assert(fc.asyncProperty(graphs, ({ parts, edges }) => check(parts, edges, true)), { numRuns: 25 });
  });

  test.run();
}

for (const place of await places('saga_graphs')) define(place);
