import { setTimeout as sleep } from 'node:timers/promises';
import type { IsolationLevel } from 'dataflow-ts';
import type { Db } from '../support/places.js';
import { findAnomalies, type Anomaly, type Txn } from './checker.js';
import { finalLists, makeLists, Recorder } from './workload.js';

/** What transaction 0 or 1 does next; `end`: the other steps wait for its COMMIT. */
type Step = readonly [transaction: 0 | 1, work: ((recorder: Recorder) => Promise<unknown>) | 'end'];

/** The shortest ways to the anomalies that programs meet. */
export const stepByStep: { readonly [A in Anomaly]?: () => readonly Step[] } = {
  'lost-update': () => {
    const lists: (readonly number[])[] = [];
    const read = (one: 0 | 1): Step => [one, async (recorder) => (lists[one] = await recorder.read('k0'))];
    const write = (one: 0 | 1): Step => [one, (recorder) => recorder.write('k0', lists[one]!, one + 1)];
    return [read(0), read(1), write(0), [0, 'end'], write(1), [1, 'end']];
  },
  'G-single': () => [
    [0, (recorder) => recorder.read('k0')],
    [1, (recorder) => recorder.append('k0', 1)],
    [1, (recorder) => recorder.append('k1', 2)],
    [1, 'end'],
    [0, (recorder) => recorder.read('k1')],
    [0, 'end'],
  ],
  'G2-item': () => [
    [0, (recorder) => recorder.read('k1')],
    [1, (recorder) => recorder.read('k0')],
    [0, (recorder) => recorder.append('k0', 1)],
    [1, (recorder) => recorder.append('k1', 2)],
    [0, 'end'],
    [1, 'end'],
  ],
};

/** A step that has not come back by then waits for the other transaction; the next one is let go. */
const longestMs = 150;

/** Runs two transactions step by step. One that has to begin again does so on its own. */
export async function interleaved(db: Db, isolation: IsolationLevel, steps: readonly Step[]): Promise<Anomaly[]> {
  await makeLists(db, 2);
  const go = steps.map(() => signal());
  const done = steps.map(() => signal());
  const txns: Txn[] = [];
  const run = async (one: 0 | 1): Promise<void> => {
    const attempts: Recorder[] = [];
    await db.transaction(
      async (tx) => {
        const recorder = new Recorder(tx as never);
        attempts.push(recorder);
        for (const [i, [transaction, work]] of steps.entries()) {
          if (transaction !== one || work === 'end') continue;
          await go[i]!.given;
          await work(recorder);
          done[i]!.give();
        }
      },
      { isolation },
    );
    attempts.forEach(({ actions }, i) => txns.push({ id: one * 100 + i, committed: i === attempts.length - 1, actions }));
    steps.forEach(([transaction, work], i) => transaction === one && work === 'end' && done[i]!.give());
  };
  const both = Promise.all([run(0), run(1)]);
  for (const [i] of steps.entries()) {
    go[i]!.give();
    await Promise.race([done[i]!.given, both, sleep(longestMs)]);
  }
  await both;
  return findAnomalies(txns, await finalLists(db)).map(({ anomaly }) => anomaly);
}

function signal(): { readonly given: Promise<void>; give(): void } {
  let give!: () => void;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}
