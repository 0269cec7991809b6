/** Writes docs/performance.md and its charts from the results of all benchmarks that were run. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainCost } from '../compile/chains.js';
import type { EditorCost } from '../compile/editor.js';
import type { PluginCost } from '../compile/plugin.js';
import type { TypeCost } from '../compile/types.js';
import type { WatchCost } from '../compile/watch.js';
import { databaseKinds, type DatabaseKind } from '../run/contender.js';
import { fileNameOf, tableOf, type RunInfo, type RunResult } from '../run/ratios.js';
import type { StartupCost } from '../startup/main.js';
import { chartOf } from './chart.js';
import { compileLosses, lossesOf } from './losses.js';

const root = join(import.meta.dirname, '../..');
const docs = join(root, 'docs');

type Machine = RunInfo['machine'];
interface CompileResults {
  readonly machine: Machine;
  readonly date: string;
  /** Runs of each, at the last part that was measured. */
  readonly repeat: number;
  readonly types?: readonly TypeCost[];
  readonly plugin?: readonly PluginCost[];
  readonly chains?: readonly ChainCost[];
  readonly watch?: readonly WatchCost[];
  readonly editor?: readonly EditorCost[];
}

export async function writeReport(): Promise<void> {
  const sections = [
    `# Performance

How fast DataFlow is beside the raw drivers and its peers, and what it costs a compiler. Written by \`npm run bench\`, \`npm run bench:compile\` and
\`npm run bench:startup\`; [bench/README.md](../bench/README.md) says how they measure. All contenders of a table run in one process, in turns; a ratio is the
median over rounds of the throughput within the round. \`base again\` is the base a second time: its distance from 1.00 is the error of that column.`,
  ];
  for (const kind of databaseKinds) {
    const result = read<RunResult>(`run-${fileNameOf(kind)}`);
    if (result !== undefined) sections.push(await runSection(kind, result));
  }
  const compile = read<CompileResults>('compile');
  if (compile !== undefined) sections.push(compileSection(compile));
  const startup = read<{ machine: Machine; date: string; costs: readonly StartupCost[] }>('startup');
  if (startup !== undefined) sections.push(startupSection(startup));
  writeFileSync(join(docs, 'performance.md'), `${sections.join('\n\n')}\n`);
}

