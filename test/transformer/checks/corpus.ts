/**
 * Runs the misuse corpus in one process: the cases of a family share one program per version of TypeScript, their models are
 * generated in memory, and nothing is written but golden files under UPDATE_GOLDEN=1.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import type { Finding, Fix, ModelSchema } from 'dataflow-ts/compiler';
import { applyFixes } from '../../../transformer/src/apply-fixes.js';
import { checkContext, checkFile, type CheckContext } from '../../../transformer/src/checks/index.js';
import { diagnosticOf, jsonOf } from '../../../transformer/src/diagnostic.js';
import { planGeneration } from '../../../transformer/src/generate-project.js';

export type TypeScript = typeof import('typescript');
export type TypeScriptAlias = 'typescript' | 'typescript-6';
export const aliases: readonly TypeScriptAlias[] = ['typescript', 'typescript-6'];

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const misuse = join(root, 'fixtures/misuse');

export interface CaseResult {
  readonly name: string;
  /** What the compiler prints, one line per diagnostic and its details. */
  readonly text: string;
  readonly json: string;
  readonly findings: readonly Finding[];
  /** Whether every finding has a MachineApplicable fix. */
  readonly isRepaired: boolean;
  /** The input with all MachineApplicable fixes applied; undefined when there are none. */
  readonly fixed: string | undefined;
  /** What the compiler prints for `fixed`. */
  readonly fixedText: string;
}

interface Case {
  readonly name: string;
  readonly input: string;
  /** Models of its own, instead of those that the corpus shares. */
  readonly models: string | undefined;
}

const loaded = new Map<TypeScriptAlias, Promise<TypeScript>>();

export function loadTypeScript(alias: TypeScriptAlias): Promise<TypeScript> {
  const known = loaded.get(alias) ?? import(alias).then((module: { default: TypeScript }) => module.default);
  loaded.set(alias, known);
  return known;
}

