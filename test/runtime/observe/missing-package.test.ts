import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;

// dataflow-ts and a driver, and nothing else: no OpenTelemetry.
test.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'dataflow-observe-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  cpSync(join(root, 'runtime/dist'), join(modules, 'dataflow-ts/dist'), { recursive: true });
  cpSync(join(root, 'runtime/package.json'), join(modules, 'dataflow-ts/package.json'));
  for (const name of ['sqlite3', 'bindings', 'file-uri-to-path']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** What a program in that folder prints as JSON. */
function outputOf(code: string): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  return JSON.parse(stdout);
}

test('DF-426: telemetry is asked for and its package is not there', () => {
  const error = outputOf(`
    import { DataFlow } from 'dataflow-ts';
    try { new DataFlow({ url: ':memory:', telemetry: true }); } catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })); }
  `);
  assert.equal(error, { code: 'DF-426', message: 'DF-426: telemetry: true, but the package @opentelemetry/api is not installed' });
});

test('without the package nothing is missed, even when another copy of it has been set up', () => {
  const result = outputOf(`
    import { DataFlow } from 'dataflow-ts';
    globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1', trace: {}, metrics: {} };
    const db = new DataFlow({ url: ':memory:', driver: 'sqlite3' });
    const { ok } = await db.health();
    await db.close();
    console.log(JSON.stringify({ ok }));
  `);
  assert.equal(result, { ok: true });
});

test.run();
