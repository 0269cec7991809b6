/**
 * Sets everything up, builds, and runs the tests: `npm test`, or `npm test -- sql/filter` for the files whose path
 * holds one of the given texts. Each file runs in a process of its own; PostgreSQL is started once for all of them.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from './build.mjs';
import { Failure, main, seconds } from './lib/progress.mjs';
import { runTestFile } from './lib/test-file.mjs';
import { jobsOf } from './lib/test-jobs.mjs';
import { root, setUp } from './setup.mjs';

const atOnce = 2;

await main(async () => {
  const start = performance.now();
  const patterns = process.argv.slice(2);
  const files = testFiles().filter((file) => patterns.length === 0 || patterns.some((text) => file.includes(text)));
  if (files.length === 0) throw new Failure(`No test file under test/ has ${patterns.map((text) => `'${text}'`).join(' or ')} in its path.`);

  const ownPostgres = process.env.DATAFLOW_TEST_POSTGRES === undefined;
  await setUp({ need: ['sqlite3', 'node24', ...(files.some((file) => file.includes('/bundler/')) ? ['bundlers'] : []), ...(ownPostgres ? ['postgres'] : [])] });
  build();
  const jobs = await jobsOf(files);
  const server = ownPostgres ? await (await import('../test/support/postgres.mjs')).startPostgres() : undefined;
  const stopOn = (signal) => void server?.stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stopOn);

  let results;
  try {
    results = await runAll(jobs, server ? { DATAFLOW_TEST_POSTGRES: server.url } : {});
  } finally {
    await server?.stop();
  }
  report(results, start);
  // A handle that a dependency left open must not keep a finished run alive.
  process.exit();
});

function testFiles() {
  return readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !file.includes('node_modules/'))
    .sort();
}

async function runAll(jobs, env) {
  const width = Math.max(...jobs.map((job) => job.label.length));
  const results = [];
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const result = await runTestFile({ ...job, env: { ...env, ...job.env } }, { cwd: root });
      results.push({ job, ...result });
      const counts = [`${result.passed} passed`, result.failed && `${result.failed} FAILED`, result.skipped && `${result.skipped} skipped`];
      console.log(`${result.failed ? '✗' : '✓'} ${job.label.padEnd(width)}  ${(result.ms / 1000).toFixed(1).padStart(6)} s  ${counts.filter(Boolean).join(', ')}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

function report(results, start) {
  for (const { job, output } of results.filter((result) => result.failed)) console.log(`\n──── ${job.label}\n\n${output}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum);
  console.log(`\n${results.length} test files in ${seconds(start)}`);
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed ? 1 : 0;
}
