import type { PoolStats } from '../driver.js';
import type { Turn } from './turn.js';

/** @param opened whether the writer is open; readers that are there are */
export function statsOf(max: number, opened: boolean, writing: Turn, readers: readonly Turn[]): PoolStats {
  let used = writing.used ? 1 : 0;
  let { waiting } = writing.gate;
  for (const reader of readers) {
    if (reader.used) used++;
    waiting += reader.gate.waiting;
  }
  const open = (opened ? 1 : 0) + readers.length;
  return { max, open, idle: Math.max(0, open - used), used, waiting };
}
