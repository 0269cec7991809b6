import { Command, CommanderError } from 'commander';
import { DataFlowError, dfError } from 'dataflow-ts/compiler';
import type { AddCommand, ExitCode, Finish } from './command.js';
import { addExplain } from './explain-command.js';
import { addFix } from './fix-command.js';
import { addGenerate } from './generate-command.js';
import { addInit } from './init-command.js';
import { versionOfPackage } from '../package-files.js';
import { renderError } from './render.js';
import { addTsc } from './tsc-command.js';
import { addValidate } from './validate-command.js';

export type { ExitCode } from './command.js';

/** The command table. */
const commands: readonly AddCommand[] = [addInit, addGenerate, addValidate, addFix, addTsc, addExplain];

/** Runs one command line (without `node` and the script) and gives its exit code. Errors go to stderr. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const command = commandLine(async (action) => {
    exitCode = await action;
  });
  try {
    await command.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      const problem = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
      process.stderr.write(renderError(dfError('DF-440', { problem: problem === '(outputHelp)' ? 'a command is missing' : problem })));
      return 2;
    }
    if (!(error instanceof DataFlowError)) throw error;
    process.stderr.write(renderError(error));
    return 2;
  }
}

function commandLine(finish: Finish): Command {
  const program = new Command('dataflow')
    .description('Typed database nodes from model classes.')
    .version(versionOfPackage())
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  for (const add of commands) add(program, finish);
  return program;
}
