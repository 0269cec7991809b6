/**
 * Speed beside the raw driver and the peers, those of a table in one process and one run. Options:
 *
 *     --db node:sqlite         one of sqlite, node:sqlite, postgres (all, one after the other, when absent)
 *     --rounds 7               rounds that count
 *     --operations 500         calls of the plainest workload in a round (1000, and 300 on PostgreSQL)
 *     --only dataflow,prisma   contenders whose name holds one of the texts; the base always runs
 *     --work read,list         workloads whose name holds one of the texts
 *     --no-report              prints the table and leaves docs/performance.md alone
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hasNodeSqlite, nodeWithSqlite } from '../../scripts/setup.mjs';
import { databaseKinds, type Contender, type DatabaseKind } from './contender.js';
import { check } from './check.js';
import { contendersOn } from './contenders.js';
import type { Databases } from './databases/database.js';
import { measure, type Entry } from './measure.js';
import { fileNameOf, ratiosOf, tableOf, type RunResult } from './ratios.js';
import { undo, workloads } from './workloads.js';

const folder = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    db: { type: 'string' }, rounds: { type: 'string', default: '7' }, operations: { type: 'string' },
    only: { type: 'string' }, work: { type: 'string' }, 'no-report': { type: 'boolean', default: false },
  },
});
const wanted = (list: string | undefined, name: string): boolean => list === undefined || list.split(',').some((text) => name.toLowerCase().includes(text.trim().toLowerCase()));

async function databasesFor(kind: DatabaseKind, data: string): Promise<Databases> {
  if (kind === 'postgres') return (await import('./databases/postgres.js')).postgresDatabases();
  return (await import('./databases/sqlite.js')).sqliteDatabases(data, kind === 'sqlite' ? 'better-sqlite3' : 'node:sqlite');
}

async function run(kind: DatabaseKind): Promise<RunResult> {
  const data = mkdtempSync(join(tmpdir(), 'dataflow-bench-'));
  const databases = await databasesFor(kind, data);
  const entries: (Entry & Pick<Contender, 'role'>)[] = [];
  try {
    for (const contender of await contendersOn(kind)) {
      if (contender.role !== 'base' && !wanted(options.only, contender.name)) continue;
      const { place, admin } = await databases.make(contender);
      const operations = await contender.open(place);
      entries.push({ name: contender.name, role: contender.role, operations, admin });
      await check(operations).catch((error: unknown) => {
        throw new Error(`${contender.name} does not do the work: ${(error as Error).message}`, { cause: error });
      });
      await admin.execute(undo);
    }
    const [rounds, calls] = [Number(options.rounds), Number(options.operations ?? (kind === 'postgres' ? 300 : 1000))];
    const work = workloads(calls, 10_000, 64).filter(({ name }) => wanted(options.work, name));
    const start = performance.now();
    const progress = (round: number): void => console.error(`${databases.version}: round ${round} of ${rounds}, ${((performance.now() - start) / 1000).toFixed(0)} s, load ${loadavg()[0]!.toFixed(1)}`);
    const figures = await measure(entries, work, rounds, undo, progress);
    const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
    return ratiosOf({ kind, database: databases.version, rounds, calls, machine, date: new Date().toISOString().slice(0, 10) }, entries, figures);
  } finally {
    for (const { operations, admin } of entries) {
      await operations.close();
      await admin.close();
    }
    await databases.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** The same run for `node:sqlite` alone, under a Node that has it. */
function runUnderNewerNode(): void {
  const { status } = spawnSync(nodeWithSqlite(), ['--import', 'tsx', import.meta.filename, ...process.argv.slice(2), '--db', 'node:sqlite'], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the run on node:sqlite ended with ${status}`);
}

const kinds = databaseKinds.filter((kind) => options.db === undefined || kind === options.db);
if (kinds.length === 0) throw new Error(`--db ${options.db}: ${databaseKinds.join(', ')} are known`);
for (const kind of kinds) {
  if (kind === 'node:sqlite' && !hasNodeSqlite) {
    runUnderNewerNode();
    continue;
  }
  const result = await run(kind);
  console.log(tableOf(result));
  if (options['no-report']) continue;
  const results = join(folder, '../results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `run-${fileNameOf(kind)}.json`), `${JSON.stringify(result, null, 1)}\n`);
}
if (!options['no-report']) await (await import('../report/report.js')).writeReport();
// A pool that a peer keeps open must not keep a finished run alive.
process.exit();
