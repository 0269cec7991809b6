import { Option } from 'commander';
import pc from 'picocolors';
import { findTsconfig } from '../project.js';
import { ProjectChecker, type ProjectCheck } from './check-project.js';
import { subcommand, type AddCommand, type ExitCode } from './command.js';
import { fixReport } from './fix-command.js';
import { fixProjects } from './fix/fix-projects.js';
import { loadTypescript } from './load-typescript.js';
import { readConfig } from './read-config.js';
import { githubReport } from './report/github.js';
import { fails, itemsOf, type Item } from './report/items.js';
import { jsonReport } from './report/json.js';
import { sarifReport } from './report/sarif.js';
import { count, textReport } from './report/text.js';

const formats = ['text', 'json', 'sarif', 'github'] as const;

export interface ValidateOptions {
  readonly project?: string;
  readonly strict?: boolean;
  readonly format: (typeof formats)[number];
  readonly fix?: boolean;
}

export const addValidate: AddCommand = (program, finish) =>
  void subcommand(program, 'validate', 'check models, nodes and workflows without writing anything')
    .option('-p, --project <tsconfig>', 'the tsconfig file, or the folder that holds it')
    .option('--strict', 'warnings are errors')
    .addOption(new Option('--format <format>', 'how to report').choices(formats).default('text'))
    .option('--fix', 'put right what a machine can put right')
    .action((options: ValidateOptions) => finish(validate(options, process.cwd())));

/**
 * `dataflow validate`: checks the project against what its models would generate. Exit code 1 with errors, with `strict` also
 * with warnings.
 * @throws DF-441, DF-442 no usable tsconfig; DF-724 with `fix`, a file cannot be written, then none is
 */
export function validate(options: ValidateOptions, cwd: string): ExitCode {
  const start = performance.now();
  const configPath = findTsconfig(options.project, cwd);
  const tsc = loadTypescript(configPath);
  const configs = readConfig(tsc, configPath);
  const mode = options.strict ? ({ mode: 'strict' } as const) : {};
  let checks: readonly ProjectCheck[];
  if (options.fix) {
    const outcome = fixProjects(tsc, configs, { ...mode, maybe: false, dryRun: false });
    checks = outcome.checks;
    (options.format === 'text' ? process.stdout : process.stderr).write(fixReport(outcome, false));
  } else {
    checks = configs.map((config) => new ProjectChecker(tsc, config).check(mode));
  }
  const items = itemsOf(tsc, checks);
  process.stdout.write(report(tsc, options.format, checks, items));
  if (options.format === 'text' && items.length === 0) {
    const models = checks.reduce((sum, { plan }) => sum + plan.models, 0);
    process.stdout.write(`${pc.green('dataflow')} ${count(models, 'model')}, nothing found ${pc.dim(`(${Math.round(performance.now() - start)} ms)`)}\n`);
  }
  return fails(items) ? 1 : 0;
}

function report(tsc: typeof import('typescript'), format: ValidateOptions['format'], checks: readonly ProjectCheck[], items: readonly Item[]): string {
  if (format === 'json') return jsonReport(checks, items);
  if (format === 'sarif') return sarifReport(items);
  return format === 'github' ? githubReport(items) : textReport(tsc, items);
}
