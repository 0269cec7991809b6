import type { ChildProcess } from 'node:child_process';
import * as assert from 'uvu/assert';
import { wireTo } from '../faults/wire.js';
import { ended, programOf, startNode } from '../support/child.js';
import type { Place } from '../support/places.js';

const worker = programOf(new URL('./worker.ts', import.meta.url));

export type When = 'before' | 'during';

/** A run of the worker: what it said was done, and how it ended. */
export interface Run {
  readonly said: readonly string[];
  readonly killed: boolean;
  /** Statements it sent, when it came to its end. */
  readonly statements: number;
}

/**
 * Runs the worker and kills it with SIGKILL at a statement. `before`: the database has not seen the statement; `during`: the
 * database has it, and nobody is there for the answer.
 * @param killAt 0 lets it come to its end
 */
export async function runAndKill(place: Place, killAt: number, when: When): Promise<Run> {
  if (place.dialect === 'sqlite') {
    const run = await runOf(start(place, place.url, killAt, when));
    return { ...run, statements: Number(run.said.find((one) => one.startsWith('statements '))?.split(' ')[1]) };
  }
  const wire = await wireTo(place);
  try {
    let statements = 0;
    const child = start(place, wire.url, 0, when);
    wire.decide = () => {
      if (++statements !== killAt) return 'pass';
      child.kill('SIGKILL');
      return when === 'before' ? 'lost before' : 'pass';
    };
    const run = await runOf(child);
    return { ...run, statements };
  } finally {
    await wire.close();
  }
}

function start(place: Place, url: string, killAt: number, when: When): ChildProcess {
  return startNode([worker, place.name, url, String(killAt), when]);
}

async function runOf(child: ChildProcess): Promise<Omit<Run, 'statements'>> {
  const { said, code, signal } = await ended(child);
  if (signal !== 'SIGKILL') assert.is(code, 0, 'the worker failed by itself');
  return { said, killed: signal === 'SIGKILL' };
}

const wholeWork = ['t0', 't1', 't2', 'w0', 'w1'];

/** What holds after a crash at any moment, seen on a connection of the bare package. */
export async function checkInvariants(place: Place, said: readonly string[]): Promise<void> {
  const tables = await place.raw(place.dialect === 'sqlite' ? 'SELECT name FROM sqlite_master' : `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`);
  const rows = async (table: string, text: string): Promise<unknown[][]> => (tables.some(([name]) => name === table) ? place.raw(text) : []);
  if (place.dialect === 'sqlite') assert.equal(await place.raw('PRAGMA integrity_check'), [['ok']]);

  const accounts = await rows('accounts', 'SELECT id, balance FROM accounts');
  const transfers = await rows('transfers', 'SELECT id, from_id, to_id, amount FROM transfers ORDER BY id');
  const notes = await rows('notes', 'SELECT id FROM notes');
  // All or nothing.
  assert.ok(accounts.length === 0 || accounts.length === 3, `${accounts.length} of 3 accounts`);
  assert.ok(notes.length === 0 || notes.length === 30, `${notes.length} of 30 notes`);
  // At most once, and money is neither made nor lost: the balances follow from the transfers that are there.
  const expected = new Map(accounts.map(([id]) => [id, 100]));
  for (const [, from, to, amount] of transfers) {
    expected.set(from, expected.get(from)! - Number(amount));
    expected.set(to, expected.get(to)! + Number(amount));
  }
  assert.equal(new Map(accounts.map(([id, balance]) => [id, Number(balance)])), expected);
  // What was reported as done is done.
  const there = new Set(transfers.map(([id]) => id));
  for (const id of said.filter((one) => wholeWork.includes(one))) assert.ok(there.has(id), `${id} was committed, and is gone`);
  if (said.includes('notes')) assert.is(notes.length, 30);
}

/** After a last run that nobody disturbed: everything is done, and once. */
export async function checkFinished(place: Place): Promise<void> {
  const transfers = await place.raw('SELECT id FROM transfers ORDER BY id');
  assert.equal(transfers.map(([id]) => id), wholeWork);
  assert.equal((await place.raw('SELECT balance FROM accounts ORDER BY id')).map(([balance]) => Number(balance)), [70, 116, 114]);
}
