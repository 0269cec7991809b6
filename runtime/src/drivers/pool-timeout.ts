import { callSiteOf, placeText } from '../errors/call-site.js';
import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import type { Holder, PoolStats } from './driver.js';

/** Who has had a connection for the longest time. */
export interface OldestHolder extends Holder {
  readonly heldMs: number;
}

/**
 * DF-534, for who waited in vain for a connection, or on SQLite for the database.
 * @param waitedMs milliseconds
 * @param stats of the pool at this moment
 * @param oldest undefined when none is held, as while the server lets nobody in
 */
export function poolTimeout(waitedMs: number, stats?: PoolStats, oldest?: OldestHolder): DataFlowError {
  const state = stats === undefined ? 'another one has it' : `${stats.used} of ${stats.max} in use, ${stats.idle} idle, ${stats.waiting} waiting`;
  return dfError('DF-534', { waitedMs, state, holder: holderText(oldest) }, { context: { ...(stats && { pool: stats }) } });
}

function holderText(oldest: OldestHolder | undefined): string {
  if (oldest === undefined) return 'no connection is held; those that are being opened are not there yet';
  const callSite = callSiteOf(oldest.opened?.stack);
  const held = oldest.heldMs < 1000 ? `${Math.round(oldest.heldMs)} ms` : `${(oldest.heldMs / 1000).toFixed(1)} s`;
  return `held the longest, for ${held}: ${oldest.what}${callSite === undefined ? '' : `, at ${placeText(callSite)}`}`;
}
