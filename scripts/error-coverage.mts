/** Builds, measures what is caught at build time, and writes docs/error-coverage.md: `npm run docs:coverage`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilers, corpusCases } from '../test/transformer/checks/compatibility.js';
import { coveragePage, measure, type Measured } from '../test/transformer/checks/coverage.js';
import { build } from './build.mjs';
import { main } from './lib/progress.mjs';
import { root, setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  build();
  const cases = corpusCases();
  const measured: Measured[] = [];
  for (const compiler of compilers) {
    console.log(`Compiling the corpus with TypeScript ${compiler.version} (${compiler.command})`);
    measured.push(await measure(compiler, cases));
  }
  writeFileSync(join(root, 'docs/error-coverage.md'), coveragePage(measured));
  console.log('Wrote docs/error-coverage.md');
});
