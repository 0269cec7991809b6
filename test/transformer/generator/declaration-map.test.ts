import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping';
import { generateCase, projects } from './cases.js';

const folder = projects(['tour', 'hostile']);

/** What an editor does: the definitions of a name, followed through declaration maps. */
function definitions(name: string, code: string): string[] {
  const file = join(folder, name, 'src/editor.ts');
  const position = code.indexOf('^');
  const text = code.replace('^', '');
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true, types: [], skipLibCheck: true }),
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const content = path === file ? text : ts.sys.readFile(path);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: (path) => (path === file ? text : ts.sys.readFile(path)),
    directoryExists: ts.sys.directoryExists,
    realpath: ts.sys.realpath!,
  };
  const service = ts.createLanguageService(host);
  const mapper = (service as unknown as { getSourceMapper(): { tryGetSourcePosition(at: { fileName: string; pos: number }): { fileName: string; pos: number } | undefined } }).getSourceMapper();
  return (service.getDefinitionAtPosition(file, position) ?? []).map(({ fileName, textSpan }) => {
    const start = mapper.tryGetSourcePosition({ fileName, pos: textSpan.start });
    const end = mapper.tryGetSourcePosition({ fileName, pos: textSpan.start + textSpan.length });
    if (!start || !end) return `unmapped: ${fileName}`;
    const source = readFileSync(start.fileName, 'utf8');
    const before = source.slice(0, start.pos);
    return `${start.fileName.slice(folder.length + 1)}:${before.split('\n').length} ${before.slice(before.lastIndexOf('\n') + 1)}[${source.slice(start.pos, end.pos)}]`;
  });
}

const imports = "import { UserCreateNode, UserRow, Models } from '../.dataflow/index.js'; declare const db: { models: Models }; declare const row: UserRow;\n";

test('a node leads to its model', () => {
  assert.equal(definitions('tour', `${imports}export default ^UserCreateNode;`), ['tour/src/models.ts:3 export class [User]']);
});

test('a row type leads to its model', () => {
  assert.equal(definitions('tour', `${imports}export let x: ^UserRow;`), ['tour/src/models.ts:3 export class [User]']);
});

test('a field leads to its property', () => {
  assert.equal(definitions('tour', `${imports}row.^email;`), ['tour/src/models.ts:6   [email]']);
  assert.equal(definitions('tour', `${imports}row.^createdAt;`), ['tour/src/models.ts:10   [createdAt]']);
});

test('a model of db.models and its operations lead to the model', () => {
  assert.equal(definitions('tour', `${imports}db.models.^User;`), ['tour/src/models.ts:3 export class [User]']);
  assert.equal(definitions('tour', `${imports}db.models.User.^create;`), ['tour/src/models.ts:3 export class [User]']);
});

test('names that need quotes', () => {
  assert.equal(definitions('hostile', `import { OddRow } from '../.dataflow/index.js'; declare const row: OddRow;\nrow['^meta"data'];`), [`hostile/src/models.ts:6   ['meta"data']`]);
});

test('every mapping lies on the name it stands for', () => {
  const files = generateCase('tour');
  const source = readFileSync(join(folder, 'tour/src/models.ts'), 'utf8').split('\n');
  for (const name of ['user.d.ts', 'order-line.d.ts', 'session.d.ts']) {
    const map = new TraceMap(files.get(`${name}.map`)!);
    assert.equal(map.sources, ['../src/models.ts']);
    for (const [i, line] of files.get(name)!.split('\n').entries()) {
      const field = /^  (\w+)\??: (?!readonly \w+Filter|.*DF-106)/.exec(line)?.[1];
      if (field === undefined || !source.some((text) => text.startsWith(`  ${field}`))) continue;
      const { line: at, column } = originalPositionFor(map, { line: i + 1, column: 2 });
      if (at !== null) assert.ok(source[at - 1]!.slice(column).startsWith(field), `${name}:${i + 1} ${field}`);
    }
  }
});

test.run();
