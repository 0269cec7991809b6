import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a CommonJS program prints, on stdout and stderr. */
function run(script: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--eval', script], { cwd: root, encoding: 'utf8' });
  return stdout + stderr;
}

test('the transformer entry is a function for require, and loading it prints nothing', () => {
  assert.is(run("console.log(typeof require('dataflow-ts-compiler/transformer'))"), 'function\n');
});

test('the main entry is a tsserver plugin, and loading it prints nothing', () => {
  const script = `
    const init = require('dataflow-ts-compiler');
    console.log(typeof init({ typescript: require('typescript') }).create);`;
  assert.is(run(script), 'function\n');
});

test.run();
