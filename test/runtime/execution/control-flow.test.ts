import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import type { FunctionContext } from '../../../runtime/src/workflow/builder-types.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { fails, later } from '../database/places.js';

const db = new DataFlow(':memory:');
const runtime = new LocalRuntime(db);
test.after(() => db.close());

/** Every (a, b) with a < b < size. */
function pairs(size: number): [number, number][] {
  return Array.from({ length: size }, (_, a) => Array.from({ length: size - a - 1 }, (_, n): [number, number] => [a, a + n + 1])).flat();
}

test('any graph: each node runs once, after what feeds it, level by level in the order of declaration', async () => {
  // Edges lead from a lower to a higher rank; the nodes are declared in any order.
  const graphs = fc.integer({ min: 2, max: 12 }).chain((size) =>
    fc.record({
      order: fc.shuffledSubarray(Array.from({ length: size }, (_, i) => i), { minLength: size }),
      edges: fc.subarray(pairs(size), { maxLength: Math.min(25, pairs(size).length) }),
      delays: fc.array(fc.nat(2), { minLength: size, maxLength: size }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(graphs, async ({ order, edges, delays }) => {
      const log: string[] = [];
      const wf = new WorkflowBuilder('random');
      for (const n of order) {
        wf.addFunction(`n${n}`, async (input: Record<string, number>) => {
          log.push(`start ${n}`);
          if (delays[n]! > 0) await later(delays[n]!);
          log.push(`end ${n}`);
          return { sum: Object.values(input).reduce((a, b) => a + b, 1) };
        });
      }
      for (const [a, b] of edges) wf.addConnection(`n${a}`, 'sum', `n${b}`, `from${a}`);
      const workflow = wf.build();
      const { results } = await runtime.execute(workflow);
      const starts = log.filter((line) => line.startsWith('start'));
      assert.is(new Set(starts).size, order.length);
      assert.is(starts.length, order.length);
      for (const [a, b] of edges) assert.ok(log.indexOf(`end ${a}`) < log.indexOf(`start ${b}`));
      // Number of paths that end in a node, counted independently.
      const expected = order.map(() => 0);
      for (let n = 0; n < order.length; n++) expected[n] = edges.filter(([, b]) => b === n).reduce((sum, [a]) => sum + expected[a]!, 1);
      assert.equal(order.map((n) => results[`n${n}`].sum), order.map((n) => expected[n]));
      const before = [...starts];
      log.length = 0;
      await runtime.execute(workflow);
      assert.equal(log.filter((line) => line.startsWith('start')), before);
      const level = (n: number): number => 1 + Math.max(-1, ...edges.filter(([, b]) => b === n).map(([a]) => level(a)));
      const wanted = [...order].sort((a, b) => level(a) - level(b) || order.indexOf(a) - order.indexOf(b));
      assert.equal(before, wanted.map((n) => `start ${n}`));
    }),
    { numRuns: 40 },
  );
});

test('independent nodes run at once', async () => {
  const wf = new WorkflowBuilder('w');
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  wf.addFunction('waits', () => gate);
  wf.addFunction('opens', () => open());
  await runtime.execute(wf.build());
});

test('what comes in has any name, and leaves what it comes from as it is', async () => {
  const wf = new WorkflowBuilder('w');
  const gathered: Record<string, unknown>[] = [];
  const given = { point: { x: 1, y: 2 } };
  wf.addFunction('__proto__', () => given);
  wf.addFunction('copy', (input: Record<string, unknown>) => void gathered.push(input));
  for (const [output, input] of [['point', 'p.q'], ['point.x', 'p.y'], ['point.y', 'p.deep.z'], ['point', '__proto__'], ['point.x', 'a.__proto__']] as const) {
    wf.addConnection('__proto__', output, 'copy', input);
  }
  const { results } = await runtime.execute(wf.build());
  assert.equal(Object.keys(results), ['__proto__', 'copy']);
  assert.equal(given, { point: { x: 1, y: 2 } });
  assert.is(JSON.stringify(gathered), '[{"p":{"q":{"x":1,"y":2},"y":1,"deep":{"z":2}},"__proto__":{"x":1,"y":2},"a":{"__proto__":1}}]');
});

test('another attempt after a failure, with growing waits', async () => {
  let attempts = 0;
  const wf = new WorkflowBuilder('w');
  const start = performance.now();
  wf.addFunction('flaky', () => {
    if (++attempts < 4) throw new Error('not yet');
    return attempts;
  }, { retry: { max: 3, backoffMs: 5 } });
  assert.is((await runtime.execute(wf.build())).results.flaky, 4);
  assert.ok(performance.now() - start >= 33);
  attempts = -1;
  await fails('DF-550', () => runtime.execute(wf.build()));
  assert.is(attempts, 3);
});

test('a time limit, which the function can see', async () => {
  let signal: AbortSignal | undefined;
  const wf = new WorkflowBuilder('w');
  wf.addFunction('slow', async (_: object, context: FunctionContext) => {
    signal = context.signal;
    await later(100);
  }, { timeoutMs: 10, retry: { max: 1 } });
  const error = await fails('DF-552', () => runtime.execute(wf.build()));
  assert.is(error.context.node, 'slow');
  assert.ok(signal?.aborted);
});

test('a function is told its run, and has a signal even where nothing can end the run', async () => {
  const seen: string[] = [];
  const wf = new WorkflowBuilder('w');
  for (const name of ['a', 'b']) {
    wf.addFunction(name, (_: object, context: FunctionContext) => {
      assert.is(context.signal, context.signal);
      assert.not(context.signal.aborted);
      seen.push(context.runId);
    });
  }
  const { runId } = await runtime.execute(wf.build());
  assert.equal(seen, [runId, runId]);
});

test('an abort ends the run between nodes, also while it waits for another attempt', async () => {
  const controller = new AbortController();
  const ran: string[] = [];
  const wf = new WorkflowBuilder('w');
  wf.addFunction('first', async () => {
    ran.push('first');
    controller.abort(new Error('enough'));
    return { n: 1 };
  });
  wf.addFunction('second', (input: { n: number }) => ran.push(`second ${input.n}`));
  wf.addConnection('first', 'n', 'second', 'n');
  const error = await fails('DF-553', () => runtime.execute(wf.build(), { signal: controller.signal }));
  assert.equal(ran, ['first']);
  assert.match((error.cause as Error).message, 'enough');

  const waiting = new WorkflowBuilder('w');
  waiting.addFunction('fails', () => Promise.reject(new Error('no')), { retry: { max: 5, backoffMs: 60_000 } });
  await fails('DF-553', () => runtime.execute(waiting.build(), { signal: AbortSignal.timeout(10) }));
});

test('what a runtime refuses', async () => {
  await fails('DF-802', () => new LocalRuntime(':memory:' as never));
  const wf = new WorkflowBuilder('w');
  wf.addFunction('one', () => 1);
  await fails('DF-803', () => runtime.execute({ ...wf.build(), functions: new Map() }));
});

test.run();
