import { dfError } from 'dataflow-ts/compiler';
import { findTsconfig } from '../project.js';
import { subcommand, type AddCommand, type ExitCode } from './command.js';
import { generateOnce } from './generate-once.js';
import { loadTypescript } from './load-typescript.js';
import { readConfig } from './read-config.js';
import { watch } from './watch.js';

export interface GenerateOptions {
  readonly project?: string;
  readonly check?: boolean;
  readonly watch?: boolean;
}

export const addGenerate: AddCommand = (program, finish) =>
  void subcommand(program, 'generate', 'write the nodes of all models into .dataflow (the outDir of the plugin in tsconfig)')
    .option('-p, --project <tsconfig>', 'the tsconfig file, or the folder that holds it')
    .option('--check', 'write nothing; list the files that are out of date')
    .option('--watch', 'generate again whenever a model changes')
    .action((options: GenerateOptions) => finish(generateCommand(options, process.cwd())));

/**
 * `dataflow generate`. Exit code 1 with findings, or with `check` when files are out of date (DF-722).
 * @throws DF-440 `check` together with `watch`; DF-441, DF-442 no usable tsconfig
 */
export async function generateCommand(options: GenerateOptions, cwd: string): Promise<ExitCode> {
  if (options.check && options.watch) throw dfError('DF-440', { problem: "'--check' writes nothing and '--watch' writes: use one of them" });
  const configPath = findTsconfig(options.project, cwd);
  const tsc = loadTypescript(configPath);
  if (options.watch) return watch(tsc, configPath);
  let exitCode: ExitCode = 0;
  for (const config of readConfig(tsc, configPath)) {
    const program = tsc.createProgram({
      rootNames: config.fileNames,
      options: config.options,
      ...(config.projectReferences && { projectReferences: config.projectReferences }),
    });
    const outcome = generateOnce(tsc, program, options.check ?? false);
    (outcome.findings.length ? process.stderr : process.stdout).write(outcome.report);
    if (outcome.findings.length) exitCode = 1;
  }
  return exitCode;
}
