/** A project on disk in which examples are type-checked, checked by DataFlow, and from which they are run. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import * as dataflow from 'dataflow-ts';
import { messageOf, type Finding } from 'dataflow-ts/compiler';
import { checkContext, checkFile } from '../../transformer/src/checks/index.js';
import { applyPlan, planGeneration, type Plan } from '../../transformer/src/generate-project.js';
import { root } from './pages.js';
import type { Importable } from './program-text.js';

/** The models of the README and of every page that has none of its own. */
export const models = `import { model, references, unique, type Int } from 'dataflow-ts';

@model
export class User {
  id!: string;
  name!: string;
  @unique email!: string;
  age!: Int | null;
  active: boolean = true;
  createdAt!: Date;
  updatedAt!: Date;
}

@model
export class Session {
  id!: string;
  @references(() => User, { onDelete: 'cascade' }) userId!: string;
  token!: string;
}
`;

/** What the compiler and the checks say about a file. */
export interface Checked {
  /** Codes of findings, and those in texts of TypeScript's own diagnostics. */
  readonly codes: ReadonlySet<string>;
  readonly lines: readonly string[];
}

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
};

/** Files of libraries are parsed once. */
const parsed = new Map<string, ts.SourceFile | undefined>();

export class ExampleProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'dataflow-examples-'));
  readonly #plan: Plan;
  readonly #project = { configPath: undefined, folder: this.folder, outDir: join(this.folder, '.dataflow') };

  /** Writes the models and generates their nodes, unless there is something wrong with them: `findings`. */
  constructor(text = models) {
    process.on('exit', () => rmSync(this.folder, { recursive: true, force: true }));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    this.write('package.json', JSON.stringify({ type: 'module', imports: { '#dataflow': './.dataflow/index.js' } }));
    this.write('models.ts', text);
    this.#plan = planGeneration(ts, this.#program(['models.ts']), this.#project);
    if (this.findings.length === 0) applyPlan(this.#plan, this.#project);
  }

  get findings(): readonly Finding[] {
    return this.#plan.findings;
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** What examples may use without importing it themselves. */
  async importable(): Promise<Importable> {
    const generated = await import(pathToFileURL(join(this.folder, '.dataflow/index.js')).href) as object;
    return new Map([
      ['dataflow-ts', new Set(Object.keys(dataflow))],
      ['#dataflow', new Set(Object.keys(generated))],
      ['node:fs', new Set(Object.keys(fs).filter((name) => name.endsWith('Sync')))],
    ]);
  }

  /** Checks files of the project, in one program. */
  check(names: readonly string[]): Map<string, Checked> {
    const program = this.#program(names);
    const context = checkContext(ts, program, this.#project, this.#plan.schemas);
    return new Map(names.map((name) => {
      const file = program.getSourceFile(join(this.folder, name))!;
      const theirs = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      const { findings, explained } = checkFile(context, file, theirs);
      const texts = theirs.filter((each) => !explained.has(each)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
      const codes = [...[...findings, ...this.findings].map(({ code }) => code), ...texts.flatMap((text) => text.match(/DF-\d{3}/g) ?? [])];
      return [name, { codes: new Set(codes), lines: [...[...findings, ...this.findings].map(messageOf), ...texts] }];
    }));
  }

  #program(names: readonly string[]): ts.Program {
    const host = ts.createCompilerHost(options);
    const { getSourceFile } = host;
    host.getSourceFile = (name, ...rest) => {
      if (name.startsWith(this.folder)) return getSourceFile(name, ...rest);
      if (!parsed.has(name)) parsed.set(name, getSourceFile(name, ...rest));
      return parsed.get(name);
    };
    return ts.createProgram(names.map((name) => join(this.folder, name)), options, host);
  }
}
