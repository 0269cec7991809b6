/** What the plugin adds to a compile, for projects of several sizes. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../run/ratios.js';
import { compile, type Run } from './compiler.js';
import { tsconfig, write } from './generate.js';
import { callFiles, type Files } from './project.js';
import { callsOf, modelFile, peer } from './peers/dataflow.js';

export interface PluginCost {
  readonly models: number;
  /** User CPU of `tsc`, the generated files already there. Milliseconds. */
  readonly tscMs: number;
  /** The same through ts-patch, without the plugin: the base of all shares. */
  readonly plainMs: number;
  /** User CPU with the plugin, as a share of that: from nothing, with nothing to do, with one model changed. */
  readonly fresh: number;
  readonly unchanged: number;
  readonly oneChanged: number;
  /** With `--incremental`, after a change in one file of calls: plain, and with the plugin as a share of that. */
  readonly incrementalPlainMs: number;
  readonly incremental: number;
}

/** Above this many models a run takes long beside what moves it, and two will do. */
const largeProject = 300;

/** Ten usages per model: the four calls of the type-check projects, twice, and two more. */
function usages(models: number): Files {
  const again = Object.fromEntries(Object.entries(callsOf(models)).map(([name, text]) => [`more-${name}`, text]));
  const head = `import type { DataFlow } from 'dataflow-ts';\nimport type { Models } from './.dataflow/index.js';\ndeclare const db: DataFlow<Models>;\n`;
  const rest = callFiles(models, head, ({ type }) => `  const created = (await db.models.${type}.upsert({ where: { id }, create: { id, name: 'a', email: 'e', age: 1, active: true, score: 1, joinedAt: new Date() }, update: { age: 2 } })).record;
  const found = created, updated = created, list = [created];
  await db.models.${type}.count({ filter: { active: true } });`);
  return { ...callsOf(models), ...again, ...Object.fromEntries(Object.entries(rest).map(([name, text]) => [`rest-${name}`, text])) };
}

export async function measurePlugin(folder: string, sizes: readonly number[], repeat: number, log: (line: string) => void): Promise<PluginCost[]> {
  const costs: PluginCost[] = [];
  for (const models of sizes) {
    const rounds = models > largeProject ? Math.min(repeat, 2) : repeat;
    const at = join(folder, `plugin-${models}`);
    rmSync(at, { recursive: true, force: true });
    const source = modelFile(models);
    const made = await peer.files(models, at);
    const generated = Object.fromEntries(Object.entries(made).filter(([path]) => path.startsWith('.dataflow/')));
    const use = (plugin: boolean): void => write(at, { 'tsconfig.json': tsconfig({ plugin, emit: true }) });
    write(at, { 'models.ts': source, 'package.json': '{ "type": "module" }', ...usages(models) });
    const runs: Record<'tsc' | 'plain' | 'fresh' | 'unchanged' | 'oneChanged' | 'incrementalPlain' | 'incremental', Run[]> = {
      tsc: [], plain: [], fresh: [], unchanged: [], oneChanged: [], incrementalPlain: [], incremental: [],
    };
    for (let i = 0; i < rounds; i++) {
      rmSync(join(at, '.dataflow'), { recursive: true, force: true });
      use(true);
      runs.fresh.push(compile('tspc', at));
      runs.unchanged.push(compile('tspc', at));
      write(at, { 'models.ts': source.replace('note!: string | null;', `note!: string | null;\n  extra!: number | null;`) });
      runs.oneChanged.push(compile('tspc', at));
      write(at, { 'models.ts': source, ...generated });
      use(false);
      runs.plain.push(compile('tspc', at));
      runs.tsc.push(compile('TypeScript 5.9', at));
      for (const [plugin, to] of [[false, runs.incrementalPlain], [true, runs.incremental]] as const) {
        use(plugin);
        const info = ['--incremental', '--tsBuildInfoFile', join(at, `${plugin}.tsbuildinfo`)];
        compile('tspc', at, ...info);
        const first = usages(models)['calls-0.ts']!;
        write(at, { 'calls-0.ts': `${first}export const changed = ${i + 1};\n` });
        to.push(compile('tspc', at, ...info));
        write(at, { 'calls-0.ts': first });
      }
      log(`plugin, ${models} models: ${i + 1} of ${rounds}`);
    }
    const shareOf = (some: readonly Run[], base: readonly Run[]): number => median(some.map(({ userMs }, i) => userMs / base[i]!.userMs));
    costs.push({
      models,
      tscMs: median(runs.tsc.map(({ userMs }) => userMs)),
      plainMs: median(runs.plain.map(({ userMs }) => userMs)),
      fresh: shareOf(runs.fresh, runs.plain),
      unchanged: shareOf(runs.unchanged, runs.plain),
      oneChanged: shareOf(runs.oneChanged, runs.plain),
      incrementalPlainMs: median(runs.incrementalPlain.map(({ userMs }) => userMs)),
      incremental: shareOf(runs.incremental, runs.incrementalPlain),
    });
    rmSync(at, { recursive: true });
  }
  return costs;
}
