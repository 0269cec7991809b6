import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { DataFlowError, dfError } from 'dataflow-ts/compiler';
import { generateCommand } from './generate-command.js';
import { renderError } from './render.js';

/** What a command ends with: fine, findings, wrong use. */
export type ExitCode = 0 | 1 | 2;

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

function commandLine(finish: (action: Promise<ExitCode>) => Promise<void>): Command {
  const silent = { writeErr: () => undefined };
  const program = new Command('dataflow')
    .description('Typed database nodes from model classes.')
    .version(versionOfPackage())
    .exitOverride()
    .configureOutput(silent);
  program
    .command('generate')
    .description('write the nodes of all models into .dataflow (the outDir of the plugin in tsconfig)')
    .option('-p, --project <tsconfig>', 'the tsconfig file, or the folder that holds it')
    .option('--check', 'write nothing; list the files that are out of date')
    .option('--watch', 'generate again whenever a model changes')
    .exitOverride()
    .configureOutput(silent)
    .allowExcessArguments(false)
    .action((options: { project?: string; check?: true; watch?: true }) => finish(generateCommand(options, process.cwd())));
  return program;
}

function versionOfPackage(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
