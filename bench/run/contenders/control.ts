import type { Contender } from '../contender.js';
import { open as openSqlite } from './raw-better-sqlite3.js';
import { open as openPostgres } from './raw-pg.js';

/**
 * The base a second time, on a copy of its own. Its true ratio is 1.00, so its distance from 1.00 is the error of the run:
 * smaller differences between contenders mean nothing.
 */
export const contender: Contender = {
  name: 'base again (control)',
  databases: ['sqlite', 'postgres'],
  role: 'control',
  open: (place) => (place.kind === 'sqlite' ? openSqlite(place) : openPostgres(place)),
};
