import { mkdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import pc from 'picocolors';
import { dfError } from 'dataflow-ts/compiler';
import { subcommand, type AddCommand, type ExitCode } from './command.js';
import { writeTogether } from './fix/write-together.js';
import type { InitPlan, Step } from './init/plan-init.js';

export interface InitOptions {
  readonly project?: string;
  readonly dryRun?: boolean;
}

export const addInit: AddCommand = (program, finish) =>
  void subcommand(program, 'init', 'set a project up: the plugin in tsconfig, "#dataflow" and scripts in package.json, a first model')
    .option('-p, --project <tsconfig>', 'the tsconfig file, or the folder that holds it')
    .option('--dry-run', 'write nothing; show the changes')
    .action((options: InitOptions) => finish(init(options, process.cwd())));

/**
 * `dataflow init`. Adds what is missing and overwrites nothing; a second run has nothing to do.
 * @throws DF-441 `-p` names no file; DF-447 no package.json; DF-724 a file cannot be written, then none is; DF-750 a file cannot be extended
 */
export async function init({ project, dryRun }: InitOptions, cwd: string): Promise<ExitCode> {
  const { planInit } = await import('./init/plan-init.js');
  const plan = planInit(project, cwd);
  if (dryRun && plan.steps.length > 0) process.stdout.write((await import('./fix/preview.js')).preview(plan.steps));
  if (!dryRun) write(plan.steps);
  process.stdout.write(reportOf(plan, dryRun ?? false));
  return 0;
}

function write(steps: readonly Step[]): void {
  for (const { path } of steps) mkdirSync(dirname(path), { recursive: true });
  const failure = writeTogether(steps.map(({ change }) => change));
  if (failure) throw dfError('DF-724', { file: shown(failure.path), reason: failure.reason });
}

function reportOf({ found, steps, next, notes }: InitPlan, dryRun: boolean): string {
  const width = Math.max(0, ...steps.map(({ path }) => shown(path).length));
  const done = steps.map(({ path, isNew, added }) => `  ${pc.green(isNew ? 'new' : 'add')}  ${shown(path).padEnd(width)}  ${added || 'as it should be'}`);
  const what = steps.length === 0 ? 'everything is set up' : dryRun ? 'would change' : 'changed';
  return [
    `${pc.green('dataflow')} ${found}: ${what}`,
    ...done,
    ...notes.map((note) => `  ${pc.yellow('note')} ${note}`),
    ...(next.length > 0 ? ['next:', ...next.map((line) => `  ${pc.cyan(line)}`)] : []),
    '',
  ].join('\n');
}

function shown(path: string): string {
  return relative(process.cwd(), path).replaceAll('\\', '/');
}
