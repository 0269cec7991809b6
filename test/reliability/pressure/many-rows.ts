/**
 * Loads rows from a generator and streams them out again, and says how much memory that took at most.
 * Arguments: the package, the URL, how many rows.
 */
import { DataFlow } from 'dataflow-ts';
import { schema } from '../.dataflow/index.js';
import type { Adapter } from '../support/places.js';

const [adapter, url, count] = process.argv.slice(2) as [Adapter, string, string];
const rows = Number(count);
const batchSize = 1000;

const db = new DataFlow({ url, schema, driver: adapter });
let most = 0;
function look(): void {
  globalThis.gc?.();
  most = Math.max(most, process.memoryUsage().heapUsed);
}

async function* accounts(from: number, to: number) {
  for (let i = from; i < to; i++) yield { id: `a${String(i).padStart(9, '0')}`, balance: i % 1000 };
}

async function load(from: number, to: number): Promise<void> {
  let batches = 0;
  const onProgress = (): void => {
    if (++batches % 20 === 0) look();
  };
  const { inserted } = await db.models.Account.bulkCreate({ data: accounts(from, to), batchSize }, { onProgress });
  if (inserted !== to - from) throw new Error(`${inserted} of ${to - from} rows`);
}

async function readAll(): Promise<number> {
  let read = 0;
  for await (const { id } of db.models.Account.stream({ batchSize })) {
    if (id !== `a${String(read).padStart(9, '0')}`) throw new Error(`${id} at ${read}`);
    if (++read % (20 * batchSize) === 0) look();
  }
  return read;
}

// Compiled code and caches come with the first rows.
await load(0, 40_000);
await readAll();
const few = most;
most = 0;
await load(40_000, rows);
const read = await readAll();
if (read !== rows) throw new Error(`${read} of ${rows} rows`);
await db.close();
console.log(JSON.stringify({ few, many: most }));