function read<T>(name: string): T | undefined {
  const file = join(root, 'bench/results', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

const on = ({ cpu, cores, node }: Machine, date: string): string => `${cores} cores of ${cpu}, Node ${node.slice(1)}, ${date}`;
const whole = (figure: number): string => Math.round(figure).toLocaleString('en-US');
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const titles: Readonly<Record<DatabaseKind, string>> = { sqlite: 'SQLite', 'node:sqlite': 'SQLite through `node:sqlite`', postgres: 'PostgreSQL' };

async function runSection(kind: DatabaseKind, result: RunResult): Promise<string> {
  mkdirSync(join(docs, 'performance'), { recursive: true });
  const chart = `performance/${fileNameOf(kind)}.svg`;
  writeFileSync(join(docs, chart), await chartOf(result));
  const base = result.contenders.find(({ role }) => role === 'base')!.name;
  return `## ${titles[kind]}

${result.database}, ${result.rounds} rounds of ${result.calls} calls, base: ${base}. ${on(result.machine, result.date)}.

![Throughput as a share of the raw driver's](${chart})

Ratio to the base (2.00 is twice as fast):

${tableOf(result)}

Calls per second (bulk: rows per second), median:

${tableOf(result, ({ perSecond }) => whole(perSecond))}

<details><summary>Least and greatest ratio of a round</summary>

${tableOf(result, ({ least, most }) => `${least.toFixed(2)}–${most.toFixed(2)}`)}

</details>

### Where DataFlow falls short here

${lossesOf(kind, result)}`;
}

function compileSection({ machine, date, repeat, types, plugin, chains, watch, editor }: CompileResults): string {
  const parts = [`## Compile time\n\n${on(machine, date)}. Times are medians of up to ${repeat} runs.`];
  if (types) {
    const rows = types.map((one) => [one.name === 'DataFlow' ? '**DataFlow**' : one.name, whole(one.instantiations), whole(one.types), whole(one.checkMs), whole(one.peakMb), whole(one.wallMs59), whole(one.wallMs70)]);
    parts.push(`### Types: 100 models of 8 fields, 400 calls

Instantiations and types are exact counts, the same in every run. Generating code (Prisma, DataFlow) is not part of the figures.

${table(['', 'instantiations', 'types', 'check ms (5.9)', 'memory MB', 'whole run ms (5.9)', 'whole run ms (7.0)'], rows)}`);
  }
  if (plugin) {
    const share = (figure: number): string => figure.toFixed(2);
    const added = (one: PluginCost, figure: number): string => (((figure - 1) * one.plainMs) / one.models).toFixed(1);
    const rows = plugin.map((one) => [String(one.models), whole(one.tscMs), whole(one.plainMs), share(one.fresh), share(one.unchanged), share(one.oneChanged), whole(one.incrementalPlainMs), share(one.incremental), added(one, one.fresh), added(one, one.unchanged)]);
    parts.push(`### The plugin: user CPU with it, as a share of a plain run with the generated files already there

TypeScript 5.9 through ts-patch, ten usages per model, files written. \`tsc\` is the same plain run without ts-patch. The last columns are what the plugin adds to
the plain run, divided by the number of models. User CPU counts garbage collection on other threads too, and the same run varies by a tenth.

${table(['models', 'tsc ms', 'plain ms', 'everything generated', 'nothing changed', 'one model changed', 'incremental, plain ms', 'incremental, share', 'added per model, generated, ms', 'added per model, nothing changed, ms'], rows)}`);
  }
  if (watch) {
    const rows = watch.map((one) => [`${one.change === 'usage' ? 'a file of calls' : 'a model'}, ${one.plugin ? 'with' : 'without'} the plugin`, whole(one.wallMs), whole(one.userMs)]);
    parts.push(`### Watching ${watch[0]?.models} models: from a saved change to the end of the compilation

\`tspc --watch\` with the plugin, \`tsc --watch\` without. Without the plugin nothing is generated for a changed model, so nothing that uses it is checked again.

${table(['saved', 'ms', 'user CPU ms'], rows)}`);
  }
  if (chains) {
    const rows = chains.map((one) => [`${one.nodes} nodes, ${one.compiler}`, one.instantiations === undefined ? '' : whole(one.instantiations), one.checkMs === undefined ? '' : whole(one.checkMs)]);
    parts.push(`### Workflow chains\n\n${table(['', 'instantiations', 'check ms'], rows)}`);
  }
  if (editor) {
    const rows = editor.map((one) => [`${one.models} models, ${one.plugin ? 'with' : 'without'} the plugin`, one.completionMs.toFixed(0), one.diagnosticsMs.toFixed(0)]);
    parts.push(`### The editor: after a keystroke\n\n${table(['', 'completion of a field, ms', 'diagnostics of the file, ms'], rows)}`);
  }
  parts.push(`### Where DataFlow falls short here\n\n${compileLosses(types, plugin)}`);
  return parts.join('\n\n');
}

function startupSection({ machine, date, costs }: { machine: Machine; date: string; costs: readonly StartupCost[] }): string {
  const rows = costs.map((one) => [one.name === 'DataFlow' ? '**DataFlow**' : one.name, one.importMs === undefined ? '' : one.importMs.toFixed(0), one.firstRowMs.toFixed(0), one.installedKb ? whole(one.installedKb) : '']);
  return `## A cold start

Each figure is of processes of their own: importing the library without a driver, and from the start of the process to the first row of a SQLite file and
the process's end. Size: the library's own packages, without drivers. ${on(machine, date)}.

${table(['', 'import ms', 'to the first row ms', 'installed KB'], rows)}

The target for importing DataFlow is 30 ms.`;
}
