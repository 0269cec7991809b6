import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import dataflow, * as named from 'dataflow-ts-compiler/unplugin';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { App, root } from './app.js';

const test = suite<{ app: App }>('dataflow-ts-compiler/unplugin', undefined as never);
test.before((context) => {
  context.app = new App();
});
test.after((context) => context.app.close());

test('one plugin per bundler, by name and as members of the default export', () => {
  const { default: all, ...each } = named;
  assert.equal(Object.keys(all).sort(), ['esbuild', 'rollup', 'vite', 'webpack']);
  assert.equal({ ...each }, { ...dataflow });
  for (const name of ['esbuild', 'rollup', 'vite'] as const) assert.is(dataflow[name]().name, 'dataflow');
});

test('a CommonJS configuration requires it', ({ app }) => {
  app.write('config.cjs', "const { vite, default: dataflow } = require('dataflow-ts-compiler/unplugin');\nconsole.log(vite().name, vite === dataflow.vite);\n");
  assert.equal(app.node('--disable-warning=ExperimentalWarning', 'config.cjs'), { status: 0, out: 'dataflow true\n' });
});

test('loading it loads neither TypeScript nor a bundler', ({ app }) => {
  const script = `import 'dataflow-ts-compiler/unplugin';
import { createRequire } from 'node:module';
console.log(Object.keys(createRequire(import.meta.url).cache).filter((path) => /node_modules\\/(typescript|vite|rollup|webpack|esbuild)/.test(path)).join());`;
  assert.equal(app.node('--input-type=module', '-e', script), { status: 0, out: '\n' });
});

test("the plugins fit the bundlers' own types", ({ app }) => {
  for (const name of ['vite', 'rollup', 'webpack']) symlinkSync(join(root, 'test/tools/bundlers/node_modules', name), app.path(`node_modules/${name}`), 'dir');
  symlinkSync(join(root, 'node_modules/esbuild'), app.path('node_modules/esbuild'), 'dir');
  const config = `import dataflow, { webpack } from 'dataflow-ts-compiler/unplugin';
import type { BuildOptions } from 'esbuild';
import type { RollupOptions } from 'rollup';
import { defineConfig } from 'vite';
import type { Configuration } from 'webpack';

export default defineConfig({ plugins: [dataflow.vite({ tsconfig: 'tsconfig.app.json', mode: 'strict' })] });
export const forEsbuild: BuildOptions = { plugins: [dataflow.esbuild()] };
export const forRollup: RollupOptions = { plugins: [dataflow.rollup({ mode: 'off' })] };
export const forWebpack: Configuration = { plugins: [webpack()] };
// @ts-expect-error: no such option
dataflow.vite({ tsConfig: 'tsconfig.app.json' });
// @ts-expect-error: no such mode
dataflow.vite({ mode: 'loud' });
`;
  app.write('config/vite.config.ts', config);
  for (const [module, moduleResolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    const compilerOptions = { target: 'es2022', module, moduleResolution, strict: true, noEmit: true, skipLibCheck: true, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
    app.write(`config/tsconfig.${moduleResolution}.json`, JSON.stringify({ compilerOptions, files: ['vite.config.ts'] }));
    assert.equal(app.tsc('-p', `config/tsconfig.${moduleResolution}.json`), { status: 0, out: '' });
  }
});

test.run();
