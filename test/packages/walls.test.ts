import { readFileSync, readdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'runtime/package.json'), 'utf8')) as Record<string, Record<string, string> | undefined>;
const dependencies = Object.keys(manifest['dependencies'] ?? {});
const bundled = Object.keys(manifest['devDependencies'] ?? {});
const drivers = Object.keys(manifest['peerDependencies'] ?? {});

/** `@babel/types/lib/x` → `@babel/types`, `pg/lib/x` → `pg`. */
const packageOf = (specifier: string) => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
const isCompilerSide = (name: string) => /^(dataflow-ts-compiler|typescript.*|@babel\/.*|handlebars|commander|ts-patch)$/.test(name);

interface Import {
  file: string;
  name: string;
  /** `import type`, which leaves no trace in JavaScript. */
  typeOnly: boolean;
  dynamic: boolean;
}

function importsIn(folder: string, ending: RegExp): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .flatMap((name) => {
      const path = join(root, folder, name);
      const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
      const found: Import[] = [];
      const add = (specifier: ts.Node | undefined, typeOnly: boolean, dynamic: boolean) => {
        if (!specifier || !ts.isStringLiteralLike(specifier)) return;
        const text = specifier.text;
        if (text.startsWith('.') || text.startsWith('node:')) return;
        found.push({ file: relative(root, path), name: packageOf(text), typeOnly, dynamic });
      };
      const visit = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false, false);
        if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false);
        if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true, false);
        if (ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || /\brequire$/.test(node.expression.getText(file)))) {
          add(node.arguments[0], false, true);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
      return found;
    });
}

test('the runtime is installed with nothing else, bundles nothing of the compiler side, and has drivers as optional peers', () => {
  assert.equal(dependencies, []);
  assert.equal(bundled.filter((name) => isCompilerSide(name) || drivers.includes(name)), []);
  const optional = manifest['peerDependenciesMeta'] as unknown as Record<string, { optional?: boolean }>;
  for (const name of drivers) assert.is(optional[name]?.optional, true, name);
});

test('the built runtime imports no package, and drivers on demand', () => {
  assert.ok(readdirSync(join(root, 'runtime/dist')).includes('index.js'));
  assert.equal(importsIn('runtime/dist', /\.js$/).filter(({ name, dynamic }) => !(dynamic && drivers.includes(name))), []);
});

test("the runtime's types need nothing that is not installed with it", () => {
  assert.equal(importsIn('runtime/dist', /\.d\.ts$/), []);
});

test('the sources of the runtime name only what is bundled with it', () => {
  assert.equal(importsIn('runtime/src', /\.ts$/).filter(({ name, dynamic }) => !bundled.includes(name) && !(dynamic && drivers.includes(name))), []);
});

test('the compiler reaches the runtime through its package only', () => {
  const source = readdirSync(join(root, 'transformer/src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const reachingOver = source.filter((name) => /from '[./]*\/runtime\//.test(readFileSync(join(root, 'transformer/src', name), 'utf8')));
  assert.equal(reachingOver, []);
});

test('importing dataflow-ts loads no driver and nothing of the compiler side', () => {
  const loaded = modulesLoadedBy("await import('dataflow-ts')");
  assert.ok(loaded.some((url) => url.endsWith('runtime/dist/index.js')), 'the probe sees what is loaded');
  const packages = [...new Set(loaded.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []))];
  assert.equal(packages, []);
  assert.equal(loaded.filter((url) => url.includes('/transformer/') || url === 'node:sqlite'), []);
});

// What a cold start costs is, above all, how many files it opens and which of Node's modules it wakes.
test('importing dataflow-ts opens five files, and no built-in module that is slow to load', () => {
  const loaded = new Set(modulesLoadedBy("await import('dataflow-ts')"));
  assert.is([...loaded].filter((url) => url.startsWith('file:')).length, 5, [...loaded].join('\n'));
  assert.equal([...loaded].filter((url) => ['node:crypto', 'node:fs', 'node:fs/promises', 'node:http', 'node:net', 'node:stream', 'node:tls', 'node:worker_threads'].includes(url)), []);
});

test('a bundle of a model has nothing of the database in it', () => {
  const { outputFiles } = buildSync({ stdin: { contents: "import { model, uuid } from 'dataflow-ts'; console.log(model, uuid);", resolveDir: root }, bundle: true, format: 'esm', platform: 'node', write: false });
  const { text } = outputFiles[0]!;
  assert.ok(text.length < 1000 && !text.includes('import'), text);
});

test('what generated modules import is part of those files, but for one', () => {
  const before = new Set(modulesLoadedBy("await import('dataflow-ts')"));
  const more = new Set(modulesLoadedBy("await import('dataflow-ts'); await import('dataflow-ts/generated')").filter((url) => !before.has(url)));
  assert.ok(more.size <= 2, [...more].join('\n'));
});

test('the probe does see a driver when one is loaded', () => {
  assert.ok(modulesLoadedBy("await import('pg')").some((url) => url.includes('/node_modules/pg/')));
});

/** Everything that Node resolves or loads, ES modules and CommonJS, while it runs a piece of code. */
function modulesLoadedBy(code: string): string[] {
  const hook = `
    import { writeSync } from 'node:fs';
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      writeSync(1, 'LOADED ' + found.url + '\\n');
      return found;
    }`;
  const script = `
    import { register, createRequire } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hook)}));
    ${code};
    for (const file of Object.keys(createRequire(import.meta.url).cache)) console.log('LOADED ' + file);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  return [...stdout.matchAll(/^LOADED (.*)$/gm)].map((hit) => hit[1]!);
}

test.run();