/** Names of the cases of a family. */
export function caseNames(family: string): string[] {
  return readdirSync(join(misuse, family), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** Runs one case, `parameters/unknown-field`. */
export async function runCase(alias: TypeScriptAlias, family: string, name: string): Promise<CaseResult> {
  return (await runCases(alias, family, [name]))[0]!;
}

/** Runs cases of a family. Those with models of their own get a program each, all others share one. */
export async function runCases(alias: TypeScriptAlias, family: string, names: readonly string[]): Promise<CaseResult[]> {
  const tsc = await loadTypeScript(alias);
  const textOf = (name: string, file: string) => readFileSync(join(misuse, family, name, file), 'utf8');
  const has = (name: string, file: string) => existsSync(join(misuse, family, name, file));
  const cases = names.filter((name) => has(name, 'input.ts')).map((name): Case => ({
    name, input: textOf(name, 'input.ts'), models: has(name, 'models.ts') ? textOf(name, 'models.ts') : undefined,
  }));
  const shared = cases.filter(({ models }) => models === undefined);
  const results = [
    ...(shared.length > 0 ? runTogether(tsc, shared, readFileSync(join(misuse, 'models.ts'), 'utf8')) : []),
    ...cases.filter(({ models }) => models !== undefined).flatMap((one) => runTogether(tsc, [one], one.models!)),
    ...names.filter((name) => !has(name, 'input.ts')).map((name) => runModels(tsc, name, textOf(name, 'models.ts'))),
  ];
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the compiler prints for valid programs, by file name. */
export async function runValid(alias: TypeScriptAlias, folder: string): Promise<Map<string, string>> {
  const tsc = await loadTypeScript(alias);
  const names = readdirSync(folder).filter((name) => /\.(ts|js)$/.test(name) && name !== 'models.ts');
  const models = join(folder, 'models.ts');
  const project = new MemoryProject(tsc, readFileSync(existsSync(models) ? models : join(misuse, 'models.ts'), 'utf8'));
  const results = project.check(new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
  return new Map([...results].map(([name, { text }]) => [name, text]));
}

/** A program of files beside the models that the corpus shares, for tests that look closer. */
export async function programOf(alias: TypeScriptAlias, files: Readonly<Record<string, string>>): Promise<CheckContext> {
  const project = new MemoryProject(await loadTypeScript(alias), readFileSync(join(misuse, 'models.ts'), 'utf8'));
  return project.context(new Map(Object.entries(files)));
}

function runTogether(tsc: TypeScript, cases: readonly Case[], models: string): CaseResult[] {
  const project = new MemoryProject(tsc, models);
  const files = new Map(cases.map(({ name, input }) => [`${name}/input.ts`, input]));
  const checked = project.check(files);
  const fixed = new Map<string, string>();
  const after = new Map<string, string>();
  // Fixes that touch each other are applied one after the other.
  let latest = checked;
  for (let round = 0; round < 4 && latest.size > 0; round++) {
    const changed = new Map<string, string>();
    for (const [file, { findings }] of latest) {
      const text = applyFixes(new Map([[file, fixed.get(file) ?? files.get(file)!]]), findings.flatMap(machineFix)).texts.get(file);
      if (text !== undefined) changed.set(file, text);
    }
    for (const [file, text] of changed) fixed.set(file, text);
    latest = changed.size > 0 ? project.check(changed) : new Map<string, Checked>();
    for (const [file, { text }] of latest) after.set(file, text);
  }
  return cases.map(({ name }) => {
    const file = `${name}/input.ts`;
    const { text, findings } = checked.get(file)!;
    const json = `${JSON.stringify(findings.map(jsonOf), undefined, 2)}\n`;
    const isRepaired = findings.every((found) => machineFix(found).length > 0);
    return { name, text, json, findings, isRepaired, fixed: fixed.get(file), fixedText: after.get(file) ?? '' };
  });
}

/** A case about models is its models alone. After each round of fixes they are read anew. */
function runModels(tsc: TypeScript, name: string, models: string): CaseResult {
  const check = (text: string) => new MemoryProject(tsc, text).check(new Map([['models.ts', text]])).get('models.ts')!;
  const first = check(models);
  let latest = first;
  let fixed: string | undefined;
  for (let round = 0; round < 4; round++) {
    const text = applyFixes(new Map([['models.ts', fixed ?? models]]), latest.findings.flatMap(machineFix)).texts.get('models.ts');
    if (text === undefined) break;
    fixed = text;
    latest = check(text);
  }
  const { text, findings } = first;
  const isRepaired = findings.every((found) => machineFix(found).length > 0);
  return { name, text, json: `${JSON.stringify(findings.map(jsonOf), undefined, 2)}\n`, findings, isRepaired, fixed, fixedText: fixed === undefined ? '' : latest.text };
}

function machineFix({ fixes }: Finding): Fix[] {
  return fixes?.filter(({ applicability }) => applicability === 'MachineApplicable').slice(0, 1) ?? [];
}

interface Checked {
  readonly text: string;
  readonly findings: readonly Finding[];
}

let folder: string | undefined;

/** A folder outside the repository, with 'dataflow-ts' installed. It goes away with the process. */
function projectFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'dataflow-corpus-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    mkdirSync(join(made, 'node_modules'));
    symlinkSync(join(root, 'runtime'), join(made, 'node_modules/dataflow-ts'), 'junction');
    writeFileSync(join(made, 'package.json'), JSON.stringify({ type: 'module', imports: { '#dataflow': './.dataflow/index.js' } }));
    folder = made;
  }
  return folder;
}

/** Files of the library are parsed once per version of TypeScript. */
const parsed = new Map<TypeScript, Map<string, ts.SourceFile | undefined>>();

class MemoryProject {
  readonly #folder = projectFolder();
  readonly #outDir = join(this.#folder, '.dataflow');
  readonly #texts: Map<string, string>;
  readonly #schemas: readonly ModelSchema[];
  readonly #findings: readonly Finding[];

  constructor(private readonly tsc: TypeScript, models: string) {
    this.#texts = new Map([['models.ts', models]]);
    const plan = planGeneration(tsc, this.#program(this.#texts), { configPath: undefined, folder: this.#folder, outDir: this.#outDir });
    this.#schemas = plan.schemas;
    this.#findings = plan.findings;
    for (const [path, text] of plan.files) this.#texts.set(path.slice(this.#folder.length + 1), text);
  }

  /** A program of files beside the models. */
  context(files: ReadonlyMap<string, string>): CheckContext {
    const program = this.#program(new Map([...this.#texts, ...files]));
    return checkContext(this.tsc, program, { folder: this.#folder, outDir: this.#outDir }, this.#schemas);
  }

  /** Checks files beside the models. Findings about the models are reported with every file. */
  check(files: ReadonlyMap<string, string>): Map<string, Checked> {
    const { tsc } = this;
    const context = this.context(files);
    const { program } = context;
    return new Map([...files.keys()].map((name) => {
      const file = program.getSourceFile(join(this.#folder, name))!;
      const theirs = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      const { findings: own, explained } = checkFile(context, file, theirs);
      const findings = [...this.#findings, ...own];
      const all = [
        ...theirs.filter((diagnostic) => !explained.has(diagnostic)),
        ...findings.map((found) => diagnosticOf(tsc, found, found.at && program.getSourceFile(join(this.#folder, found.at.file)))),
      ];
      return [name, { text: this.#format(all), findings }];
    }));
  }

  #format(diagnostics: readonly ts.Diagnostic[]): string {
    const host: ts.FormatDiagnosticsHost = { getCurrentDirectory: () => this.#folder, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
    return this.tsc.formatDiagnostics(this.tsc.sortAndDeduplicateDiagnostics(diagnostics), host);
  }

  #program(texts: ReadonlyMap<string, string>): ts.Program {
    const { tsc } = this;
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowJs: true,
      checkJs: true,
      target: tsc.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
      module: tsc.ModuleKind.NodeNext,
      moduleResolution: tsc.ModuleResolutionKind.NodeNext,
      types: [],
    };
    const host = tsc.createCompilerHost(options);
    const files = new Map([...texts].map(([name, text]) => [join(this.#folder, name), text]));
    const folders = new Set([...files.keys()].map((path) => dirname(path)));
    const cache = parsed.get(tsc) ?? new Map<string, ts.SourceFile | undefined>();
    parsed.set(tsc, cache);
    const { getSourceFile, fileExists, directoryExists, readFile } = host;
    host.fileExists = (name) => files.has(name) || fileExists(name);
    host.readFile = (name) => files.get(name) ?? readFile(name);
    host.directoryExists = (name) => folders.has(name) || directoryExists!(name);
    host.getSourceFile = (name, ...rest) => {
      const text = files.get(name);
      if (text !== undefined) return tsc.createSourceFile(name, text, rest[0], true);
      if (!cache.has(name)) cache.set(name, getSourceFile(name, ...rest));
      return cache.get(name);
    };
    return tsc.createProgram([...files.keys()].filter((path) => /\.(ts|js)$/.test(path) && !path.endsWith('.d.ts') && !path.startsWith(this.#outDir)), options, host);
  }
}
