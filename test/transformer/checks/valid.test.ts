import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { aliases, root, runValid } from './corpus.js';

for (const alias of aliases) {
  test(`${alias}: valid programs are silent`, async () => {
    const results = await runValid(alias, join(root, 'fixtures/valid'));
    assert.ok(results.size > 0);
    assert.is([...results.values()].join(''), '');
  });
}

test.run();
