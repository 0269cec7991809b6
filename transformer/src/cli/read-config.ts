import { relative } from 'node:path';
import type ts from 'typescript';
import { dfError } from 'dataflow-ts/compiler';
import { findTsconfig } from '../project.js';

/** Complaints about single compiler options: they are tsc's business, and differ between versions of TypeScript. */
const aboutOptions = new Set([5023, 5024, 5025, 5095, 5101, 5102, 5107, 5108, 6046]);

/**
 * The projects of a tsconfig file: itself, or the projects it refers to when it has no files of its own.
 * @throws DF-442 TypeScript cannot read it
 */
export function readConfig(tsc: typeof import('typescript'), configPath: string): ts.ParsedCommandLine[] {
  const config = tsc.getParsedCommandLineOfConfigFile(configPath, { noEmit: true }, { ...tsc.sys, onUnRecoverableConfigFileDiagnostic: (problem) => refuse(tsc, configPath, problem) });
  if (!config) throw dfError('DF-442', { path: shown(configPath), reason: 'it is not a tsconfig file' });
  // Mistakes in the text of the file come first.
  const problem = tsc.getConfigFileParsingDiagnostics(config).find(({ code, category }) => category === tsc.DiagnosticCategory.Error && !aboutOptions.has(code));
  const references = config.projectReferences ?? [];
  if (config.fileNames.length === 0 && references.length > 0) {
    return references.flatMap(({ path }) => readConfig(tsc, findTsconfig(path, process.cwd())));
  }
  if (problem) refuse(tsc, configPath, problem);
  return [config];
}

function refuse(tsc: typeof import('typescript'), configPath: string, problem: ts.Diagnostic): never {
  const reason = tsc.flattenDiagnosticMessageText(problem.messageText, ' ');
  throw dfError('DF-442', { path: shown(configPath), reason });
}

function shown(path: string): string {
  return relative(process.cwd(), path) || path;
}
