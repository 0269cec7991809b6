import { targets } from '../harness.js';
import { anyQuery } from './any-query.js';
import { batchedReads } from './batched-reads.js';
import { bulk } from './bulk.js';
import { bulkCreate } from './bulk-create.js';
import { columnTypes } from './column-types.js';
import { constraints } from './constraints.js';
import { filters } from './filters.js';
import { filtersByType } from './filters-by-type.js';
import { keys } from './keys.js';
import { lifecycle } from './lifecycle.js';
import { limits } from './limits.js';
import { lists } from './lists.js';
import { misuse } from './misuse.js';
import { names } from './names.js';
import { rowLocks } from './row-locks.js';
import { singleRows } from './single-rows.js';
import { streams } from './streams.js';
import { transactions } from './transactions.js';
import { upserts } from './upserts.js';

const suites = [
  singleRows, batchedReads, filters, filtersByType, lists, anyQuery, upserts, bulkCreate, bulk, constraints, keys, transactions, limits, rowLocks, streams, lifecycle, names, misuse, columnTypes,
];

/** Runs every suite on every driver, or the one of this name. */
export function runSuites(wanted?: string): void {
  const chosen = suites.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0) throw new Error(`SUITE=${wanted} is none of ${suites.map(({ name }) => name).join(', ')}`);
  for (const target of targets()) for (const define of chosen) define(target);
}
