import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeFrom, readPages } from '../../../transformer/src/cli/explain/pages.js';
import { renderPage } from '../../../transformer/src/cli/explain/render-page.js';
import { runHere } from './run-here.js';

const anywhere = { folder: tmpdir() };
const explain = (...args: string[]) => runHere(anywhere, 'explain', ...args);

test('the page of a code: title, message, causes, solutions, examples indented', async () => {
  const { status, out } = await explain('DF-104');
  assert.is(status, 0);
  assert.match(out, /^DF-104 .+\n\n {2}\S/);
  for (const heading of ['Causes', 'Solutions', 'Wrong', 'Right']) assert.match(out, new RegExp(`\\n${heading}\\n {2,4}\\S`));
  assert.match(out, '\n    await db.models.User.');
  assert.not.match(out, '```');
  assert.not.match(out, '## ');
});

test('every spelling of a code', async () => {
  const { out } = await explain('DF-101');
  for (const spelling of ['DF101', '101', 'df-101', 'df101', 'TS90101', '90101', ' DF-101 ']) {
    assert.is((await explain(spelling)).out, out, spelling);
  }
  assert.is(codeFrom('DF-1011'), 'DF-1011');
});

test('--json: everything the catalogue says, for tools', async () => {
  const { status, out } = await explain('101', '--json');
  assert.is(status, 0);
  const page = JSON.parse(out) as Record<string, unknown>;
  assert.is(page['code'], 'DF-101');
  assert.is(page['docs'], 'docs/errors/DF-101.md');
  for (const key of ['title', 'message', 'fix', 'what', 'wrong', 'right']) assert.type(page[key], 'string', key);
  for (const key of ['causes', 'solutions']) assert.ok((page[key] as unknown[]).length > 0, key);
});

test('an unknown code: DF-446 with near codes, exit code 2', async () => {
  const near = await explain('DF-119');
  assert.is(near.status, 2);
  assert.is(near.out, '');
  assert.match(near.err, /^error DF-446: there is no error code 'DF-119'; did you mean 'DF-1\d\d' or /);
  const far = await explain('nonsense');
  assert.is(far.status, 2);
  assert.match(far.err, "error DF-446: there is no error code 'nonsense'\n");
  assert.match(far.err, 'fix: `npx dataflow explain` lists all codes.');
});

test('without a code: all of them', async () => {
  const { status, out } = await explain();
  assert.is(status, 0);
  const live = readPages().filter(({ retired }) => !retired);
  assert.is(out.trimEnd().split('\n').length, live.length);
  assert.match(out, /^DF-101 {2}Missing required parameter$/m);
  assert.is((JSON.parse((await explain('--json')).out) as unknown[]).length, live.length);
});

test('every page of the catalogue renders', () => {
  for (const page of readPages()) {
    const text = renderPage(page);
    assert.match(text, page.title);
    assert.not.match(text, /^```|^## /m, page.code);
  }
});

test.run();
