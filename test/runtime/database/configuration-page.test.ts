import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filledIn } from './configuration-page.js';

const file = new URL('../../../docs/configuration.md', import.meta.url);

test('the tables of docs/configuration.md are those of the code (UPDATE_GOLDEN=1 writes them)', () => {
  const page = readFileSync(file, 'utf8');
  const right = filledIn(page);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, right);
  else assert.is(page, right);
});

test.run();
