/** Which processes the test files mean: most one, some one per driver or per Node version. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Failure } from './progress.mjs';
import { hasNodeSqlite, nodeWithSqlite, root } from '../setup.mjs';

const behaviour = 'test/behaviour/run.test.ts';
/** Those whose subject is what the package for SQLite does. */
const reliabilityOnNodeSqlite = /^test\/reliability\/(differential\/hand-written|faults\/nth-call|kills|pressure|injection\/values)/;

/**
 * @param {string[]} files test files, relative to the repository
 * @returns {Promise<{ file: string, label: string, node?: string, env?: Record<string, string> }[]>}
 */
export async function jobsOf(files) {
  for (const folder of ['test/behaviour', 'test/reliability']) {
    if (files.some((file) => file.startsWith(`${folder}/`) || file.startsWith('test/packages/test-types'))) generateModels(folder);
  }
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
  if (hasNodeSqlite) return [here];
  const again = { file, label: `${file} (Node 24)`, node: nodeWithSqlite() };
  if (reliabilityOnNodeSqlite.test(file)) return [here, { ...again, env: { DRIVER: 'node:sqlite' } }];
  const twice = /^test\/runtime\/(drivers|database|observe)\//.test(file);
  return twice ? [here, again] : [here];
}

/** Generates the nodes of a folder with models. */
export function generateModels(folder) {
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'test/support/generate.mts', folder], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Failure(`Generating the models of ${folder} failed.`);
}

function isInstalled(name) {
  try {
    createRequire(join(root, 'package.json')).resolve(name);
    return true;
  } catch {
    return false;
  }
}
