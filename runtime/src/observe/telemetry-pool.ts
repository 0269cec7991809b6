import type { Driver } from '../drivers/driver.js';
import type { Place } from './activity.js';
import type { BatchResult, Meter } from './opentelemetry.js';

/** Names in use: each pool of the process needs one of its own. */
const names = new Set<string>();

/**
 * Shows a pool's connections as OpenTelemetry metrics; their conventions are still in development.
 * @returns ends it
 */
export function observePool(meter: Meter, driver: Driver, { database, host, port }: Place): () => void {
  const name = freeName(host === undefined ? database : `${host}:${port}/${database}`);
  const attributes = { 'db.client.connection.pool.name': name };
  const unit = '{connection}';
  const count = meter.createObservableUpDownCounter('db.client.connection.count', { unit, description: 'Connections that are in the state.' });
  const max = meter.createObservableUpDownCounter('db.client.connection.max', { unit, description: 'Most connections there can be.' });
  const pending = meter.createObservableUpDownCounter('db.client.connection.pending_requests', { unit: '{request}', description: 'Calls that wait for a connection.' });
  const instruments = [count, max, pending];
  const callback = (result: BatchResult): void => {
    const stats = driver.stats();
    for (const state of ['idle', 'used'] as const) result.observe(count, stats[state], { ...attributes, 'db.client.connection.state': state });
    result.observe(max, stats.max, attributes);
    result.observe(pending, stats.waiting, attributes);
  };
  meter.addBatchObservableCallback(callback, instruments);
  return () => {
    meter.removeBatchObservableCallback(callback, instruments);
    names.delete(name);
  };
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let number = 2; names.has(name); number++) name = `${wanted}#${number}`;
  names.add(name);
  return name;
}
