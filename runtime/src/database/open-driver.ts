import { dfError } from '../errors/dataflow-error.js';
import type { Driver } from '../drivers/driver.js';
import { openPostgres } from '../drivers/postgres/open.js';
import { openSqlite, type SqliteAdapterName } from '../drivers/sqlite/open.js';
import type { Settings } from './options.js';

/** More connections than this were measured to gain nothing on a file. */
const sqliteReaders = 4;

/** Loads the driver's package and makes the driver; nothing is opened before the first statement. DF-404 when the package is missing. */
export function openDriver({ location, driver, pool }: Settings): Driver {
  const { max, acquireTimeoutMs, idleTimeoutMs } = pool;
  const onTimeout = (waitedMs: number): Error => dfError('DF-534', { waitedMs });
  if (location.dialect === 'postgres') return openPostgres({ url: location.url, max, acquireTimeoutMs, idleTimeoutMs, onTimeout });
  const { file, inMemory } = location;
  const readers = inMemory ? 0 : Math.min(max - 1, sqliteReaders);
  return openSqlite({ file, inMemory, readers, acquireTimeoutMs, onTimeout }, driver as SqliteAdapterName | undefined);
}
