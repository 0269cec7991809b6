import { resolve } from 'node:path';
import type ts from 'typescript';
import type { TypeScript } from '../checks/check-context.js';
import { repairModels } from '../checks/look/model-repairs.js';
import { marker } from '../generator/write-plan.js';
import { readModels, type ReadModels } from '../reader/index.js';

/** The models of a program, and the source files that they depend on. */
export interface RememberedModels extends ReadModels {
  readonly files: ReadonlySet<ts.SourceFile>;
}

/**
 * The models of a program that changes with every key stroke. They are read again only when a file came, went, or changed that
 * they can depend on; else the result is the same object.
 */
export class ModelMemory {
  #last: { readonly models: RememberedModels; readonly options: ts.CompilerOptions; readonly files: ReadonlyMap<string, ts.SourceFile> } | undefined;

  constructor(private readonly tsc: TypeScript) {}

  read(program: ts.Program, folder: string): RememberedModels {
    const files = new Map(program.getSourceFiles().filter((file) => !isGenerated(file)).map((file) => [file.fileName, file]));
    const options = program.getCompilerOptions();
    if (this.#last?.options === options && this.#isSame(this.#last.files, files, this.#last.models)) {
      this.#last = { ...this.#last, files };
      return this.#last.models;
    }
    const found = readModels(this.tsc, program, folder);
    const read = { ...found, findings: repairModels({ ts: this.tsc, program, project: { folder } }, found.findings) };
    const models = { ...read, files: filesOfModels(program, folder, read) };
    this.#last = { models, options, files };
    return models;
  }

  #isSame(before: ReadonlyMap<string, ts.SourceFile>, now: ReadonlyMap<string, ts.SourceFile>, models: RememberedModels): boolean {
    if (before.size !== now.size) return false;
    for (const [name, file] of now) {
      const old = before.get(name);
      if (old === file) continue;
      if (!old || models.files.has(old) || isGlobal(this.tsc, file) || hasDecorators(this.tsc, file)) return false;
    }
    return true;
  }
}

const generatedMark = `// ${marker}`;

/** Whether the generator wrote a file. Models never depend on what is made from them. */
export function isGenerated(file: ts.SourceFile): boolean {
  return file.isDeclarationFile && file.text.startsWith(generatedMark);
}

/** The files that declare models, and what they import, directly or not. */
function filesOfModels(program: ts.Program, folder: string, { models, findings }: ReadModels): Set<ts.SourceFile> {
  const checker = program.getTypeChecker();
  const names = new Set([...models.map(({ source }) => source), ...findings.map(({ at }) => at)].flatMap((place) => (place ? [place.file] : [])));
  const found = new Set([...names].flatMap((name) => program.getSourceFile(resolve(folder, name)) ?? []));
  for (const file of found) {
    // Not in TypeScript's public types: every text that names a module.
    for (const name of (file as unknown as { imports?: readonly ts.StringLiteralLike[] }).imports ?? []) {
      const imported = checker.getSymbolAtLocation(name)?.declarations?.[0]?.getSourceFile();
      if (imported && !imported.isDeclarationFile) found.add(imported);
    }
  }
  return found;
}

/** Whether what a file declares is seen without importing it. */
function isGlobal(tsc: TypeScript, file: ts.SourceFile): boolean {
  return file.isDeclarationFile || !tsc.isExternalModule(file);
}

/** Whether there may be models in a file: only classes with decorators are. */
function hasDecorators(tsc: TypeScript, file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    const at = file.text.indexOf('@', node.pos);
    if (at < 0 || at >= node.end) return false;
    return tsc.isDecorator(node) || (tsc.forEachChild(node, visit) ?? false);
  };
  return file.text.includes('@') && visit(file);
}
