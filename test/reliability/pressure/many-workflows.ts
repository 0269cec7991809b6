/**
 * Runs many workflows, of every kind, some failing, and says what memory and connections it has before and after.
 * Arguments: the package, the URL, how many, and whether to `close` the database or to `forget` it.
 */
import { DataFlow, DataFlowError, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';
import { AccountCreateNode, AccountDeleteNode, AccountListNode, AccountUpdateNode, schema } from '../.dataflow/index.js';
import type { Adapter } from '../support/places.js';

const [adapter, url, count, how] = process.argv.slice(2) as [Adapter, string, string, 'close' | 'forget'];

const chain = () =>
  new WorkflowBuilder('chain')
    .withInput<{ id: string }>()
    .addNode(AccountCreateNode, 'open', { balance: 10 })
    .addNode(AccountListNode, 'look', { filter: { balance: { $gte: 10 } }, limit: 2 })
    .addNode(AccountUpdateNode, 'pay', { fields: { balance: 5 } })
    .addNode(AccountDeleteNode, 'end')
    .addFunction('note', (input: { id: string }) => ({ text: `paid ${input.id}` }))
    .addConnection('input', 'id', 'open', 'id')
    .addConnection('open', 'id', 'pay', 'filter.id')
    .addConnection('pay', 'id', 'note', 'id')
    .addConnection('pay', 'id', 'end', 'id');
const kinds = [chain().build(), chain().transaction().build(), chain().addNode(AccountUpdateNode, 'overdraw', { filter: { id: 'nobody' }, fields: { balance: 1 } }).transaction().build()];

const db = new DataFlow({ url, schema, driver: adapter, pool: { max: 5 } });
const runtime = new LocalRuntime(db);
let next = 0;

async function run(amount: number): Promise<void> {
  const end = next + amount;
  const worker = async (): Promise<void> => {
    while (next < end) {
      const i = next++;
      // A stream that is left early holds a connection no longer.
      if (i % 50 === 0) for await (const row of db.models.Account.stream({ batchSize: 1 })) if (row.id !== '') break;
      await runtime.execute(kinds[i % 3]!, { inputs: { id: `w${i}` } }).catch((error: unknown) => {
        if (i % 3 !== 2 || !(error instanceof DataFlowError)) throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
}

function memory(): { heap: number; rss: number } {
  // Twice: the first run finalises, the second collects what that let go of.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

await run(Math.min(500, Number(count)));
const before = memory();
await run(Number(count));
const after = memory();
const { open: connections } = db.metrics().pool;
console.log(JSON.stringify({ heapBefore: before.heap, heapAfter: after.heap, rssBefore: before.rss, rssAfter: after.rss, connections }));
if (how === 'close') {
  await db.close();
  // What a closed socket or file still has to say comes in the next rounds of the event loop.
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  const open = process.getActiveResourcesInfo().filter((name) => !['PipeWrap', 'TTYWrap', 'FSReqCallback', 'Immediate'].includes(name));
  console.log(`handles: ${open.join(', ') || 'none'}`);
} else {
  console.log('done');
}
