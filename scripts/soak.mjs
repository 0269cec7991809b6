/**
 * The tests of `test/reliability` with as many runs, faults and kills as fit into twenty minutes on two cores: `npm run test:soak`.
 * When all have passed, what they did is written to docs/reliability-figures.json and into docs/reliability.md.
 * `npm run test:soak -- kills` runs those whose name holds the text, and writes nothing.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { environment, pageSection } from './lib/soak-figures.mjs';
import { Failure, main, seconds } from './lib/progress.mjs';
import { runTestFile } from './lib/test-file.mjs';
import { generateModels } from './lib/test-jobs.mjs';
import { nodeWithSqlite, root, setUp } from './setup.mjs';

const atOnce = 2;
const page = join(root, 'docs/reliability.md');

/** The longest first, so that both cores are busy to the end. */
const jobs = [
  { file: 'faults/hang', env: { FAULTS: 'all' } },
  { file: 'kills/kill', env: { KILLS: 'all', DRIVER: 'pg' } },
  { file: 'kills/kill', env: { KILLS: 'all', DRIVER: 'sqlite3' } },
  { file: 'kills/kill', env: { KILLS: 'all', DRIVER: 'node:sqlite' } },
  { file: 'isolation/isolation', env: { TRANSACTIONS: '3000' } },
  { file: 'faults/nth-call', env: { FAULTS: 'all', DRIVER: 'pg' } },
  { file: 'faults/nth-call', env: { FAULTS: 'all', DRIVER: 'sqlite3' } },
  { file: 'faults/nth-call', env: { FAULTS: 'all', DRIVER: 'node:sqlite' } },
  { file: 'injection/values', env: { RUNS: '2000' } },
  { file: 'injection/names' },
  { file: 'differential/hand-written', env: { RUNS: '3000' } },
  { file: 'differential/hand-written', env: { RUNS: '3000', DRIVER: 'node:sqlite' } },
  { file: 'differential/agreement', env: { RUNS: '2500' } },
  { file: 'outages/restart', env: { RESTARTS: '15' } },
  { file: 'pressure/leaks', env: { WORKFLOWS: '10000' } },
  { file: 'pressure/leaks', env: { WORKFLOWS: '10000', DRIVER: 'node:sqlite' } },
  { file: 'pressure/bulk-memory', env: { ROWS: '2000000', DRIVER: 'pg' } },
  { file: 'pressure/bulk-memory', env: { ROWS: '2000000', DRIVER: 'node:sqlite' } },
  { file: 'pressure/bulk-memory', env: { ROWS: '500000', DRIVER: 'sqlite3' } },
  { file: 'pressure/pool-of-one', env: { WORKFLOWS: '2000' } },
  { file: 'pressure/pool-of-one', env: { WORKFLOWS: '2000', DRIVER: 'node:sqlite' } },
].map(({ file, env = {} }) => ({
  file: `test/reliability/${file}.test.ts`,
  label: [file, env.DRIVER].filter(Boolean).join(' '),
  env,
  ...(env.DRIVER === 'node:sqlite' && { node: nodeWithSqlite() }),
}));

await main(async () => {
  const start = performance.now();
  const wanted = process.argv.slice(2);
  const chosen = jobs.filter(({ label }) => wanted.length === 0 || wanted.some((text) => label.includes(text)));
  if (chosen.length === 0) throw new Failure(`No job has ${wanted.join(' or ')} in its name: ${jobs.map(({ label }) => label).join(', ')}.`);
  await setUp({ need: ['sqlite3', 'node24', 'postgres'] });
  build();
  generateModels('test/reliability');
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-soak-'));
  const figures = join(folder, 'figures.jsonl');
  writeFileSync(figures, '');
  const server = await (await import('../test/support/postgres.mjs')).startPostgres();
  try {
    const failed = await runAll(chosen, { DATAFLOW_TEST_POSTGRES: server.url, FIGURES: figures });
    for (const { job, output } of failed) console.log(`\n──── ${job.label}\n\n${output}`);
    if (failed.length > 0) throw new Failure(`${failed.length} of ${chosen.length} jobs failed after ${seconds(start)}.`);
    console.log(`\n${chosen.length} jobs in ${seconds(start)}, none failed`);
    if (wanted.length === 0) write(readFileSync(figures, 'utf8'), await environment(server.url), performance.now() - start);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  // A handle that a dependency left open must not keep a finished run alive.
  process.exit();
});

async function runAll(all, env) {
  const queue = [...all];
  const failed = [];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const result = await runTestFile({ ...job, env: { ...env, ...job.env } }, { cwd: root });
      console.log(`${result.failed ? '✗' : '✓'} ${job.label.padEnd(36)} ${(result.ms / 1000).toFixed(0).padStart(5)} s`);
      if (result.failed) failed.push({ job, output: result.output });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return failed;
}

function write(lines, where, durationMs) {
  const figures = lines.trim().split('\n').map((line) => JSON.parse(line));
  writeFileSync(join(root, 'docs/reliability-figures.json'), `${JSON.stringify({ environment: where, minutes: Math.round(durationMs / 60_000), figures }, undefined, 1)}\n`);
  const text = readFileSync(page, 'utf8');
  const [before, after] = [text.split('<!-- figures -->')[0], text.split('<!-- /figures -->')[1]];
  if (after === undefined) throw new Failure('docs/reliability.md has no place for the figures.');
  writeFileSync(page, `${before}<!-- figures -->\n${pageSection(figures, where, durationMs)}\n<!-- /figures -->${after}`);
}
