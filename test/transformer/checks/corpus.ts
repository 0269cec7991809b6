/**
 * Runs the misuse corpus in one process: the cases of a family share one program per version of TypeScript, their models are
 * generated in memory, and nothing is written but golden files under UPDATE_GOLDEN=1.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';
import type { Finding, ModelSchema } from 'dataflow-ts/compiler';
import { applyFixes } from '../../../transformer/src/apply-fixes.js';
import { checkFile, checkContext } from '../../../transformer/src/checks/index.js';
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
  const cases = names.map((name): Case => {
    const folder = join(misuse, family, name);
    const models = join(folder, 'models.ts');
    return { name, input: readFileSync(join(folder, 'input.ts'), 'utf8'), models: existsSync(models) ? readFileSync(models, 'utf8') : undefined };
  });
  const shared = cases.filter(({ models }) => models === undefined);
  const results = [
    ...(shared.length > 0 ? runTogether(tsc, shared, readFileSync(join(misuse, 'models.ts'), 'utf8')) : []),
    ...cases.filter(({ models }) => models !== undefined).flatMap((one) => runTogether(tsc, [one], one.models!)),
  ];
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the compiler prints for valid programs, by file name. */
export async function runValid(alias: TypeScriptAlias, folder: string): Promise<Map<string, string>> {
  const tsc = await loadTypeScript(alias);
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'models.ts');
  const models = join(folder, 'models.ts');
  const project = new MemoryProject(tsc, readFileSync(existsSync(models) ? models : join(misuse, 'models.ts'), 'utf8'));
  const results = project.check(new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])));
  return new Map([...results].map(([name, { text }]) => [name, text]));
}

function runTogether(tsc: TypeScript, cases: readonly Case[], models: string): CaseResult[] {
  const project = new MemoryProject(tsc, models);
  const files = new Map(cases.map(({ name, input }) => [`${name}/input.ts`, input]));
  const checked = project.check(files);
  const fixed = new Map<string, string>();
  for (const [file, { findings }] of checked) {
    const machine = findings.flatMap(({ fixes }) => fixes?.filter(({ applicability }) => applicability === 'MachineApplicable').slice(0, 1) ?? []);
    const text = applyFixes(new Map([[file, files.get(file)!]]), machine).texts.get(file);
    if (text !== undefined) fixed.set(file, text);
  }
  const again = fixed.size > 0 ? project.check(fixed) : new Map<string, Checked>();
  return cases.map(({ name }) => {
    const file = `${name}/input.ts`;
    const { text, findings } = checked.get(file)!;
    const json = `${JSON.stringify(findings.map(jsonOf), undefined, 2)}\n`;
    return { name, text, json, findings, fixed: fixed.get(file), fixedText: again.get(file)?.text ?? '' };
  });
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

  /** Checks files beside the models. Findings about the models are reported with every file. */
  check(files: ReadonlyMap<string, string>): Map<string, Checked> {
    const { tsc } = this;
    const program = this.#program(new Map([...this.#texts, ...files]));
    const context = checkContext(tsc, program, { folder: this.#folder, outDir: this.#outDir }, this.#schemas);
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
    return tsc.createProgram([...files.keys()].filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')), options, host);
  }
}
