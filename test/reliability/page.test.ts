import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allowedDifferences } from './differential/allowed-differences.js';

const page = new URL('../../docs/reliability.md', import.meta.url);
const text = readFileSync(page, 'utf8');

test('docs/reliability.md names the allowed differences, all of them and no others', () => {
  const listed = [...text.matchAll(/^- (?!\*\*)(.+)$/gm)].map(([, line]) => line).filter((line) => allowedDifferences.some(({ what }) => what === line));
  assert.equal(listed, allowedDifferences.map(({ what }) => what));
});

test('every test that it names is there', () => {
  const links = [...text.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, link]) => link!);
  assert.ok(links.length > 10);
  assert.equal(links.filter((link) => !existsSync(new URL(link, page))), []);
});

test.run();
