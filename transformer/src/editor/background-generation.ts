import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type ts from 'typescript';
import { messageOf } from 'dataflow-ts/compiler';
import type { TypeScript } from '../checks/check-context.js';
import { applyPlan, planGeneration } from '../generate-project.js';
import { projectOf, type Project } from '../project.js';
import type { RememberedModels } from './model-memory.js';

const waitMs = 250;
const pollMs = 500;

export interface GenerationHost {
  readonly info: ts.server.PluginCreateInfo;
  /** The models of the program as it is now: the same object as long as they are the same. None without DataFlow. */
  readonly models: () => RememberedModels | undefined;
  readonly log: (what: string, error: unknown) => void;
}

/**
 * Writes the generated files when models were saved. It looks at every new state of the program, a moment after it settled. As long
 * as an open file that models depend on is not on disk as the editor has it, somebody is typing: it waits for the file to be saved.
 * Nothing is written while there are findings about models, for files without a tsconfig, and for models of a referenced project.
 */
export class BackgroundGeneration {
  readonly #unsaved = new Map<string, ts.FileWatcher>();
  #timer: unknown;
  #seen: RememberedModels | undefined;
  #closed = false;

  constructor(private readonly tsc: TypeScript, private readonly host: GenerationHost) {}

  /** The program may have changed. */
  touch(): void {
    if (this.#closed) return;
    const { serverHost } = this.host.info;
    if (this.#timer !== undefined) serverHost.clearTimeout(this.#timer);
    this.#timer = serverHost.setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, waitMs);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.host.info.serverHost.clearTimeout(this.#timer);
    this.#watch([]);
  }

  #run(): void {
    const { info, models, log } = this.host;
    try {
      if (this.#closed || info.project.isClosed() || !info.project.languageServiceEnabled) return;
      const read = models();
      const program = read && info.languageService.getProgram();
      if (program) this.#look(program, read);
    } catch (error) {
      log('generate', error);
    }
  }

  #look(program: ts.Program, read: RememberedModels): void {
    const { project, findings } = projectOf(this.tsc, program.getCompilerOptions(), program.getRootFileNames(), this.host.info.project.getCurrentDirectory());
    if (project.configPath === undefined || findings.length > 0) return;
    if (read.findings.length > 0 || (read === this.#seen && existsSync(join(project.outDir, 'index.js')))) return;
    if (hasForeignModels(program, project, read)) return;
    const unsaved = this.#unsavedFiles(program, read);
    this.#watch(unsaved);
    if (unsaved.length > 0) return;
    if (this.#generate(program, project)) this.#seen = read;
  }

  /** @returns false when something stands in the way that may change without the models */
  #generate(program: ts.Program, project: Project): boolean {
    const plan = planGeneration(this.tsc, program, project);
    if (plan.findings.length > 0) return false;
    if (plan.writes.size === 0 && plan.removals.size === 0) return true;
    const [failed] = applyPlan(plan, project);
    const { logger } = this.host.info.project.projectService;
    logger.info(`dataflow: ${failed ? messageOf(failed) : `wrote ${plan.writes.size} files, removed ${plan.removals.size}`}`);
    return failed === undefined;
  }

  /** Open files that differ from what is on disk and that models depend on, or did when they were saved. */
  #unsavedFiles(program: ts.Program, { files }: RememberedModels): string[] {
    const { project, serverHost } = this.host.info;
    return program.getSourceFiles().flatMap((file) => {
      if (file.isDeclarationFile || !project.projectService.getScriptInfo(file.fileName)?.isScriptOpen()) return [];
      const saved = withoutMark(serverHost.readFile(file.fileName));
      const concerned = files.has(file) || (saved !== undefined && saved.includes('@') && saved.includes('dataflow-ts'));
      return concerned && saved !== withoutMark(file.text) ? [file.fileName] : [];
    });
  }

  /** tsserver does not watch open files, and editors do not tell it about saving. */
  #watch(files: readonly string[]): void {
    for (const [file, watcher] of this.#unsaved) {
      if (files.includes(file)) continue;
      watcher.close();
      this.#unsaved.delete(file);
    }
    for (const file of files) if (!this.#unsaved.has(file)) this.#unsaved.set(file, this.host.info.serverHost.watchFile(file, () => this.touch(), pollMs));
  }
}

/** tsserver sees the sources of a referenced project. Their models are generated there. */
function hasForeignModels(program: ts.Program, { folder }: Project, { models }: RememberedModels): boolean {
  const { isSourceOfProjectReferenceRedirect: isForeign } = program as ts.Program & { isSourceOfProjectReferenceRedirect?: (fileName: string) => boolean };
  return isForeign !== undefined && models.some(({ source }) => {
    const file = source && program.getSourceFile(resolve(folder, source.file));
    return file !== undefined && isForeign.call(program, file.fileName);
  });
}

/** A byte order mark is no part of the text to some readers. */
function withoutMark(text: string | undefined): string | undefined {
  return text?.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
