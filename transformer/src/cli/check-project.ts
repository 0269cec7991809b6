import { resolve } from 'node:path';
import type ts from 'typescript';
import type { Finding } from 'dataflow-ts/compiler';
import { checkContext, checkFile, isConcerned } from '../checks/index.js';
import { applyPlan, planGeneration, type Plan } from '../generate-project.js';
import { inMode } from '../mode.js';
import { missesFiles, overlayHost } from '../plugin/overlay-host.js';
import { projectOf, type Mode, type Project } from '../project.js';

/** What of a parsed command line or tsconfig makes a program. */
export type ProgramConfig = Pick<ts.ParsedCommandLine, 'fileNames' | 'options' | 'projectReferences'>;

export interface CheckOptions {
  /** Write the generated files; without it the program sees what would be generated, and nothing is written. */
  readonly write?: boolean;
  /** Leaves out files that have nothing to do with DataFlow: what TypeScript has to say about them is said by somebody else. */
  readonly onlyConcerned?: boolean;
  /** Stands before the mode in tsconfig. */
  readonly mode?: Mode;
  /** Texts, by absolute path, of files that are checked as if they were changed already. */
  readonly edited?: ReadonlyMap<string, string>;
}

/** What is wrong with one project. */
export interface ProjectCheck {
  readonly project: Project;
  readonly plan: Plan;
  /** With the generated files in it. */
  readonly program: ts.Program;
  /** About the models and the project first, then file by file. */
  readonly findings: readonly Finding[];
  /** TypeScript's own diagnostics, without those that a finding says better. */
  readonly diagnostics: readonly ts.Diagnostic[];
  /** Those that a finding says better. */
  readonly explained: readonly ts.Diagnostic[];
}

/** What the language service uses to look into referenced projects; not among TypeScript's public types. */
interface InternalHost extends ts.CompilerHost {
  useSourceOfProjectReferenceRedirect?: () => boolean;
}
interface InternalProgram extends ts.Program {
  isSourceOfProjectReferenceRedirect?: (fileName: string) => boolean;
}

/** Checks a project as it is on disk, and again with files edited, sharing what did not change. */
export class ProjectChecker {
  readonly #host: ts.CompilerHost;
  #first: ts.Program | undefined;

  /** @param host what reads the files, when it is not to be TypeScript's own host */
  constructor(
    private readonly tsc: typeof import('typescript'),
    private readonly config: ProgramConfig,
    host?: ts.CompilerHost,
  ) {
    this.#host = host ?? tsc.createCompilerHost(config.options);
    // Other projects are seen as they are, not as they were when they were last built.
    (this.#host as InternalHost).useSourceOfProjectReferenceRedirect = () => true;
  }

  /** Raises nothing: what is wrong is a finding or a diagnostic. */
  check({ write = false, onlyConcerned = false, mode, edited = new Map() }: CheckOptions = {}): ProjectCheck {
    const { tsc, config } = this;
    this.#first ??= this.#program(this.#host);
    const host = edited.size > 0 ? overlayHost(tsc, this.#host, this.#first, { files: edited, writes: edited, removals: new Set() }) : this.#host;
    const before = edited.size > 0 ? this.#program(host) : this.#first;
    const { project, findings } = projectOf(tsc, config.options, config.fileNames, process.cwd());
    const plan = planGeneration(tsc, before, project);
    const unwritten = write ? applyPlan(plan, project) : [];
    const changed = plan.writes.size > 0 || plan.removals.size > 0 || missesFiles(before, plan.files);
    const program = changed ? this.#program(overlayHost(tsc, host, before, plan), plan.removals) : before;
    const ofProject = [...findings, ...plan.findings, ...unwritten];
    return { project, plan, program, ...checkFiles(tsc, program, mode === undefined ? project : { ...project, mode }, plan, ofProject, onlyConcerned) };
  }

  #program(host: ts.CompilerHost, removals: ReadonlySet<string> = new Set()): ts.Program {
    const { fileNames, options, projectReferences } = this.config;
    // That of a TypeScript with ts-patch installed would run the plugin, which reports everything once more.
    const { originalCreateProgram } = this.tsc as unknown as { originalCreateProgram?: typeof ts.createProgram };
    return (originalCreateProgram ?? this.tsc.createProgram)({
      rootNames: fileNames.filter((path) => !removals.has(resolve(path))),
      options,
      host,
      ...(projectReferences && { projectReferences }),
    });
  }
}

function checkFiles(
  tsc: typeof import('typescript'),
  program: ts.Program,
  project: Project,
  plan: Plan,
  ofProject: readonly Finding[],
  onlyConcerned: boolean,
): Pick<ProjectCheck, 'findings' | 'diagnostics' | 'explained'> {
  const files = program.getSourceFiles().filter((file) => isOwn(program, file));
  const early = project.mode === 'strict' ? inMode('strict', { findings: ofProject, explained: new Set() }).findings : ofProject;
  const broken = files.flatMap((file) => program.getSyntacticDiagnostics(file));
  if (broken.length > 0) {
    // Like tsc: types of code that does not parse say nothing. DF-721 says the same about files with models.
    const isSaid = ({ file, start }: ts.Diagnostic) => ofProject.some(({ code, at }) => code === 'DF-721' && at !== undefined && at.start === start && resolve(project.folder, at.file) === resolve(file!.fileName));
    return { findings: early, diagnostics: broken.filter((each) => !isSaid(each)), explained: broken.filter(isSaid) };
  }
  const context = checkContext(tsc, program, project, plan.schemas);
  const findings = [...early];
  const diagnostics: ts.Diagnostic[] = [];
  const explained: ts.Diagnostic[] = [];
  for (const file of files) {
    if (onlyConcerned && !isConcerned(context, file)) continue;
    const theirs = program.getSemanticDiagnostics(file);
    const check = checkFile(context, file, theirs);
    findings.push(...check.findings);
    for (const each of theirs) (check.explained.has(each) ? explained : diagnostics).push(each);
  }
  return { findings, diagnostics, explained };
}

/** The project's own source files: not packages, not declarations, not those of projects that it refers to. */
export function isOwn(program: InternalProgram, file: ts.SourceFile): boolean {
  return !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file) && !program.isSourceOfProjectReferenceRedirect?.(file.fileName);
}
