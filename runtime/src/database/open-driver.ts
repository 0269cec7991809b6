import type { Driver } from '../drivers/driver.js';
import { poolTimeout } from '../drivers/pool-timeout.js';
import { openPostgres } from '../drivers/postgres/open.js';
import type { ReplicaState } from '../drivers/postgres/replica.js';
import { openSqlite, type SqliteAdapterName } from '../drivers/sqlite/open.js';
import { nameDriverError } from './driver-errors.js';
import type { Logger } from './logger.js';
import type { Settings } from './settings.js';
import type { Location } from './url.js';

/** More connections than this were measured to gain nothing on a file. */
const sqliteReaders = 4;

/** Loads the driver's package and makes the driver; nothing is opened before the first statement. DF-404 when the package is missing. */
export function openDriver(settings: Settings): Driver {
  const { location, driver, pool } = settings;
  if (location.dialect === 'postgres') return postgresDriver(settings, location.url);
  const { max, acquireTimeoutMs } = pool;
  const { file, inMemory } = location;
  const readers = inMemory ? 0 : Math.min(max - 1, sqliteReaders);
  return openSqlite({ file, inMemory, readers, acquireTimeoutMs, onTimeout: poolTimeout }, driver as SqliteAdapterName | undefined);
}

function postgresDriver({ readLocation, directLocation, pool, timeouts, tls, pooling, logger }: Settings, url: string): Driver {
  return openPostgres({
    ...pool, url, readUrl: urlOf(readLocation), directUrl: urlOf(directLocation), connectMs: timeouts.connectMs, timeouts, tls, pooling,
    onTimeout: poolTimeout, onReplica: (state, error) => noteReplica(logger, state, error),
  });
}

function urlOf(location: Location | undefined): string | undefined {
  return location?.dialect === 'postgres' ? location.url : undefined;
}

function noteReplica(logger: Logger | undefined, state: ReplicaState, error: unknown): void {
  try {
    if (state === 'back') logger?.info('The read replica answers again');
    else logger?.warn('The read replica failed; reads go to the primary', { error: (nameDriverError(error, { operation: 'read' }) as Error).message });
  } catch {
    // A logger that fails ends no read.
  }
}
