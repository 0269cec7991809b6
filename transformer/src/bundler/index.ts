import { createUnplugin } from 'unplugin';
import { loaderOf, setUpEsbuild, type EsbuildOptions } from './esbuild.js';
import type { BundlerOptions } from './options.js';
import { startBuild } from './rollup.js';
import { Session } from './session.js';
import { viteHooks } from './vite.js';
import { setUpWebpack } from './webpack.js';

export type { BundlerOptions } from './options.js';
export type { Mode } from '../project.js';

/*
 * The types of the bundlers are not named here, so that using one bundler does not take the types of the others. What is
 * here fits theirs.
 */

export interface RollupPlugin {
  readonly name: string;
}
export interface EsbuildPlugin {
  readonly name: string;
  readonly setup: (build: unknown) => void | Promise<void>;
}
export interface WebpackPlugin {
  readonly apply: (compiler: unknown) => void;
}

/**
 * The plugin for bundlers. At the start of every build it writes the generated files that are missing or out of date, and reports
 * what `dataflow validate` would: errors fail a build, warnings are printed; Vite's development server shows both and goes on, and
 * does it all again when a file changes. It takes the decorators of 'dataflow-ts' out of the modules that are bundled.
 * Raises DF-444 and DF-450 for unusable options.
 */
const plugin = createUnplugin<BundlerOptions | undefined>((options) => {
  const session = new Session(options);
  let esbuildOptions: EsbuildOptions | undefined;
  return {
    name: 'dataflow',
    enforce: 'pre',
    transform: {
      filter: { id: { include: /\.[cm]?[jt]sx?(?:[?#]|$)/, exclude: /[\\/]node_modules[\\/]/ }, code: 'dataflow-ts' },
      handler(code, id) {
        return session.transform(code, id, (path) => this.addWatchFile(path));
      },
    },
    rollup: {
      buildStart() {
        startBuild(session, this);
      },
    },
    vite: viteHooks(session) as object,
    esbuild: {
      onLoadFilter: /\.[cm]?[jt]sx?$/,
      config: (given) => void (esbuildOptions = given as EsbuildOptions),
      loader: (_, path) => loaderOf(esbuildOptions, path),
      setup: (build) => setUpEsbuild(session, build as never),
    },
    webpack: (compiler) => setUpWebpack(session, compiler as never),
  };
});

export const vite = (options?: BundlerOptions): RollupPlugin => plugin.vite(options) as RollupPlugin;
export const rollup = (options?: BundlerOptions): RollupPlugin => plugin.rollup(options) as RollupPlugin;
export const esbuild = (options?: BundlerOptions): EsbuildPlugin => plugin.esbuild(options) as EsbuildPlugin;
export const webpack = (options?: BundlerOptions): WebpackPlugin => plugin.webpack(options) as WebpackPlugin;

export default { vite, rollup, esbuild, webpack };
