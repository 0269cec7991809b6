import type { Command } from 'commander';

/** What a command ends with: fine, findings, wrong use. */
export type ExitCode = 0 | 1 | 2;

/** Called by a command's action with what it does; commander itself knows no exit codes of actions. */
export type Finish = (action: Promise<ExitCode> | ExitCode) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, finish: Finish) => void;

/** A command that throws instead of ending the process, and prints nothing by itself but its help. */
export function subcommand(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .allowExcessArguments(false);
}
