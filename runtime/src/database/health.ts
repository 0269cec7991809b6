import type { Driver, Statement } from '../drivers/driver.js';
import { Limit } from '../nodes/limit.js';
import { nameDriverError } from './driver-errors.js';
import type { ErrorMode } from './settings.js';

/** Whether a server answered. */
export interface ServerHealth {
  readonly ok: boolean;
  /** Milliseconds until the answer or the error, the wait for a connection included. */
  readonly latencyMs: number;
  /** Why it is not well: DF-503 when the server cannot be reached, DF-511 when the time was up, DF-501 after `close`, … */
  readonly error?: unknown;
}

/** Whether a database can be worked with. */
export interface DatabaseHealth extends ServerHealth {
  /** The servers one by one: `primary`, and where there are such options `read` (`readUrl`) and `direct` (`directUrl`). */
  readonly servers: Readonly<Record<string, ServerHealth>>;
}

const ping: Statement = { text: 'SELECT 1 AS one', kind: 'read', returns: true };

/**
 * Asks every server for an answer. Never throws.
 * @param driver may throw: that is the primary's health then
 * @param timeoutMs limit for each server, asked at the same time
 */
export async function healthOf(driver: () => Driver, timeoutMs: number, mode: ErrorMode): Promise<DatabaseHealth> {
  let all: Readonly<Record<string, Driver>>;
  try {
    const one = driver();
    all = one.servers ?? { primary: one };
  } catch (error) {
    const primary: ServerHealth = { ok: false, latencyMs: 0, error };
    return { ...primary, servers: { primary } };
  }
  const names = Object.keys(all);
  const healths = await Promise.all(names.map((name) => serverHealth(all[name]!, timeoutMs, mode)));
  const servers = Object.fromEntries(names.map((name, at) => [name, healths[at]!]));
  // Without the replica reads go to the primary, and the direct way is for creating tables only.
  return { ...servers['primary']!, servers };
}

async function serverHealth(driver: Driver, timeoutMs: number, mode: ErrorMode): Promise<ServerHealth> {
  const limit = new Limit('health', { timeoutMs });
  const begun = performance.now();
  const latencyMs = (): number => Math.round((performance.now() - begun) * 100) / 100;
  try {
    // In an async function, so that a driver that throws at once rejects.
    await limit.race((async () => driver.execute(ping, [], limit.signal))());
    return { ok: true, latencyMs: latencyMs() };
  } catch (error) {
    return { ok: false, latencyMs: latencyMs(), error: nameDriverError(limit.explain(error), { operation: 'health', mode }) };
  } finally {
    limit.dispose();
  }
}
