import type ts from 'typescript';
import { generateOnce } from './generate-once.js';
import { readConfig } from './read-config.js';
import type { ExitCode } from './command.js';

/**
 * `dataflow generate --watch`: generates now and whenever a file of the program or its tsconfig changes, and prints a line (or
 * the findings) per cycle that did or found something. Ends with SIGINT or SIGTERM, exit code 0.
 * @throws DF-442 TypeScript cannot read the tsconfig
 */
export async function watch(tsc: typeof import('typescript'), configPath: string): Promise<ExitCode> {
  const programs = readConfig(tsc, configPath).map((config) => watchProject(tsc, config.options['configFilePath'] as string));
  await new Promise<void>((stop) => {
    process.once('SIGINT', () => stop());
    process.once('SIGTERM', () => stop());
  });
  for (const program of programs) program.close();
  return 0;
}

function watchProject(tsc: typeof import('typescript'), configPath: string): { close(): void } {
  let last = '';
  const host = tsc.createWatchCompilerHost(
    configPath,
    { noEmit: true },
    tsc.sys,
    tsc.createAbstractBuilder,
    (problem) => process.stderr.write(`${tsc.flattenDiagnosticMessageText(problem.messageText, ' ')}\n`),
    () => undefined,
  );
  host.afterProgramCreate = (builder: ts.BuilderProgram) => {
    const { plan, findings, report } = generateOnce(tsc, builder.getProgram(), false);
    // Writing the files starts a cycle of its own, in which there is nothing to do.
    const idle = last !== '' && findings.length === 0 && plan.writes.size === 0 && plan.removals.size === 0 && last !== 'findings';
    last = findings.length ? 'findings' : 'fine';
    if (!idle) (findings.length ? process.stderr : process.stdout).write(report);
  };
  return tsc.createWatchProgram(host);
}
