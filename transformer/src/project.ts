import { existsSync, statSync } from 'node:fs';
import { dirname, resolve, join, relative } from 'node:path';
import type ts from 'typescript';
import { dfError, didYouMean, finding, type Finding, type SourcePlace } from 'dataflow-ts/compiler';

/** The options of the plugin's entry in tsconfig that are DataFlow's own. */
export interface PluginOptions {
  /** Folder of the generated files, relative to the tsconfig. Default `.dataflow`. */
  readonly outDir?: string;
  /** What becomes of findings in code that uses DataFlow. Without it errors fail a build and warnings do not. */
  readonly mode?: Mode;
}

/**
 * `strict`: warnings are errors. `warn`: findings are warnings, beside TypeScript's own errors. `off`: only models are checked.
 * Findings about the models themselves are errors in every mode, for nothing can be generated from such a model.
 */
export type Mode = 'strict' | 'warn' | 'off';

/** Where a project stands and where its generated files go. Paths are absolute. */
export interface Project {
  /** The tsconfig file, when there is one. */
  readonly configPath: string | undefined;
  /** The folder that places in findings are relative to: the tsconfig's. */
  readonly folder: string;
  readonly outDir: string;
  readonly mode?: Mode;
}

const packageName = 'dataflow-ts-compiler';
const defaultOutDir = '.dataflow';
const ownOptions = ['outDir', 'mode'];
const modes: readonly unknown[] = ['strict', 'warn', 'off'] satisfies Mode[];
/** Read by ts-patch or by tsserver, not by DataFlow. */
const hostOptions = ['name', 'transform', 'transformProgram', 'import', 'isEsm', 'resolvePathAliases', 'tsConfig', 'type', 'after', 'afterDeclarations'];

/**
 * The tsconfig file that a command is about.
 * @param given value of `-p`: a file, or a folder that holds a tsconfig.json; without it the nearest one upwards
 * @throws DF-441 there is none
 */
export function findTsconfig(given: string | undefined, cwd: string): string {
  if (given !== undefined) {
    const path = resolve(cwd, given);
    const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'tsconfig.json') : path;
    if (existsSync(file)) return file;
    throw dfError('DF-441', { path: relative(cwd, file) || file });
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json');
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) throw dfError('DF-441', { path: join(cwd, 'tsconfig.json') });
  }
}

/** The project behind compiler options, and what is wrong with the plugin's entry in them (DF-443, DF-444). */
export function projectOf(
  ts: typeof import('typescript'),
  options: ts.CompilerOptions,
  rootNames: readonly string[],
  cwd: string,
): { project: Project; findings: Finding[] } {
  const configPath = typeof options['configFilePath'] === 'string' ? resolve(options['configFilePath']) : undefined;
  const folder = configPath ? dirname(configPath) : rootNames[0] ? dirname(resolve(cwd, rootNames[0])) : cwd;
  const entry = pluginEntry(options) ?? {};
  const place = (option: string) => placeOfOption(ts, options, folder, option);
  const findings: Finding[] = [];
  for (const option of Object.keys(entry)) {
    if (ownOptions.includes(option) || hostOptions.includes(option)) continue;
    const hint = didYouMean(option, [...ownOptions, ...hostOptions]);
    findings.push(finding('DF-443', { option, hint }, place(option)));
  }
  const given = entry['outDir'];
  const usable = typeof given === 'string' && given.trim() !== '' && resolve(folder, given) !== folder;
  if (given !== undefined && !usable) {
    const expected = 'the name of a folder of its own, relative to the tsconfig';
    findings.push(finding('DF-444', { option: 'outDir', value: JSON.stringify(given), expected }, place('outDir')));
  }
  const mode = entry['mode'];
  if (mode !== undefined && !modes.includes(mode)) {
    findings.push(finding('DF-444', { option: 'mode', value: JSON.stringify(mode), expected: "'strict', 'warn' or 'off'" }, place('mode')));
  }
  const project = {
    configPath,
    folder,
    outDir: resolve(folder, usable ? given : defaultOutDir),
    ...(modes.includes(mode) && { mode: mode as Mode }),
  };
  return { project, findings };
}

/** The entry of `compilerOptions.plugins` that names this package. */
function pluginEntry(options: ts.CompilerOptions): Record<string, unknown> | undefined {
  const plugins = options['plugins'];
  if (!Array.isArray(plugins)) return undefined;
  return plugins.find(isOwnEntry) as Record<string, unknown> | undefined;
}

/** Whether an entry of `compilerOptions.plugins` is the plugin of this package. */
export function isOwnEntry(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name, transform } = entry as Record<string, unknown>;
  return name === packageName || (typeof transform === 'string' && transform.split(/[\\/]/).includes(packageName));
}

/** Where an option of the plugin's entry stands; none when the entry was inherited from another tsconfig. */
function placeOfOption(ts: typeof import('typescript'), options: ts.CompilerOptions, folder: string, option: string): SourcePlace | undefined {
  const file = options['configFile'] as ts.TsConfigSourceFile | undefined;
  const root = file?.statements[0]?.expression;
  if (!file || !root) return undefined;
  const plugins = valueOf(ts, valueOf(ts, root, 'compilerOptions'), 'plugins');
  if (!plugins || !ts.isArrayLiteralExpression(plugins)) return undefined;
  const entry = plugins.elements.find((element) =>
    ['name', 'transform'].some((key) => {
      const value = valueOf(ts, element, key);
      return value && ts.isStringLiteral(value) && isOwnEntry({ [key]: value.text });
    }),
  );
  const name = entry && propertyOf(ts, entry, option)?.name;
  if (!name) return undefined;
  const start = name.getStart(file);
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const path = relative(folder, file.fileName).replaceAll('\\', '/');
  return { file: path, line: line + 1, column: character + 1, start, end: name.end };
}

function propertyOf(ts: typeof import('typescript'), node: ts.Expression | undefined, key: string): ts.PropertyAssignment | undefined {
  if (!node || !ts.isObjectLiteralExpression(node)) return undefined;
  return node.properties.filter(ts.isPropertyAssignment).find(({ name }) => ts.isStringLiteral(name) && name.text === key);
}

function valueOf(ts: typeof import('typescript'), node: ts.Expression | undefined, key: string): ts.Expression | undefined {
  return propertyOf(ts, node, key)?.initializer;
}
