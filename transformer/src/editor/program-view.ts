import type ts from 'typescript';
import type { ModelSchema } from 'dataflow-ts/compiler';
import { checkContext, checkFile, recogniserOf, type FileCheck } from '../checks/index.js';
import { fileNameOf, type CheckContext, type TypeScript } from '../checks/check-context.js';
import type { Recogniser } from '../checks/recognise.js';
import { inMode } from '../mode.js';
import { projectOf, type Project } from '../project.js';
import { isGenerated, ModelMemory, type RememberedModels } from './model-memory.js';

const nothing: FileCheck = { findings: [], explained: new Set() };

/** What the editor knows of one state of a program. */
export class ProgramView {
  readonly context: CheckContext;
  readonly recogniser: Recogniser;
  readonly checker: ts.TypeChecker;
  readonly #checked = new Map<ts.SourceFile, FileCheck>();

  constructor(
    readonly tsc: TypeScript,
    readonly program: ts.Program,
    readonly project: Project,
    /** The same object in the views of programs with the same models. */
    readonly read: RememberedModels,
    private readonly typescriptErrors: (fileName: string) => readonly ts.Diagnostic[],
  ) {
    this.context = checkContext(tsc, program, project, read.models);
    this.checker = this.context.checker;
    this.recogniser = recogniserOf(this.context);
  }

  /** What is wrong in a file, as DataFlow sees it, and which of TypeScript's errors that makes needless. */
  check(file: ts.SourceFile): FileCheck {
    let check = this.#checked.get(file);
    if (!check) {
      const { findings, explained } = this.read.models.length > 0 ? checkFile(this.context, file, this.typescriptErrors(file.fileName)) : nothing;
      const name = fileNameOf(this.context, file);
      const ofModels = this.read.findings.filter(({ at }) => at?.file === name);
      check = { findings: [...(this.project.mode === 'strict' ? inMode('strict', { ...nothing, findings: ofModels }).findings : ofModels), ...findings], explained };
      this.#checked.set(file, check);
    }
    return check;
  }

  model(name: string): ModelSchema | undefined {
    return this.recogniser.model(name);
  }

  /** The generated declarations of the program. */
  get generated(): readonly ts.SourceFile[] {
    return this.program.getSourceFiles().filter(isGenerated);
  }
}

/** Makes a view per program, none for programs without DataFlow. */
export class Views {
  readonly #views = new WeakMap<ts.Program, ProgramView | undefined>();
  readonly #mentions = new WeakMap<ts.SourceFile, boolean>();
  readonly #memory: ModelMemory;

  constructor(private readonly tsc: TypeScript, private readonly service: ts.LanguageService, private readonly cwd: string) {
    this.#memory = new ModelMemory(tsc);
  }

  /** The view of the program as it is now. */
  current(): ProgramView | undefined {
    const program = this.service.getProgram();
    if (!program) return undefined;
    if (!this.#views.has(program)) this.#views.set(program, this.#make(program));
    return this.#views.get(program);
  }

  /** The view and the file, when the file has to do with DataFlow. */
  of(fileName: string): { readonly view: ProgramView; readonly file: ts.SourceFile } | undefined {
    const view = this.current();
    const file = view?.program.getSourceFile(fileName);
    return view && file && !file.isDeclarationFile && !view.program.isSourceFileFromExternalLibrary(file) && view.recogniser.concerns(file) ? { view, file } : undefined;
  }

  #make(program: ts.Program): ProgramView | undefined {
    if (!this.#usesDataFlow(program)) return undefined;
    const { project } = projectOf(this.tsc, program.getCompilerOptions(), program.getRootFileNames(), this.cwd);
    const read = this.#memory.read(program, project.folder);
    return new ProgramView(this.tsc, program, project, read, (fileName) => this.service.getSemanticDiagnostics(fileName));
  }

  /** Somewhere in such a program the name of the package has to stand. */
  #usesDataFlow(program: ts.Program): boolean {
    return program.getSourceFiles().some((file) => {
      let mentions = this.#mentions.get(file);
      if (mentions === undefined) this.#mentions.set(file, (mentions = !program.isSourceFileFromExternalLibrary(file) && file.text.includes('dataflow-ts')));
      return mentions;
    });
  }
}
