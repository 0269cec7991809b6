import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../..', import.meta.url));

// tsx runs tests without looking at their types; a misspelled assertion would otherwise show only when it fails to run.
test('the tests type-check', () => {
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'test'), '--pretty', 'false'], { cwd: root, encoding: 'utf8' });
  assert.is(stdout, '');
});

test.run();
