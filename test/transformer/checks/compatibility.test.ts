import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compilers, corpusCases } from './compatibility.js';
import { root } from './corpus.js';
import { coveragePage, differences, measure, type Measured } from './coverage.js';

const cases = corpusCases();
const measured: Measured[] = [];

for (const compiler of compilers) {
  const name = `TypeScript ${compiler.version}, ${compiler.command}`;

  test(`${name}: ${cases.length} cases of misuse print their expected text`, async () => {
    const result = await measure(compiler, cases);
    measured.push(result);
    assert.equal(differences(result), []);
    assert.equal(result.misuse.others, [], 'what is printed belongs to a case');
    assert.ok(result.misuse.status);
  });

  test(`${name}: valid programs are silent`, () => {
    const { status, out } = measured.find((each) => each.compiler === compiler)!.valid;
    assert.equal({ status, out }, { status: 0, out: '' });
  });
}

test('docs/error-coverage.md says what is true; `npm run docs:coverage` writes it', () => {
  const page = join(root, 'docs/error-coverage.md');
  assert.fixture(existsSync(page) ? readFileSync(page, 'utf8') : '', coveragePage(measured));
});

test.run();
