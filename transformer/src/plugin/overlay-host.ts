import { dirname } from 'node:path';
import type ts from 'typescript';

/** Not among TypeScript's public types: what a program has found for the module names in its files. */
interface InternalProgram extends ts.Program {
  getResolvedModule?(file: ts.SourceFile, name: string, mode: ts.ResolutionMode): Resolution | undefined;
  forEachResolvedModule?(visit: (resolution: Resolution) => void): void;
}
type Resolution = ts.ResolvedModuleWithFailedLookupLocations & { readonly failedLookupLocations?: readonly string[] };

/** What a second program has to see instead of what the first program's host remembers. Paths are absolute. */
export interface Overlay {
  /** Text by path of every generated file. */
  readonly files: ReadonlyMap<string, string>;
  /** Those of them that are new or changed since the first program was made. */
  readonly writes: ReadonlyMap<string, string>;
  readonly removals: ReadonlySet<string>;
}

/**
 * A compiler host over `host` that sees the generated files as they are now. Hosts of `--watch`, `-b` and `--incremental`
 * remember missing files, missing folders and failed module resolutions, so that writing the files is not enough.
 * Source files of `program` that did not change are shared, which makes the second program cheap.
 */
export function overlayHost(
  tsc: typeof import('typescript'),
  host: ts.CompilerHost,
  program: ts.Program,
  overlay: Overlay,
): ts.CompilerHost {
  const keyOf = (path: string) => {
    const plain = path.replaceAll('\\', '/');
    return host.useCaseSensitiveFileNames() ? plain : plain.toLowerCase();
  };
  const texts = new Map([...overlay.files].map(([path, text]) => [keyOf(path), text]));
  const written = new Set([...overlay.writes.keys()].map(keyOf));
  const removed = new Set([...overlay.removals].map(keyOf));
  const folders = new Set<string>();
  for (const path of overlay.files.keys()) {
    for (let folder = dirname(path); !folders.has(keyOf(folder)); folder = dirname(folder)) folders.add(keyOf(folder));
  }
  const made = new Map<string, ts.SourceFile>();

  function sourceFile(fileName: string, options: ts.ScriptTarget | ts.CreateSourceFileOptions, fallback: () => ts.SourceFile | undefined) {
    const key = keyOf(fileName);
    if (removed.has(key)) return undefined;
    const shared = written.has(key) ? undefined : unchanged(program, fileName);
    if (shared) return shared;
    const text = texts.get(key);
    if (text === undefined) return fallback();
    const file = made.get(key) ?? Object.assign(tsc.createSourceFile(fileName, text, options), { version: versionOf(tsc, host, text) });
    made.set(key, file);
    return file;
  }

  const layered: ts.CompilerHost = Object.assign(Object.create(host) as ts.CompilerHost, {
    fileExists: (path: string) => texts.has(keyOf(path)) || (!removed.has(keyOf(path)) && host.fileExists(path)),
    readFile: (path: string) => texts.get(keyOf(path)) ?? (removed.has(keyOf(path)) ? undefined : host.readFile(path)),
    getSourceFile: ((name, options, onError, fresh) =>
      sourceFile(name, options, () => host.getSourceFile(name, options, onError, fresh))) satisfies ts.CompilerHost['getSourceFile'],
  });
  const { directoryExists, getSourceFileByPath, resolveModuleNameLiterals } = host;
  if (directoryExists) layered.directoryExists = (path) => folders.has(keyOf(path)) || directoryExists.call(host, path);
  if (getSourceFileByPath) {
    layered.getSourceFileByPath = (name, path, options, onError, fresh) =>
      sourceFile(name, options, () => getSourceFileByPath.call(host, name, path, options, onError, fresh));
  }
  // Hosts of older tools resolve in a way of their own, and remember nothing.
  if (host.resolveModuleNames && !resolveModuleNameLiterals) return layered;
  const cache = resolveModuleNameLiterals ? undefined : tsc.createModuleResolutionCache(host.getCurrentDirectory(), host.getCanonicalFileName, program.getCompilerOptions());
  if (cache) layered.getModuleResolutionCache = () => cache;
  layered.resolveModuleNameLiterals = (literals, containingFile, redirected, options, containing, reused) => {
    const modeOf = (literal: ts.StringLiteralLike) => tsc.getModeForUsageLocation(containing, literal, options);
    const resolved = (literal: ts.StringLiteralLike) => tsc.resolveModuleName(literal.text, containingFile, options, layered, cache, redirected, modeOf(literal));
    // What was found for a file before it changed, or was there, says nothing.
    if (texts.has(keyOf(containingFile))) return literals.map(resolved);
    const found = resolveModuleNameLiterals
      ? resolveModuleNameLiterals.call(host, literals, containingFile, redirected, options, containing, reused)
      : literals.map((literal) => (program as InternalProgram).getResolvedModule?.(containing, literal.text, modeOf(literal)));
    return found.map((result, index) => (result && isStillRight(result) ? result : resolved(literals[index]!)));
  };

  /** Whether a module was found where nothing has changed, and nothing that is there now would have been found before it. */
  function isStillRight({ resolvedModule, failedLookupLocations }: Resolution): boolean {
    return resolvedModule !== undefined && ![resolvedModule.resolvedFileName, ...(failedLookupLocations ?? [])].some((path) => texts.has(keyOf(path)) || removed.has(keyOf(path)));
  }
  return layered;
}

/**
 * Whether a program looked for a generated file that is there and did not find it: its host remembers the time before the
 * file was written, as that of `--watch` does for some cycles and that of `-b` for the next project.
 */
export function missesFiles(program: ts.Program, files: ReadonlyMap<string, string>): boolean {
  const { forEachResolvedModule } = program as InternalProgram;
  // As TypeScript writes paths.
  const paths = new Set([...files.keys()].map((path) => path.replaceAll('\\', '/')));
  let misses = false;
  forEachResolvedModule?.(({ resolvedModule, failedLookupLocations }) => {
    if (!resolvedModule && !misses) misses = failedLookupLocations?.some((path) => paths.has(path)) ?? false;
  });
  return misses;
}

/** The first program's source file; where it stands for another copy of the same package, the file's own one. */
function unchanged(program: ts.Program, fileName: string): ts.SourceFile | undefined {
  const file = program.getSourceFile(fileName) as (ts.SourceFile & { redirectInfo?: { unredirected: ts.SourceFile } }) | undefined;
  return file?.redirectInfo?.unredirected ?? file;
}

/** The version that TypeScript's own incremental hosts give a text, so that the next run finds the file unchanged. */
function versionOf(tsc: typeof import('typescript'), host: ts.CompilerHost, text: string): string {
  const { getSourceFileVersionAsHashFromText } = tsc as unknown as {
    getSourceFileVersionAsHashFromText?: (host: ts.CompilerHost, text: string) => string;
  };
  return getSourceFileVersionAsHashFromText?.(host, text) ?? host.createHash?.(text) ?? tsc.sys.createHash?.(text) ?? text;
}
