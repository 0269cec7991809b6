import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Entry {
  code: string;
  title: string;
  message: string;
  retired?: boolean;
}
const { readCatalog, generatedFiles } = (await import('../../catalog/generate.mjs' as string)) as {
  readCatalog(): Entry[];
  generatedFiles(): Map<string, string>;
};
const entries = readCatalog();
const codes = entries.map((entry) => entry.code);
const live = entries.filter((entry) => !entry.retired).map((entry) => entry.code);

/** The codes that files under the given folders name in a way that matches. */
function codesIn(folders: string[], pattern: RegExp, skip: RegExp = /node_modules|[\\/]dist[\\/]/): Set<string> {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || skip.test(path)) continue;
      for (const hit of readFileSync(path, 'utf8').matchAll(pattern)) found.add(hit[1]!);
    }
  }
  return found;
}

const quoted = /['"`](DF-\d{3})\b/g;
const raised = codesIn(['runtime/src', 'transformer/src', 'codegen-templates'], quoted, /[\\/]errors[\\/]catalog\.ts$/);

test('what is generated from the catalogue is up to date', () => {
  const stale = [...generatedFiles()].filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text);
  assert.equal(stale.map(([path]) => path), [], 'run `node catalog/generate.mjs`');
});

test('every code in the catalogue is raised somewhere', () => {
  assert.equal(live.filter((code) => !raised.has(code)), []);
});

test('every code that is raised is in the catalogue', () => {
  assert.equal([...raised].filter((code) => !live.includes(code)).sort(), []);
});

test('every code is seen by a test or a fixture', () => {
  const seen = codesIn(['test', 'fixtures'], /\b(DF-\d{3})\b/g);
  assert.equal(live.filter((code) => !seen.has(code)), []);
});

test('codes that documentation and comments mention exist', () => {
  // Ends of a range need not be there: `DF-201 to DF-229`.
  const mentioned = codesIn(['docs', 'runtime/src', 'transformer/src'], /(?<! to )\b(DF-\d{3})\b/g);
  assert.equal([...mentioned].filter((code) => !codes.includes(code)).sort(), []);
});

test('titles have at most 60 characters, first lines at most 120 with ordinary names', () => {
  const firstLine = ({ code, message }: Entry) => `${code}: ${message.replace(/\{[a-z]\w*\}/gi, 'UserName')}`;
  assert.equal(entries.filter((entry) => entry.title.length > 60).map((entry) => entry.code), []);
  assert.equal(entries.filter((entry) => firstLine(entry).length > 120).map(firstLine), []);
});

test.run();
