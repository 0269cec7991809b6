import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type ts from 'typescript';
import { applyPlan, planGeneration, type Plan } from '../generate-project.js';
import { projectOf } from '../project.js';
import { reportFindings } from './diagnostics.js';
import { forgetMissingFolder, forgetResolutions, writerOf } from './host-caches.js';
import { missesFiles, overlayHost } from './overlay-host.js';

/**
 * The ts-patch program transformer: generates the files of the program's models, gives back a program that sees them, and
 * adds what is wrong with the models to its diagnostics. Raises nothing; findings are diagnostics with DF codes.
 * @param given the compiler host that made the program
 */
export function transformProgram(
  program: ts.Program,
  given: ts.CompilerHost | undefined,
  tsc: typeof import('typescript'),
): ts.Program {
  // Inside the editor's server nothing is generated while somebody types; the editor has the plugin of its own.
  if (/^tsserver(\.js)?$/.test(basename(process.argv[1] ?? ''))) return program;
  const options = program.getCompilerOptions();
  const host = given ?? tsc.createCompilerHost(options);
  const { project, findings } = projectOf(tsc, options, program.getRootFileNames(), host.getCurrentDirectory());
  const plan = planGeneration(tsc, program, project);
  const isNew = !existsSync(project.outDir);
  const all = [...findings, ...plan.findings, ...applyPlan(plan, project, writerOf(host))];
  if (isNew) forgetMissingFolder(host, project.outDir);
  const changed = plan.writes.size > 0 || plan.removals.size > 0;
  const current = changed || missesFiles(program, plan.files) ? secondProgram(tsc, program, host, plan) : program;
  reportFindings(tsc, current, project, all, plan.schemas);
  return current;
}

function secondProgram(tsc: typeof import('typescript'), program: ts.Program, host: ts.CompilerHost, plan: Plan): ts.Program {
  // ts-patch's own createProgram would run the project's other transformers here and once more afterwards.
  const { originalCreateProgram } = tsc as unknown as { originalCreateProgram?: typeof tsc.createProgram };
  const references = program.getProjectReferences();
  forgetResolutions(host);
  return (originalCreateProgram ?? tsc.createProgram)({
    rootNames: program.getRootFileNames().filter((path) => !plan.removals.has(resolve(path))),
    options: program.getCompilerOptions(),
    host: overlayHost(tsc, host, program, plan),
    configFileParsingDiagnostics: program.getConfigFileParsingDiagnostics(),
    ...(references && { projectReferences: references }),
  });
}
