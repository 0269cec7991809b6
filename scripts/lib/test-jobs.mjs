/** Which processes the test files mean: most one, some one per driver or per Node version. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Failure } from './progress.mjs';
import { hasNodeSqlite, nodeWithSqlite, root } from '../setup.mjs';

const behaviour = 'test/behaviour/run.test.ts';

/**
 * @param {string[]} files test files, relative to the repository
 * @returns {Promise<{ file: string, label: string, node?: string, env?: Record<string, string> }[]>}
 */
export async function jobsOf(files) {
  if (files.some((file) => /^test\/(behaviour|packages\/test-types)/.test(file))) generateBehaviourModels();
  return files.flatMap((file) => (file === behaviour ? perDriver(file) : perNode(file)));
}

/** The behaviour suite once on every driver, so that each is seen to keep the same expectations. */
function perDriver(file) {
  const on = (driver, node) => ({ file, label: `${file} (${driver})`, env: { DRIVER: driver }, ...(node && { node }) });
  return [on('sqlite3'), on('postgres'), on('node:sqlite', nodeWithSqlite()), ...(isInstalled('better-sqlite3') ? [on('better-sqlite3')] : [])];
}

/** What touches drivers runs a second time where the first Node has no `node:sqlite`. */
function perNode(file) {
  const here = { file, label: file };
  const twice = !hasNodeSqlite && /^test\/runtime\/(drivers|database)\//.test(file);
  return twice ? [here, { file, label: `${file} (Node 24)`, node: nodeWithSqlite() }] : [here];
}

function generateBehaviourModels() {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'test/support/generate.mts'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Failure('Generating the models of test/behaviour failed.');
}

function isInstalled(name) {
  try {
    createRequire(join(root, 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
}
