import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type ts from 'typescript';
import { dfError } from 'dataflow-ts/compiler';
import { findTsconfig } from '../../project.js';
import { readSource } from '../fix/source-text.js';
import type { Change } from '../fix/write-together.js';
import { loadTypescript } from '../load-typescript.js';
import { commandsOf, dependenciesOf, packageFolder, packageManagerOf, typescriptVersion, type Manifest } from './detect.js';
import { firstModel, placeOfFirstModel } from './first-model.js';
import { planPackage } from './plan-package.js';
import { planTsconfig } from './plan-tsconfig.js';

/** A file that is written or extended, with what that adds. */
export interface Step {
  readonly path: string;
  readonly isNew: boolean;
  readonly added: string;
  readonly before: string;
  readonly after: string;
  readonly change: Change;
}

export interface InitPlan {
  /** `npm, TypeScript 5.9.3, ES modules`. */
  readonly found: string;
  readonly steps: readonly Step[];
  /** Command lines that are left to the user. */
  readonly next: readonly string[];
  /** What stays as it is, or needs a decision. */
  readonly notes: readonly string[];
}

/**
 * Works out what `dataflow init` does; writes nothing.
 * @param given value of `-p`; without it the tsconfig.json in `cwd`, else the one beside the package.json
 * @throws DF-441 `-p` names no file; DF-447 no package.json; DF-750 a file cannot be extended
 */
export function planInit(given: string | undefined, cwd: string): InitPlan {
  const near = given === undefined ? cwd : dirname(namedTsconfig(given, cwd));
  const folder = packageFolder(near);
  if (folder === undefined) throw dfError('DF-447', { folder: near });
  const packagePath = join(folder, 'package.json');
  const tsconfigPath = given === undefined ? nearTsconfig(cwd, folder) : namedTsconfig(given, cwd);
  const packageText = textOf(packagePath)!;
  const manifest = manifestOf(packageText);
  const version = typescriptVersion(folder, manifest);
  // ts-patch for TypeScript 6 needs a newer Node than DataFlow does; `dataflow tsc` needs neither.
  const major = version === undefined ? 5 : Number.parseInt(version, 10);
  const usesTspc = major < 6 || (major === 6 && nodeAtLeast(22, 15));
  const compiler = usesTspc ? 'tspc' : 'dataflow tsc';

  const tsc = loadTypescript(tsconfigPath);
  const config = planTsconfig(tsc, tsconfigPath, textOf(tsconfigPath), major < 7);
  const index = relative(folder, join(resolve(dirname(tsconfigPath), config.outDir), 'index.js')).replaceAll('\\', '/');
  const project = tsconfigPath === join(folder, 'tsconfig.json') ? '' : ` -p ${relative(folder, tsconfigPath).replaceAll('\\', '/')}`;
  const packaged = planPackage(packagePath, packageText, { dataflow: `./${index}`, compiler, project });
  const modelPath = placeOfFirstModel(config.parsed, config.sources);

  const steps = [
    step(tsconfigPath, config.text, config.added),
    step(packagePath, packaged.text, packaged.added),
    ...(modelPath === undefined ? [] : [step(modelPath, firstModel, ['a first model'])]),
  ].filter(({ before, after, isNew }) => isNew || before !== after);
  const manager = packageManagerOf(folder);
  const commands = commandsOf(manager);
  const isEsm = (manifest as { type?: unknown }).type === 'module';
  return {
    found: [manager, version === undefined ? 'no TypeScript yet' : `TypeScript ${version}`, isEsm ? 'ES modules' : 'CommonJS'].join(', '),
    steps,
    next: [...installs(commands, manifest, version, usesTspc ? `ts-patch@${major < 6 ? 3 : 4}` : undefined), ...(steps.length > 0 ? [`${commands.run} build`] : [])],
    notes: [...packaged.notes, ...optionNotes(tsc, config.parsed.options, index)],
  };
}

function installs({ add, addDev }: { add: string; addDev: string }, manifest: Manifest, version: string | undefined, tsPatch: string | undefined): string[] {
  const there = dependenciesOf(manifest);
  const nameOf = (wanted: string) => wanted.replace(/(?<=.)@.*$/, '');
  const missing = (wanted: readonly string[]) => wanted.filter((name) => !Object.hasOwn(there, nameOf(name)));
  const tools = missing(['dataflow-ts-compiler', ...(version === undefined ? ['typescript@5.9'] : []), ...(tsPatch === undefined ? [] : [tsPatch])]);
  const packages = missing(['dataflow-ts']);
  return [...(packages.length > 0 ? [`${add} ${packages.join(' ')}`] : []), ...(tools.length > 0 ? [`${addDev} ${tools.join(' ')}`] : [])];
}

/** What the compiler options would make go wrong later. */
function optionNotes(tsc: typeof import('typescript'), options: ts.CompilerOptions, index: string): string[] {
  const internal = tsc as unknown as {
    getEmitModuleResolutionKind(options: ts.CompilerOptions): ts.ModuleResolutionKind;
    getStrictOptionValue(options: ts.CompilerOptions, name: 'strictNullChecks'): boolean;
  };
  const kind = internal.getEmitModuleResolutionKind(options);
  const knowsImports = kind !== tsc.ModuleResolutionKind.Classic && kind !== tsc.ModuleResolutionKind.Node10;
  return [
    ...(knowsImports ? [] : [`this moduleResolution does not know "#dataflow": set "module": "nodenext", or import from '${index}' by relative path`]),
    ...(internal.getStrictOptionValue(options, 'strictNullChecks') ? [] : ['DataFlow tells null from a value: set "strict": true (or "strictNullChecks") in tsconfig']),
  ];
}

function nearTsconfig(cwd: string, folder: string): string {
  const here = join(cwd, 'tsconfig.json');
  return existsSync(here) ? here : join(folder, 'tsconfig.json');
}

/** The file that `-p` names; one in a named folder need not be there yet. */
function namedTsconfig(given: string, cwd: string): string {
  const path = resolve(cwd, given);
  return existsSync(path) && statSync(path).isDirectory() ? join(path, 'tsconfig.json') : findTsconfig(given, cwd);
}

function step(path: string, after: string, added: readonly string[]): Step {
  const source = existsSync(path) ? readSource(path) : undefined;
  const change = { path, before: source?.bytes, after: source ? source.toBytes(after) : Buffer.from(after) };
  return { path, isNew: !source, added: added.join(', '), before: source?.text ?? '', after, change };
}

/** Text of a file; undefined when there is none. */
function textOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const source = readSource(path);
  if (!source) throw dfError('DF-750', { file: relative(process.cwd(), path), reason: 'it is not valid UTF-8' });
  return source.text;
}

function manifestOf(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    // What is wrong with it is said when it is to be extended.
    return {};
  }
}

function nodeAtLeast(major: number, minor: number): boolean {
  const [a = 0, b = 0] = process.versions.node.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
