/** What an editor with TypeScript alone offers inside calls. Encodings that check as well easily lose it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import { projects } from './cases.js';

const folder = projects(['tour']);
const path = join(folder, 'tour/src/probe.ts');
const head = "import type { Models } from '../.dataflow/index.js';\ndeclare const db: { models: Models };\nconst { User } = db.models;\n";
const options: ts.CompilerOptions = {
  strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, types: [], lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
};
let text = '';
let version = 0;

const service = ts.createLanguageService({
  getScriptFileNames: () => [path],
  getScriptVersion: (file) => (file === path ? String(version) : ''),
  getScriptSnapshot: (file) => (file === path ? ts.ScriptSnapshot.fromString(text) : ts.sys.fileExists(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, 'utf8')) : undefined),
  getCurrentDirectory: () => folder,
  getCompilationSettings: () => options,
  getDefaultLibFileName: ts.getDefaultLibFilePath,
  fileExists: (file) => file === path || ts.sys.fileExists(file),
  readFile: ts.sys.readFile,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
  realpath: ts.sys.realpath!,
});

/** Names offered at `|`, without those that are struck out. */
function offered(call: string): string[] {
  text = head + call.replace('|', '');
  version++;
  const found = service.getCompletionsAtPosition(path, head.length + call.indexOf('|'), {});
  return (found?.entries ?? []).filter(({ kindModifiers }) => !kindModifiers?.includes('deprecated')).map(({ name }) => name).sort();
}

const fields = ['active', 'age', 'createdAt', 'email', 'id', 'name', 'role', 'updatedAt'];
const conditions = ['$and', '$not', '$or', ...fields];

for (const call of [
  'User.read({ filter: { | } })', "User.read({ filter: { id: 'u', | } })", 'User.delete({ filter: { | } })', 'User.update({ filter: { | }, fields: {} })', 'User.list({ filter: { | } })',
  "User.list({ filter: { active: true, | } })", 'User.list({ filter: { $or: [{ | }] } })', 'User.count({ filter: { | } })', 'User.stream({ filter: { | } })', 'User.bulkDelete({ filter: { | } })',
  "User.bulkDelete({ filter: { name: 'x', | } })", 'User.bulkUpdate({ filter: { | }, fields: {} })',
]) {
  test(`conditions: ${call}`, () => {
    const given = /(id|active|name): /.exec(call)?.[1];
    assert.equal(offered(call), conditions.filter((name) => name !== given));
  });
}

for (const call of [
  'User.create({ | })', "User.update({ filter: { id: 'u' }, fields: { | } })", "User.bulkUpdate({ filter: { active: true }, fields: { | } })", 'User.bulkUpdate({ data: [{ | }] })',
  'User.bulkCreate({ data: [{ | }] })', 'User.bulkUpsert({ data: [{ | }] })', 'User.upsert({ where: { | }, create: {}, update: {} })', "User.upsert({ where: { id: 'u' }, create: { | }, update: {} })",
  "User.upsert({ where: { id: 'u' }, create: {}, update: { | } })", 'User.list({ orderBy: { | } })', 'User.list({ orderBy: [{ | }] })', "User.list({ select: ['|'] })", "User.stream({ select: ['|'] })",
]) {
  test(`fields: ${call}`, () => assert.equal(offered(call), fields));
}

for (const [call, names] of [
  ['User.read({ | })', ['filter', 'id', 'lock', 'noWait', 'raiseOnNotFound', 'skipLocked']],
  ['User.update({ | })', ['fields', 'filter', 'raiseOnNotFound']],
  ['User.list({ | })', ['after', 'filter', 'limit', 'lock', 'noWait', 'offset', 'orderBy', 'select', 'skipLocked', 'total']],
  ['User.stream({ | })', ['batchSize', 'filter', 'orderBy', 'select']],
  ['User.bulkCreate({ | })', ['atomic', 'batchSize', 'conflictOn', 'data', 'onConflict', 'records']],
  ['User.bulkDelete({ | })', ['all', 'filter', 'ids']],
  ["User.read({ id: 'u' }, { | })", ['signal', 'timeoutMs']],
  ['User.bulkUpsert({ data: [] }, { | })', ['onProgress', 'signal', 'timeoutMs']],
  ["User.read({ id: 'u', lock: '|' })", ['share', 'update']],
  ["User.list({ orderBy: { name: '|' } })", ['asc', 'desc']],
  ['User.list({ filter: { active: { | } } })', ['$eq', '$in', '$ne', '$nin', '$null']],
] as const) {
  test(`${call}`, () => assert.equal(offered(call), [...names]));
}

test.run();
