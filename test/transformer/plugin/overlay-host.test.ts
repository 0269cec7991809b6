import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import { overlayHost } from '../../../transformer/src/plugin/overlay-host.js';

const options: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022, allowJs: true, noEmit: true, types: [], noLib: true };

/** A program over files by path, and a second one that sees more of them. */
function twoPrograms(files: Record<string, string>, generated: Record<string, string>) {
  const looked: string[] = [];
  const exists = (path: string) => Object.hasOwn(files, path);
  const host: ts.CompilerHost = {
    fileExists: (path) => (looked.push(path), exists(path)),
    readFile: (path) => files[path],
    directoryExists: (path) => Object.keys(files).some((file) => file.startsWith(`${path}/`)),
    getSourceFile: (path, how) => (exists(path) ? ts.createSourceFile(path, files[path]!, how) : undefined),
    writeFile: () => undefined,
    getCurrentDirectory: () => '/p',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    getDefaultLibFileName: () => '/lib.d.ts',
  };
  const first = ts.createProgram(['/p/a.ts'], options, host);
  looked.length = 0;
  const texts = new Map(Object.entries(generated));
  const second = ts.createProgram(['/p/a.ts'], options, overlayHost(ts, host, first, { files: texts, writes: texts, removals: new Set() }));
  return { first, second, looked };
}

const paths = (program: ts.Program) => program.getSourceFiles().map(({ fileName }) => fileName).sort();

const test = suite('overlay host');

test('modules that were found are not looked for again', () => {
  const { first, second, looked } = twoPrograms(
    {
      '/p/package.json': '{ "type": "module" }',
      '/p/a.ts': "import './b.js';\nimport 'lib';\nimport './out/x.js';\n",
      '/p/b.ts': 'export {};\n',
      '/p/node_modules/lib/package.json': '{ "name": "lib", "types": "./index.d.ts" }',
      '/p/node_modules/lib/index.d.ts': 'export {};\n',
    },
    { '/p/out/x.d.ts': 'export {};\n' },
  );
  assert.equal(paths(first), ['/p/a.ts', '/p/b.ts', '/p/node_modules/lib/index.d.ts']);
  assert.equal(paths(second), ['/p/a.ts', '/p/b.ts', '/p/node_modules/lib/index.d.ts', '/p/out/x.d.ts']);
  assert.equal(looked.filter((path) => /\/(?:b|index)\./.test(path)), []);
  assert.is(second.getSourceFile('/p/b.ts'), first.getSourceFile('/p/b.ts'));
});

test('a generated file takes the place of what was found where it lacked', () => {
  const { first, second } = twoPrograms(
    { '/p/package.json': '{ "type": "module" }', '/p/a.ts': "import './out/x.js';\n", '/p/out/x.js': 'export {};\n' },
    { '/p/out/x.js': 'export {};\n', '/p/out/x.d.ts': 'export {};\n' },
  );
  assert.equal(paths(first), ['/p/a.ts', '/p/out/x.js']);
  assert.equal(paths(second), ['/p/a.ts', '/p/out/x.d.ts']);
});

test.run();
