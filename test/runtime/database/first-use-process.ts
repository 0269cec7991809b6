/** A process that uses a table first: `node --import tsx first-use-process.ts <url> <driver> <prefix> <id>`. Prints how many tables it has created. */
import { DataFlow } from '../../../runtime/src/database/dataflow.js';
import type { DataFlowOptions } from '../../../runtime/src/database/options.js';
import { modelsOf } from './models.js';

const [url, driver, prefix, id] = process.argv.slice(2) as [string, NonNullable<DataFlowOptions['driver']>, string, string];
const db = new DataFlow({ url, driver, schema: modelsOf(prefix).schema, schemaCache: { validate: true } });
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
await db.models.Person.create({ id, name: id, email: id });
process.stdout.write(`${db.schemaCache.metrics().creations}\n`);
await db.close();
process.exit();
