import { dfError } from 'dataflow-ts/compiler';
import { findTsconfig } from '../project.js';
import { generateOnce } from './generate-once.js';
import { loadTypescript } from './load-typescript.js';
import { readConfig } from './read-config.js';
import type { ExitCode } from './run.js';
import { watch } from './watch.js';

export interface GenerateOptions {
  readonly project?: string;
  readonly check?: boolean;
  readonly watch?: boolean;
}

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
