import { relative } from 'node:path';
import pc from 'picocolors';
import { findTsconfig } from '../project.js';
import { subcommand, type AddCommand, type ExitCode } from './command.js';
import { fixProjects, type FixOutcome } from './fix/fix-projects.js';
import { loadTypescript } from './load-typescript.js';
import { readConfig } from './read-config.js';
import { fails, itemsOf } from './report/items.js';
import { count, textReport } from './report/text.js';

export interface FixCommandOptions {
  readonly project?: string;
  readonly dryRun?: boolean;
  readonly maybe?: boolean;
}

export const addFix: AddCommand = (program, finish) =>
  void subcommand(program, 'fix', 'put right what a machine can put right')
    .option('-p, --project <tsconfig>', 'the tsconfig file, or the folder that holds it')
    .option('--dry-run', 'write nothing; show the changes')
    .option('--maybe', 'also fixes that may not be what was meant')
    .action((options: FixCommandOptions) => finish(fix(options, process.cwd())));

/**
 * `dataflow fix`. Exit code 1 when errors are left, and with `dryRun` when something would be fixed.
 * @throws DF-441, DF-442 no usable tsconfig; DF-724 a file cannot be written, then none is
 */
export async function fix(options: FixCommandOptions, cwd: string): Promise<ExitCode> {
  const configPath = findTsconfig(options.project, cwd);
  const tsc = loadTypescript(configPath);
  const dryRun = options.dryRun ?? false;
  const outcome = fixProjects(tsc, readConfig(tsc, configPath), { dryRun, maybe: options.maybe ?? false });
  const items = itemsOf(tsc, outcome.checks);
  if (dryRun && outcome.files.length > 0) process.stdout.write((await import('./fix/preview.js')).preview(outcome.files));
  process.stdout.write(fixReport(outcome, dryRun));
  process.stdout.write(textReport(tsc, items));
  return fails(items) || (dryRun && outcome.files.length > 0) ? 1 : 0;
}

/** What was done (or, with `dryRun`, would be), one line per fix. */
export function fixReport({ files, fixes }: FixOutcome, dryRun: boolean): string {
  if (files.length === 0) return `${pc.green('dataflow')} nothing to fix\n`;
  const done = dryRun ? 'would be made' : 'made';
  const lines = fixes.map(({ title, edits }) => `  ${pc.dim(`${[...new Set(edits.map(({ file }) => file))].join(', ')}:`)} ${title}`);
  const names = files.map(({ path }) => relative(process.cwd(), path).replaceAll('\\', '/'));
  const where = names.length > 3 ? count(names.length, 'file') : names.join(', ');
  return `${pc.green('dataflow')} ${fixes.length} ${fixes.length === 1 ? 'fix' : 'fixes'} ${done} in ${where}\n${lines.join('\n')}\n`;
}
