import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type ts from 'typescript';
import type { Finding } from 'dataflow-ts/compiler';
import { diagnosticOf } from '../diagnostic.js';

/** `getBindAndCheckDiagnostics` is what the incremental, `-b` and watch builders ask instead of `getSemanticDiagnostics`. */
interface InternalProgram extends ts.Program {
  getBindAndCheckDiagnostics?: ts.Program['getSemanticDiagnostics'];
}

/** `version` is what the builders compare to know whether a file has to be checked again. */
type VersionedFile = ts.SourceFile & { version?: string };

const plainVersions = new WeakMap<ts.SourceFile, string>();

/**
 * Makes the program report the findings among its own diagnostics, each when the file that it stands in is checked. Findings
 * about the project are reported with its first file, for that is what `-b` remembers between two runs.
 */
export function reportFindings(tsc: typeof import('typescript'), program: ts.Program, folder: string, findings: readonly Finding[]): void {
  const byFile = new Map<ts.SourceFile, ts.Diagnostic[]>();
  for (const found of findings) {
    const file = found.at && program.getSourceFile(resolve(folder, found.at.file));
    const reporting = file ?? firstFile(program);
    if (!reporting) continue;
    const diagnostic = diagnosticOf(tsc, found, file ?? configFileOf(program, folder, found));
    byFile.set(reporting, [...(byFile.get(reporting) ?? []), diagnostic]);
  }
  for (const file of program.getSourceFiles()) markVersion(file, byFile.get(file));
  if (byFile.size > 0) wrapChecks(program, byFile);
}

function firstFile(program: ts.Program): ts.SourceFile | undefined {
  return program.getSourceFiles().find((file) => !file.isDeclarationFile) ?? program.getSourceFiles()[0];
}

function wrapChecks(program: InternalProgram, byFile: ReadonlyMap<ts.SourceFile, ts.Diagnostic[]>): void {
  const own = (file: ts.SourceFile | undefined) => (file ? (byFile.get(file) ?? []) : [...byFile.values()].flat());
  const wrap = (original: ts.Program['getSemanticDiagnostics']): ts.Program['getSemanticDiagnostics'] =>
    (file, token) => {
      const mine = own(file);
      const theirs = original.call(program, file, token);
      return mine.length ? [...theirs, ...(mine as ts.DiagnosticWithLocation[])] : theirs;
    };
  program.getSemanticDiagnostics = wrap(program.getSemanticDiagnostics);
  if (program.getBindAndCheckDiagnostics) program.getBindAndCheckDiagnostics = wrap(program.getBindAndCheckDiagnostics);
}

/**
 * Builders keep the diagnostics of a file whose version is the same. A finding may stand in one file and depend on another,
 * so the version of a file takes in its findings.
 */
function markVersion(file: VersionedFile, diagnostics: readonly ts.Diagnostic[] | undefined): void {
  const plain = plainVersions.get(file) ?? file.version;
  if (plain === undefined) return;
  if (!diagnostics) {
    if (plainVersions.has(file)) file.version = plain;
    return;
  }
  plainVersions.set(file, plain);
  const text = JSON.stringify(diagnostics.map(({ code, start, messageText }) => [code, start, messageText]));
  file.version = `${plain}-${createHash('sha1').update(text).digest('hex')}`;
}

/** The tsconfig as TypeScript parsed it, for findings that stand in it. */
function configFileOf(program: ts.Program, folder: string, found: Finding): ts.SourceFile | undefined {
  const file = program.getCompilerOptions()['configFile'] as ts.SourceFile | undefined;
  return file && found.at && resolve(folder, found.at.file) === resolve(file.fileName) ? file : undefined;
}
