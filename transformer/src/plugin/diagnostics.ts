import { resolve } from 'node:path';
import type ts from 'typescript';
import type { Finding, ModelSchema } from 'dataflow-ts/compiler';
import { checkContext, checkFile, type CheckContext, type FileCheck } from '../checks/index.js';
import { diagnosticOf, filesOf } from '../diagnostic.js';
import type { Project } from '../project.js';
import { markVersions } from './versions.js';

/** `getBindAndCheckDiagnostics` is what the incremental, `-b` and watch builders ask instead of `getSemanticDiagnostics`. */
interface InternalProgram extends ts.Program {
  getBindAndCheckDiagnostics?: ts.Program['getSemanticDiagnostics'];
  isSourceOfProjectReferenceRedirect?(path: string): boolean;
}

/**
 * Makes the program report what DataFlow finds among its own diagnostics: the given findings, and what the checks of each file
 * find when the file is checked. Findings about the project are reported with its first file, for that is what `-b` remembers
 * between two runs. TypeScript's own diagnostics that a finding says better are left out.
 */
export function reportFindings(tsc: typeof import('typescript'), program: ts.Program, project: Project, findings: readonly Finding[], models: readonly ModelSchema[]): void {
  const { folder } = project;
  const fileOf = filesOf(program, folder);
  const byFile = new Map<ts.SourceFile, ts.Diagnostic[]>();
  for (const found of findings) {
    const file = found.at && program.getSourceFile(resolve(folder, found.at.file));
    const reporting = file ?? firstFile(program);
    if (!reporting) continue;
    const diagnostic = diagnosticOf(tsc, found, file ?? configFileOf(program, folder, found), fileOf);
    byFile.set(reporting, [...(byFile.get(reporting) ?? []), diagnostic]);
  }
  markVersions(tsc, program, project, models, byFile);
  wrapChecks(program, byFile, new FileChecks(tsc, program, project, models));
}

function firstFile(program: ts.Program): ts.SourceFile | undefined {
  return program.getSourceFiles().find((file) => !file.isDeclarationFile) ?? program.getSourceFiles()[0];
}

function wrapChecks(program: InternalProgram, byFile: ReadonlyMap<ts.SourceFile, ts.Diagnostic[]>, checks: FileChecks): void {
  const wrap = (original: ts.Program['getSemanticDiagnostics']): ts.Program['getSemanticDiagnostics'] => {
    const ofFile = (file: ts.SourceFile, token: ts.CancellationToken | undefined): readonly ts.Diagnostic[] => {
      const mine = byFile.get(file) ?? [];
      const all = checks.applied(file, original.call(program, file, token));
      return mine.length ? [...all, ...mine] : all;
    };
    return (file, token) => (file ? ofFile(file, token) : program.getSourceFiles().flatMap((each) => ofFile(each, token))) as readonly ts.Diagnostic[];
  };
  program.getSemanticDiagnostics = wrap(program.getSemanticDiagnostics);
  if (program.getBindAndCheckDiagnostics) program.getBindAndCheckDiagnostics = wrap(program.getBindAndCheckDiagnostics);
}

/** The checks of a program's files, each made when the compiler has checked the file itself. */
class FileChecks {
  #context: CheckContext | undefined;
  readonly #done = new Map<ts.SourceFile, { check: FileCheck; diagnostics: readonly ts.Diagnostic[] }>();

  constructor(
    private readonly tsc: typeof import('typescript'),
    private readonly program: InternalProgram,
    private readonly project: Project,
    private readonly models: readonly ModelSchema[],
  ) {}

  /** TypeScript's diagnostics of a file, without those that are explained, and with the findings. */
  applied(file: ts.SourceFile, theirs: readonly ts.Diagnostic[]): readonly ts.Diagnostic[] {
    const { tsc, program, project } = this;
    if (file.isDeclarationFile || program.isSourceFileFromExternalLibrary(file) || program.isSourceOfProjectReferenceRedirect?.(file.fileName)) return theirs;
    let done = this.#done.get(file);
    if (!done) {
      this.#context ??= checkContext(tsc, program, project, this.models);
      const check = checkFile(this.#context, file, theirs);
      const fileOf = filesOf(program, project.folder);
      done = { check, diagnostics: check.findings.map((found) => diagnosticOf(tsc, found, file, fileOf)) };
      this.#done.set(file, done);
      this.#warn(done.diagnostics);
    }
    const { check, diagnostics } = done;
    const errors = diagnostics.filter(({ category }) => category === tsc.DiagnosticCategory.Error);
    return check.explained.size + errors.length > 0 ? [...theirs.filter((diagnostic) => !check.explained.has(diagnostic)), ...errors] : theirs;
  }

  /** To the compiler every diagnostic is a failure, so warnings are printed beside it. */
  #warn(diagnostics: readonly ts.Diagnostic[]): void {
    const { tsc } = this;
    const warnings = diagnostics.filter(({ category }) => category === tsc.DiagnosticCategory.Warning);
    if (warnings.length === 0) return;
    const host: ts.FormatDiagnosticsHost = { getCurrentDirectory: () => tsc.sys.getCurrentDirectory(), getCanonicalFileName: (name) => name, getNewLine: () => tsc.sys.newLine };
    const isPretty = this.program.getCompilerOptions().pretty ?? tsc.sys.writeOutputIsTTY?.() ?? false;
    tsc.sys.write(isPretty ? tsc.formatDiagnosticsWithColorAndContext(warnings, host) : tsc.formatDiagnostics(warnings, host));
  }
}

/** The tsconfig as TypeScript parsed it, for findings that stand in it. */
function configFileOf(program: ts.Program, folder: string, found: Finding): ts.SourceFile | undefined {
  const file = program.getCompilerOptions()['configFile'] as ts.SourceFile | undefined;
  return file && found.at && resolve(folder, found.at.file) === resolve(file.fileName) ? file : undefined;
}
