import { dfError } from '../../errors/dataflow-error.js';
import type { Driver } from '../driver.js';
import { isMissing, loadPackage } from '../load-package.js';
import { PostgresDriver } from './driver.js';
import type { Pg } from './pg.js';
import { PostgresServers, type ServersSettings } from './servers.js';

/** Loads the package `pg` and makes the driver; the first statement connects. DF-404 when the package is missing. */
export function openPostgres(settings: ServersSettings): Driver {
  const loaded = loadPackage('pg');
  if ('error' in loaded) {
    const problem = isMissing(loaded.error, 'pg') ? 'pg not found' : "the package 'pg' is there but cannot be loaded";
    throw dfError('DF-404', { database: 'PostgreSQL', problem, install: 'npm install pg' }, { cause: loaded.error });
  }
  const pg = loaded.value as Pg;
  return settings.readUrl === undefined && settings.directUrl === undefined ? new PostgresDriver(pg, settings) : new PostgresServers(pg, settings);
}
