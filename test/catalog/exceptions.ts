import type { Section } from './pages.js';

export interface Exception {
  readonly reason: string;
  /** The test that sees the code, or the corrected code, instead. */
  readonly coveredBy: string;
  /** Only this example cannot be run. */
  readonly only?: Section;
}

const errors = 'test/runtime/database/driver-errors';

/** Examples that cannot be run here. */
export const exceptions: Readonly<Record<string, Exception>> = {
  'DF-404': { reason: 'the drivers are installed', coveredBy: `${errors}.test.ts`, only: 'Wrong' },
  'DF-426': { reason: 'the package is installed', coveredBy: 'test/runtime/observe/missing-package.test.ts', only: 'Wrong' },
  'DF-407': { reason: 'the test server does not encrypt', coveredBy: 'test/runtime/drivers/postgres-tls.test.ts' },
  'DF-448': { reason: 'a watching compiler does not end', coveredBy: 'test/transformer/plugin/watch.test.ts', only: 'Right' },
  'DF-450': { reason: 'Vite is installed for the tests of bundlers only', coveredBy: 'test/transformer/bundler/esbuild.test.ts' },
  'DF-537': { reason: 'no disk is full here', coveredBy: `${errors}-sqlite.test.ts`, only: 'Wrong' },
  'DF-512': { reason: 'a connection breaks off during COMMIT by chance only', coveredBy: 'test/runtime/database/transactions.test.ts', only: 'Wrong' },
  'DF-538': { reason: 'whether such a copy is damaged is a matter of chance', coveredBy: `${errors}-sqlite.test.ts`, only: 'Wrong' },
  'DF-543': { reason: 'how long a statement takes depends on the server', coveredBy: `${errors}-postgres.test.ts`, only: 'Wrong' },
  'DF-546': { reason: 'whether two transactions meet is a matter of chance', coveredBy: `${errors}-postgres.test.ts`, only: 'Wrong' },
  'DF-724': { reason: 'permissions do not hold for root', coveredBy: 'test/transformer/cli/fix.test.ts', only: 'Wrong' },
};

/** Pages about models: a test of the reader checks all of their examples. */
export const modelPages = { codes: /^DF-6/, coveredBy: 'test/transformer/reader/reader.test.ts' } as const;

/** Pages whose example is a tsconfig.json are checked by `npx dataflow generate`, these by another command. */
export const commands: Readonly<Record<string, string>> = { 'DF-445': 'npx tspc --noEmit', 'DF-750': 'npx dataflow init' };

/** Codes that only the compiler or the checks raise: JavaScript goes on, or fails in another way. */
export const buildTimeOnly: readonly string[] = ['DF-116', 'DF-208', 'DF-223', 'DF-554', 'DF-555', 'DF-701', 'DF-702', 'DF-703', 'DF-704', 'DF-721', 'DF-806'];
