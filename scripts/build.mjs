/**
 * Builds both packages: the error catalogue, their types, their bundles, and the templates beside the compiler.
 * `node scripts/build.mjs`; what has not changed costs next to nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, main, seconds } from './lib/progress.mjs';
import { root, setUp } from './setup.mjs';

export function build() {
  const start = performance.now();
  run('the error catalogue', 'catalog/generate.mjs');
  run('TypeScript', 'node_modules/typescript/bin/tsc', '-b');
  write('runtime', runtimeFiles());
  write('transformer', compilerFiles());
  copyTemplates(join(root, 'codegen-templates'), join(root, 'transformer/dist/templates'));
  console.log(`Built in ${seconds(start)}`);
}

function run(what, script, ...args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Failure(`Building ${what} failed.`);
}

/*
 * Both packages are bundled: Node takes longer to open some hundred modules than to read them, and the small libraries they use are
 * installed with ten times the code that is needed of them. Names and lines stay readable, for stack traces lead here.
 */

/** @returns {Map<string, Uint8Array>} content by path in `dist` */
function runtimeFiles() {
  return bundled('runtime', {
    // The last is no entry of the package. With it, all that it shares with the index is in files of its own, and the index a list of
    // names: a bundler then takes nothing more from it than the program uses, for a decorator in a model no database.
    entries: ['index', 'generated', 'compiler', 'execution/index'],
    skipped: ['execution/index'],
    // By this name the runtime knows its own frames in a stack, see errors/call-site.ts.
    chunkNames: 'dataflow-ts-[hash]',
  });
}

/** The compiler; the generator is a file of its own, for most runs find everything generated. */
function compilerFiles() {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'transformer/package.json'), 'utf8'));
  const modules = bundled('transformer', {
    entries: ['plugin/index', 'editor/index', 'bundler/index', 'cli/main', 'generator/index'],
    skipped: [],
    chunkNames: 'compiler-[hash]',
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    mainFields: ['module', 'main'],
    // Babel and Handlebars are CommonJS, and require modules of Node.
    banner: { js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);" },
  });
  // What ts-patch and tsserver require, and nothing more than that.
  const { outputFiles } = esbuild().buildSync({
    ...common('transformer', ['transformer.cts', 'tsserver.cts']), format: 'cjs', outExtension: { '.js': '.cjs' }
  });
  for (const { path, contents } of outputFiles) modules.set(basename(path), contents);
  return modules;
}

function bundled(name, { entries, skipped, ...options }) {
  const dist = join(root, name, 'dist');
  const { outputFiles, metafile } = esbuild().buildSync({
    ...common(name, entries.map((entry) => `${entry}.ts`)), format: 'esm', bundle: true, splitting: true, metafile: true, ...options,
  });
  const files = outputFiles.map(({ path, contents }) => [relative(dist, path).replaceAll('\\', '/'), contents]);
  const kept = files.filter(([path]) => !skipped.some((entry) => path === `${entry}.js`));
  return new Map([...kept, ['licenses.txt', Buffer.from(licenses(Object.keys(metafile.inputs)))]]);
}

function common(name, entries) {
  const source = join(root, name, 'src');
  return {
    entryPoints: entries.map((entry) => join(source, entry)), outbase: source, outdir: join(root, name, 'dist'),
    platform: 'node', target: 'node20.19', absWorkingDir: root, write: false,
  };
}

/** Not imported above: this script also runs before the packages are there. */
function esbuild() {
  return createRequire(import.meta.url)('esbuild');
}

/** The licences of the libraries in the bundle, which go where their code goes. */
function licenses(inputs) {
  const names = inputs.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const texts = [...new Set(names)].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Failure(`${name} is bundled, but its package has no licence to go with it.`);
    return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `Parts of these libraries are in the files beside this one.\n\n${texts.join('\n---\n\n')}`;
}

/** Writes a package's files, and removes modules, types and maps that an earlier build has left: they would be packed and published. */
function write(name, files) {
  const dist = join(root, name, 'dist');
  for (const [path, content] of files) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeChanged(join(dist, path), content);
  }
  const isCurrent = (path) => files.has(path) || (/\.d\.c?ts$/.test(path) && existsSync(join(root, name, 'src', path.replace(/\.d\.(c?)ts$/, '.$1ts'))));
  for (const path of readdirSync(dist, { recursive: true }).map((path) => path.replaceAll('\\', '/'))) {
    if (/\.[cm]?[jt]s(?:\.map)?$/.test(path) && !isCurrent(path)) rmSync(join(dist, path));
  }
}

/** Makes `to` hold exactly the Handlebars templates of `from`. */
function copyTemplates(from, to) {
  mkdirSync(to, { recursive: true });
  const names = readdirSync(from).filter((name) => name.endsWith('.hbs'));
  for (const name of names) writeChanged(join(to, name), readFileSync(join(from, name)));
  for (const name of readdirSync(to)) if (!names.includes(name)) rmSync(join(to, name), { recursive: true });
}

/** Files that are the same keep their time stamps. */
function writeChanged(file, content) {
  if (!existsSync(file) || !readFileSync(file).equals(content)) writeFileSync(file, content);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp();
    build();
  });
}
