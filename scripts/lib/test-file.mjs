/** Running one uvu test file in a process of its own and counting what it says. */
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** No file takes a fraction of this; one that hangs must not take the whole run with it. */
const timeLimitMs = 10 * 60_000;

/**
 * @param {{ file: string, node?: string, env?: Record<string, string> }} job
 * @returns {Promise<{ passed: number, failed: number, skipped: number, output: string, ms: number }>}
 */
export async function runTestFile({ file, node = process.execPath, env = {} }, { cwd }) {
  const start = performance.now();
  // A group of its own, so that what the file has started ends with it.
  const child = spawn(node, ['--import', 'tsx', file], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, timeLimitMs);
  process.once('exit', end);
  const exit = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  clearTimeout(timer);
  process.removeListener('exit', end);
  const output = stripVTControlCharacters(Buffer.concat(chunks).toString('utf8'));
  const counts = countsOf(output);
  const problem = late ? `stopped after ${timeLimitMs / 60_000} minutes` : counts === undefined ? `ended (${exit}) without a result` : exit !== 0 && counts.failed === 0 ? `ended with ${exit}` : undefined;
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  return {
    passed,
    failed: failed + (problem ? 1 : 0),
    skipped,
    output: problem ? `${output.trimEnd()}\n\n  ${problem}` : output.trimEnd(),
    ms: performance.now() - start,
  };
}

/** uvu's closing lines. A suite whose `before` hook throws leaves its tests unrun: they count as failed. */
function countsOf(output) {
  const line = (name) => {
    const hits = [...output.matchAll(new RegExp(`^ {2}${name}: +(\\d+)`, 'gm'))];
    return hits.length ? Number(hits.at(-1)[1]) : undefined;
  };
  const [total, passed, skipped] = ['Total', 'Passed', 'Skipped'].map(line);
  if (total === undefined || passed === undefined || total + skipped === 0) return undefined;
  return { passed, failed: total - passed, skipped };
}
