/**
 * Speed beside the raw driver and the peers, in one process and one run. Options:
 *
 *     --db sqlite|postgres     one of the two (both, one after the other, when absent)
 *     --rounds 9               rounds that count
 *     --operations 300         calls of the plainest workload in a round
 *     --only dataflow,prisma   contenders whose name holds one of the texts; the base always runs
 *     --work read,list         workloads whose name holds one of the texts
 *     --no-report              prints the table and leaves docs/performance.md alone
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Contender, DatabaseKind } from './contender.js';
import { check } from './check.js';
import type { Databases } from './databases/database.js';
import { measure, type Entry } from './measure.js';
import { ratiosOf, tableOf, type RunResult } from './ratios.js';
import { undo, workloads } from './workloads.js';

const folder = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    db: { type: 'string' }, rounds: { type: 'string', default: '9' }, operations: { type: 'string', default: '300' },
    only: { type: 'string' }, work: { type: 'string' }, 'no-report': { type: 'boolean', default: false },
  },
});
const wanted = (list: string | undefined, name: string): boolean => list === undefined || list.split(',').some((text) => name.toLowerCase().includes(text.trim().toLowerCase()));

async function contendersFor(kind: DatabaseKind): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const file of readdirSync(join(folder, 'contenders')).filter((name) => name.endsWith('.ts')).sort()) {
    const { contender } = (await import(`./contenders/${file}`)) as { contender: Contender };
    if (contender.databases.includes(kind) && (contender.role === 'base' || wanted(options.only, contender.name))) contenders.push(contender);
  }
  const rank = ['base', 'control', 'raw', 'ours', 'peer'];
  return contenders.sort((a, b) => rank.indexOf(a.role) - rank.indexOf(b.role) || a.name.localeCompare(b.name));
}

async function run(kind: DatabaseKind): Promise<RunResult> {
  const data = mkdtempSync(join(tmpdir(), 'dataflow-bench-'));
  const databases: Databases =
    kind === 'sqlite' ? await (await import('./databases/sqlite.js')).sqliteDatabases(data) : await (await import('./databases/postgres.js')).postgresDatabases();
  const entries: (Entry & Pick<Contender, 'role'>)[] = [];
  try {
    for (const contender of await contendersFor(kind)) {
      const { place, admin } = await databases.make(contender);
      const operations = await contender.open(place);
      entries.push({ name: contender.name, role: contender.role, dates: kind === 'sqlite' ? (contender.sqliteDates ?? 'integer') : 'timestamptz', operations, admin });
      await check(operations).catch((error: unknown) => {
        throw new Error(`${contender.name} does not do the work: ${(error as Error).message}`, { cause: error });
      });
      await admin.execute(undo);
    }
    const [rounds, calls] = [Number(options.rounds), Number(options.operations)];
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

const kinds: readonly DatabaseKind[] = options.db === undefined ? ['sqlite', 'postgres'] : [options.db as DatabaseKind];
for (const kind of kinds) {
  if (kind !== 'sqlite' && kind !== 'postgres') throw new Error(`--db ${String(kind)}: sqlite and postgres are known`);
  const result = await run(kind);
  console.log(tableOf(result));
  if (options['no-report']) continue;
  const results = join(folder, '../results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `run-${kind}.json`), `${JSON.stringify(result, null, 1)}\n`);
}
if (!options['no-report']) await (await import('../report/report.js')).writeReport();
// A pool that a peer keeps open must not keep a finished run alive.
process.exit();
