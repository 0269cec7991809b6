/**
 * What DataFlow costs a compiler and an editor. Options:
 *
 *     --only types,plugin,chains,watch,editor   parts (all when absent)
 *     --repeat 5                                runs of each; of more than 300 models at most 2
 *     --sizes 10,100,300,1000                   models of the plugin's projects
 *     --no-report                               prints the figures and leaves docs/performance.md alone
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureChains } from './chains.js';
import { measureEditor } from './editor.js';
import { measurePlugin } from './plugin.js';
import { measureTypes } from './types.js';
import { measureWatch } from './watch.js';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, repeat: { type: 'string', default: '5' }, sizes: { type: 'string', default: '10,100,300,1000' }, 'no-report': { type: 'boolean', default: false } },
});
const folder = join(import.meta.dirname, '../.work');
const repeat = Number(options.repeat);
const log = (line: string): void => console.error(line);
const parts = {
  types: () => measureTypes(folder, 100, repeat, log),
  plugin: () => measurePlugin(folder, options.sizes.split(',').map(Number), repeat, log),
  chains: () => measureChains(folder, [20, 50, 100, 200], Math.min(repeat, 3), log),
  watch: () => measureWatch(folder, 300, repeat, log),
  editor: () => measureEditor(folder, 300, 4 * repeat, log),
};

const wanted = options.only?.split(',') ?? Object.keys(parts);
const results = join(import.meta.dirname, '../results');
const file = join(results, 'compile.json');
mkdirSync(results, { recursive: true });
let found: Record<string, unknown> = {};
try {
  found = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
} catch {
  // The first run.
}
for (const name of wanted) {
  const part = parts[name as keyof typeof parts];
  if (part === undefined) throw new Error(`--only ${name}: ${Object.keys(parts).join(', ')} are known`);
  const figures = await part();
  console.table(figures);
  found[name] = figures;
  save();
}
rmSync(folder, { recursive: true, force: true });
if (!options['no-report']) await (await import('../report/report.js')).writeReport();
process.exit();

/** After every part: one that fails must not cost the others. */
function save(): void {
  if (options['no-report']) return;
  found['machine'] = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
  found['repeat'] = repeat;
  found['date'] = new Date().toISOString().slice(0, 10);
  writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
}
