import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { dfError } from 'dataflow-ts/compiler';
import { ProjectChecker } from './check-project.js';
import { subcommand, type AddCommand, type ExitCode } from './command.js';
import { loadTypescript } from './load-typescript.js';
import { readArguments, type TscRequest } from './tsc/arguments.js';
import { merge } from './tsc/merge.js';
import { parseOutput } from './tsc/output.js';

export const addTsc: AddCommand = (program, finish) =>
  void subcommand(program, 'tsc [arguments...]', "generate, then compile with the project's own tsc, and report what both have to say")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((args: string[]) => finish(tscCommand(args, process.cwd())));

/**
 * `dataflow tsc`: generates, checks, and runs the `tsc` of the project, whichever version, with the given arguments. Ends as tsc
 * does: 0, 1 (nothing was written), 2 (written, with errors).
 * @throws DF-448 with `--watch`; DF-449 the project has no TypeScript
 */
export async function tscCommand(args: readonly string[], cwd: string): Promise<ExitCode> {
  const near = join(cwd, 'tsconfig.json');
  const tsc = loadTypescript(near);
  const request = readArguments(tsc, args, cwd);
  const script = tscOf(cwd);
  if (request.configs.length === 0) return exitCode((await runTsc(script, args, 'inherit')).status);
  const checks = request.configs.map((config) => new ProjectChecker(tsc, config).check({ write: true, onlyConcerned: true }));
  const found = checks.some(({ findings }) => findings.some(({ severity }) => severity !== 'warning'));
  const emits = !found || !request.configs.some(({ options }) => options.noEmitOnError);
  const pretty = request.pretty ?? Boolean(process.stdout.isTTY);
  const more = [...(request.saysPretty ? [] : ['--pretty', String(pretty)]), ...(emits ? [] : ['--noEmit'])];
  const { status, text } = await runTsc(script, [...args, ...more], 'pipe');
  const output = parseOutput(text, cwd);
  const { text: report, errors } = merge(tsc, output, checks, pretty);
  process.stdout.write(report);
  if (errors > 0) return emits ? exitCode(status || statusOf(request)) : 1;
  // Errors that tsc has counted may have been suppressed; a failure without a word of why is still one.
  return output.blocks.some(({ diagnostic }) => diagnostic?.isError) ? 0 : exitCode(status);
}

/** How tsc ends when only DataFlow found something. */
function statusOf({ build, configs }: TscRequest): ExitCode {
  return build || configs.every(({ options }) => options.noEmit) ? 1 : 2;
}

function exitCode(status: number): ExitCode {
  return status === 0 ? 0 : status === 2 ? 2 : 1;
}

/** The script of the project's own tsc. */
function tscOf(cwd: string): string {
  try {
    return join(dirname(createRequire(join(cwd, 'package.json')).resolve('typescript/package.json')), 'bin/tsc');
  } catch {
    throw dfError('DF-449', { path: relative(process.cwd(), cwd) || '.' });
  }
}

function runTsc(script: string, args: readonly string[], stdout: 'inherit' | 'pipe'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['inherit', stdout, 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ status: code ?? 1, text: Buffer.concat(chunks).toString('utf8') }));
  });
}
