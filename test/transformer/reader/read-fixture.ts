import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';

export type TypeScript = typeof import('typescript');

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Source files of the library are parsed once per version of TypeScript. */
const parsed = new Map<TypeScript, Map<string, ts.SourceFile | undefined>>();

/** A program over files that may exist in memory only; 'dataflow-ts' is the source of its models part. */
export function programOf(tsc: TypeScript, folder: string, texts: ReadonlyMap<string, string>, options: object = {}): ts.Program {
  const all: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: tsc.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    module: tsc.ModuleKind.ESNext,
    moduleResolution: tsc.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: { 'dataflow-ts': [join(root, 'runtime/src/model/index.ts')] },
    ...options,
  };
  const host = tsc.createCompilerHost(all);
  const files = new Map([...texts].map(([name, text]) => [join(folder, name), text]));
  const cache = parsed.get(tsc) ?? new Map<string, ts.SourceFile | undefined>();
  parsed.set(tsc, cache);
  const { getSourceFile, fileExists, directoryExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.directoryExists = (name) => name === folder || directoryExists!(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    if (text !== undefined) return tsc.createSourceFile(name, text, rest[0], true);
    if (!cache.has(name)) cache.set(name, getSourceFile(name, ...rest));
    return cache.get(name);
  };
  return tsc.createProgram([...files.keys()], all, host);
}

/** The TypeScript files of a folder, by name. */
export function textsOf(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts')).sort();
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** TypeScript's own errors in the program's files, as text. */
export function errorsIn(tsc: TypeScript, program: ts.Program, folder: string): string[] {
  return program
    .getSourceFiles()
    .filter((file) => file.fileName.startsWith(`${folder}/`))
    .flatMap((file) => program.getSemanticDiagnostics(file))
    .map(({ messageText, file, start }) => `${file!.fileName}:${start}: ${tsc.flattenDiagnosticMessageText(messageText, ' ')}`);
}
