import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Operations } from './contender.js';
import type { Admin } from './databases/database.js';
import type { Random, Workload } from './workloads.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** A contender that passed the check, with its database. */
export interface Entry {
  readonly name: string;
  readonly operations: Operations;
  readonly admin: Admin;
}

/** Operations per second of one contender at one workload, a figure per round. */
export type Rounds = Map<Workload<never>, Map<Entry, number[]>>;

const defaultSlices = 6;
/** Untimed calls before each slice: they wake threads and caches, and take on what the work before has left behind. */
const warmIn = 16;

/** Rounds that do not count: a compiler of hot code needs some thousand calls to see what is hot, and servers make millions. */
const warmUpRounds = 3;

/**
 * Runs every workload on every contender, `rounds` times after those that do not count. A round is cut into slices in which
 * contenders take turns in a shuffled order: so a machine that slows down slows all of them, and none always follows the same one
 * (whose garbage and sleeping threads made identical code differ by up to 1.8 times).
 */
export async function measure(entries: readonly Entry[], all: readonly Workload<never>[], rounds: number, undo: string, onRound: (round: number) => void): Promise<Rounds> {
  const random = randomOf(42);
  const results: Rounds = new Map(all.map((workload) => [workload, new Map()]));
  for (let round = 1 - warmUpRounds; round <= rounds; round++) {
    for (const workload of all) {
      const able = entries.filter(({ operations }) => !workload.optional || operations.workflow !== undefined);
      const others = entries.filter((entry) => !able.includes(entry));
      const times = await measureRound(able, others, workload, round, random);
      if (round <= 0) continue;
      for (const [entry, { seconds, calls }] of times) {
        const figures = results.get(workload)!;
        figures.set(entry, [...(figures.get(entry) ?? []), (calls * (workload.rows ?? 1)) / seconds]);
      }
    }
    for (const { admin } of entries) {
      await admin.execute(undo);
      await admin.tidy();
    }
    collectGarbage();
    await refuseDifferentStates(entries);
    onRound(round);
  }
  return results;
}

interface Times {
  seconds: number;
  calls: number;
}

async function measureRound(entries: readonly Entry[], others: readonly Entry[], workload: Workload<never>, round: number, random: Random): Promise<Map<Entry, Times>> {
  const inputs = workload.inputs(round, random);
  for (const { admin } of entries) if (workload.before) await admin.execute(workload.before(round, (date) => admin.literal(date)));
  const slices = workload.slices ?? defaultSlices;
  const times = new Map(entries.map((entry): [Entry, Times] => [entry, { seconds: 0, calls: 0 }]));
  for (let slice = 0; slice < slices; slice++) {
    const part = inputs.slice(Math.floor((slice * inputs.length) / slices), Math.floor(((slice + 1) * inputs.length) / slices));
    if (part.length === 0) continue;
    for (const entry of shuffled(entries, random)) {
      // What a contender does to its input must not reach the next one.
      const own = structuredClone(part);
      for (let i = 0; i < warmIn; i++) {
        if (workload.repeatable) await workload.perform(entry.operations, structuredClone(part[i % part.length]!));
        else await entry.operations.read(`u-${i}`);
      }
      const time = times.get(entry)!;
      time.seconds += await timed(entry, workload, own);
      time.calls += own.length;
    }
  }
  // Not timed: their databases must hold the same rows afterwards.
  for (const { operations } of others) for (const input of inputs) await operations.checkout(structuredClone(input));
  return times;
}

async function timed({ operations }: Entry, workload: Workload<never>, inputs: readonly never[]): Promise<number> {
  collectGarbage({ type: 'minor' });
  const start = process.hrtime.bigint();
  if (workload.atOnce === undefined) {
    for (const input of inputs) await workload.perform(operations, input);
  } else {
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < inputs.length) await workload.perform(operations, inputs[next++]!);
    };
    await Promise.all(Array.from({ length: workload.atOnce }, worker));
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** After the same inputs all databases must hold the same rows, or contenders no longer do the same work. */
async function refuseDifferentStates(entries: readonly Entry[]): Promise<void> {
  const bySum = new Map<string, string[]>();
  for (const { name, admin } of entries) {
    const sum = await admin.checksum();
    bySum.set(sum, [...(bySum.get(sum) ?? []), name]);
  }
  if (bySum.size === 1) return;
  throw new Error(`The databases differ after the same work:\n${[...bySum].map(([sum, names]) => `  ${sum} in ${names.join(', ')}`).join('\n')}`);
}

/** Numbers that are the same in every run (a linear congruential generator; the constants are those of Numerical Recipes). */
function randomOf(first: number): Random {
  let state = first;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
