/**
 * One suite, every driver, the same expectations. Runs on all drivers found (PostgreSQL when DATAFLOW_TEST_POSTGRES
 * names a server), or on the one in the environment variable DRIVER:
 *
 *     DRIVER=sqlite3 npx tsx test/behaviour/run.test.ts
 *     node test/support/postgres.mjs -- env DRIVER=postgres npx tsx test/behaviour/run.test.ts
 *     DRIVER=node:sqlite test/tools/node24/node_modules/node/bin/node --import tsx test/behaviour/run.test.ts
 *
 * SUITE=filters runs one part; FUZZ_RUNS=500 tries more random values. The nodes are generated first, by the real compiler.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateNodes } from '../support/generate.mjs';

generateNodes(dirname(fileURLToPath(import.meta.url)));
const { runSuites } = await import('./suites/index.js');
runSuites(process.env['SUITE']);
