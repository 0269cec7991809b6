import { basename, dirname, join, relative, resolve } from 'node:path';
import type ts from 'typescript';
import { dfError } from 'dataflow-ts/compiler';
import { isOwnEntry } from '../../project.js';
import { JsonText } from './json-text.js';

export interface TsconfigPlan {
  readonly text: string;
  /** What was added, in words. */
  readonly added: readonly string[];
  /** As TypeScript understands the file now. */
  readonly parsed: ts.ParsedCommandLine;
  /** Value of `outDir` in the plugin's entry. */
  readonly outDir: string;
  /** Absolute path of the folder that sources belong in. */
  readonly sources: string;
}

const fresh = `{
  "compilerOptions": {
    "target": "es2022",
    "module": "nodenext",
    "strict": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`;

/**
 * What has to be added to a tsconfig (or the whole of one, when there is none) so that the plugin runs.
 * @param withTransform the entry also serves `tspc`; TypeScript 7 has no use for that
 * @throws DF-750 it has a syntax error, or no files of its own
 */
export function planTsconfig(tsc: typeof import('typescript'), path: string, old: string | undefined, withTransform: boolean): TsconfigPlan {
  const config = new JsonText(old ?? fresh);
  const refuse = (reason: string) => dfError('DF-750', { file: shown(path), reason });
  if (config.problem) throw refuse(config.problem);
  const references = config.get(['references']);
  if (Array.isArray(config.get(['files'])) && (config.get(['files']) as unknown[]).length === 0 && Array.isArray(references) && config.get(['include']) === undefined) {
    throw refuse('it has no source files of its own and only refers to other projects; name one of them with -p');
  }
  for (const option of ['compilerOptions', 'compilerOptions.plugins']) {
    const value = config.get(option.split('.'));
    const fits = option === 'compilerOptions' ? typeof value === 'object' && !Array.isArray(value) : Array.isArray(value);
    if (value !== undefined && !fits) throw refuse(`'${option}' is not ${option === 'compilerOptions' ? 'an object' : 'a list'}`);
  }
  const parsed = parse(tsc, path, config.text);
  const common = commonFolder(parsed);
  const added = [...addEntry(config, parsed, withTransform), ...addRootDir(config, parsed, path, common)];
  const entry = pluginsOf(parse(tsc, path, config.text)).find(isOwnEntry) as { outDir?: unknown } | undefined;
  return { text: config.text, added, parsed, outDir: typeof entry?.outDir === 'string' ? entry.outDir : '.dataflow', sources: sourcesOf(parsed, dirname(path), common) };
}

/** The plugin's entry, whole or what is missing of it. Plugins that come through `extends` would be lost, and are copied. */
function addEntry(config: JsonText, parsed: ts.ParsedCommandLine, withTransform: boolean): string[] {
  const transform = { transform: 'dataflow-ts-compiler/transformer', transformProgram: true };
  const entry = { name: 'dataflow-ts-compiler', ...(withTransform && transform) };
  const path = ['compilerOptions', 'plugins'];
  const own = config.get(path) as unknown[] | undefined;
  const index = own?.findIndex(isOwnEntry) ?? -1;
  if (index >= 0) {
    const missing = Object.entries(entry).filter(([key, value]) => config.add([...path, index, key], value));
    return missing.map(([key]) => `"${key}" in the plugin's entry`);
  }
  const inherited = own ? [] : pluginsOf(parsed);
  if (inherited.some(isOwnEntry)) return [];
  if (own) config.prepend(path, entry);
  else config.add(path, [...inherited, entry]);
  return ["the plugin's entry"];
}

/** TypeScript resolves `#dataflow` from an `outDir` only when it knows the `rootDir`; TypeScript 6 and 7 want it anyway. */
function addRootDir(config: JsonText, { options }: ts.ParsedCommandLine, path: string, common: string | undefined): string[] {
  if (options.outDir === undefined || options.rootDir !== undefined || options.composite) return [];
  const rootDir = common === undefined ? 'src' : relative(dirname(path), common).replaceAll('\\', '/') || '.';
  return config.add(['compilerOptions', 'rootDir'], rootDir) ? [`"rootDir": "${rootDir}"`] : [];
}

/** Where a new source file belongs: it has to be inside `rootDir`, and inside what the tsconfig includes. */
function sourcesOf({ options, fileNames }: ts.ParsedCommandLine, folder: string, common: string | undefined): string {
  if (common === undefined) return options.rootDir ?? join(folder, 'src');
  if (common !== folder) return common;
  if (fileNames.some((name) => dirname(resolve(name)) === folder)) return folder;
  return join(folder, relative(folder, resolve(fileNames[0]!)).split(/[\\/]/)[0]!);
}

/** The folder that all sources are in; undefined when there are none. */
function commonFolder({ fileNames }: ts.ParsedCommandLine): string | undefined {
  const folders = fileNames.filter((name) => !/\.d\.[cm]?ts$/.test(name)).map((name) => dirname(resolve(name)));
  return folders.length === 0 ? undefined : folders.reduce(commonOf);
}

function commonOf(a: string, b: string): string {
  let above = a;
  while (above !== b && relative(above, b).startsWith('..')) above = dirname(above);
  return above;
}

function pluginsOf({ options }: ts.ParsedCommandLine): unknown[] {
  return Array.isArray(options['plugins']) ? (options['plugins'] as unknown[]) : [];
}

/** Parses a text as if it stood at the path. Mistakes in options are for tsc to report. */
function parse(tsc: typeof import('typescript'), path: string, text: string): ts.ParsedCommandLine {
  const { config } = tsc.parseConfigFileTextToJson(path, text) as { config: unknown };
  return tsc.parseJsonConfigFileContent(config, tsc.sys, dirname(path), undefined, basename(path));
}

function shown(path: string): string {
  return relative(process.cwd(), path).replaceAll('\\', '/');
}
