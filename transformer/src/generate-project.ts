import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type ts from 'typescript';
import { finding, type Finding, type ModelSchema } from 'dataflow-ts/compiler';
import { Fingerprint } from './fingerprint.js';
import { modelOf, readFolder, schemaOf, sourceOf } from './generated-folder.js';
import { repairModels } from './checks/look/model-repairs.js';
import { marker, writePlan } from './generator/write-plan.js';
import type { Project } from './project.js';
import { readModels } from './reader/index.js';

/** What has to be done so that a project's generated files say what its models say. Paths are absolute. */
export interface Plan {
  /** Files that are missing or different, with their text. */
  readonly writes: ReadonlyMap<string, string>;
  /** Generated files of models that no longer exist. */
  readonly removals: ReadonlySet<string>;
  /** All generated files as they are when the plan is carried out. */
  readonly files: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  /** How many models there are. */
  readonly models: number;
  /** The models that the generated files are made from: those read without findings, and those whose files are kept. */
  readonly schemas: readonly ModelSchema[];
  /** Called when everything is done: the next run with the same models and files has nothing to generate. */
  readonly remember?: () => void;
}

export type WriteFile = (path: string, text: string) => void;

/**
 * Reads the models of a program and compares what they generate with what is on disk. Writes nothing.
 *
 * Models with findings keep the files of the last good run, so that one mistake does not bring a flood of others; the other
 * models are generated. Models in source files that exist but are no part of this program are kept, too: a project may
 * have several tsconfigs over one `outDir`.
 * Findings: those of the reader, DF-720, DF-721.
 */
export function planGeneration(tsc: typeof import('typescript'), program: ts.Program, project: Project): Plan {
  const old = readFolder(project.outDir);
  const unparsed = syntaxErrors(tsc, program, project);
  if (unparsed.length > 0) return unchanged(project, old, unparsed, []);
  const { models, findings: found } = readModels(tsc, program, project.folder);
  const findings = repairModels({ ts: tsc, program, project }, found);
  const kept = keptModels(tsc, program, project, old, models, findings.length > 0);
  const isOwn = (name: string) => old.get(name)?.slice(0, 100).includes(marker) ?? false;
  if (models.length + kept.length === 0 && ![...old.keys()].some(isOwn)) return unchanged(project, old, findings, []);
  const fingerprint = new Fingerprint(project.folder, project.outDir, [...models, ...kept]);
  if (fingerprint.matches(old)) return unchanged(project, old, findings, models, kept);
  const texts = generatedTexts(project, models, kept, old);
  const foreign = [...texts.keys()].filter((name) => old.has(name) && !name.endsWith('.map') && !isOwn(name));
  if (foreign.length > 0) {
    const inTheWay = foreign.map((name) => finding('DF-720', { file: displayed(project, join(project.outDir, name)) }));
    return unchanged(project, old, [...findings, ...inTheWay], models, kept);
  }
  const { write, delete: gone } = writePlan(texts, old);
  return {
    writes: atPaths(project, write),
    removals: new Set(gone.map((name) => join(project.outDir, name))),
    files: atPaths(project, texts),
    findings,
    models: models.length,
    schemas: [...models, ...kept],
    remember: () => fingerprint.remember(new Map([...[...old].filter(([name]) => !gone.includes(name)), ...texts])),
  };
}

/** Carries the plan out, up to the first file that cannot be written: DF-723. */
export function applyPlan(plan: Plan, project: Project, write: WriteFile = writeToDisk): Finding[] {
  let current = '';
  try {
    for (const [path, text] of plan.writes) write((current = path), text);
    for (const path of plan.removals) rmSync((current = path), { force: true });
    plan.remember?.();
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [finding('DF-723', { file: displayed(project, current), reason })];
  }
}

/** A path as messages name it: relative to the project. */
export function displayed(project: Project, path: string): string {
  return relative(project.folder, path).replaceAll('\\', '/');
}

function writeToDisk(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function unchanged(
  project: Project,
  old: ReadonlyMap<string, string>,
  findings: readonly Finding[],
  models: readonly ModelSchema[],
  kept: readonly ModelSchema[] = [],
): Plan {
  return { writes: new Map(), removals: new Set(), files: atPaths(project, old), findings, models: models.length, schemas: [...models, ...kept] };
}

function atPaths(project: Project, texts: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...texts].map(([name, text]) => [`${project.outDir}${sep}${name}`, text]));
}

/** Loading the generator takes longer than reading the models, and most runs do not need it. */
function loadGenerator(): typeof import('./generator/index.js') {
  return createRequire(import.meta.url)('./generator/index.js') as typeof import('./generator/index.js');
}

/** What the generator makes, with the files of kept models as they are. */
function generatedTexts(project: Project, models: readonly ModelSchema[], kept: readonly ModelSchema[], old: ReadonlyMap<string, string>): Map<string, string> {
  const all = [...models, ...kept];
  const { generate, moduleNames } = loadGenerator();
  const texts = generate(all, { outDir: displayed(project, project.outDir) });
  const modules = moduleNames(all);
  for (const { name } of kept) {
    for (const ending of ['js', 'd.ts', 'd.ts.map']) {
      const file = `${modules.get(name)}.${ending}`;
      const text = old.get(file);
      if (text !== undefined) texts.set(file, text);
    }
  }
  return texts;
}

/** The models that were not read but whose generated files stay, as they were when these were written. */
function keptModels(
  tsc: typeof import('typescript'),
  program: ts.Program,
  project: Project,
  old: ReadonlyMap<string, string>,
  models: readonly ModelSchema[],
  broken: boolean,
): ModelSchema[] {
  const names = new Set(models.map(({ name }) => name));
  const kept: ModelSchema[] = [];
  for (const [module, text] of old) {
    const name = modelOf(text);
    if (name === undefined || names.has(name) || !text.slice(0, 100).includes(marker)) continue;
    const schema = schemaOf(tsc, text);
    if (!schema?.source) continue;
    const path = sourceOf(old.get(module.replace(/js$/, 'd.ts.map')), project.outDir) ?? resolve(project.folder, schema.source.file);
    const file = program.getSourceFile(path);
    const hasClass = file?.statements.some((statement) => tsc.isClassDeclaration(statement) && statement.name?.text === name);
    if (file ? broken && hasClass : existsSync(path)) kept.push({ ...schema, source: { ...schema.source, file: displayed(project, path) } });
  }
  return kept;
}

/** A model class may be lost in what TypeScript makes of a broken file, and must not count as deleted: DF-721. */
function syntaxErrors(tsc: typeof import('typescript'), program: ts.Program, project: Project): Finding[] {
  const findings: Finding[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || !file.text.includes('dataflow-ts')) continue;
    const error = program.getSyntacticDiagnostics(file)[0];
    if (!error) continue;
    const { line, character } = file.getLineAndCharacterOfPosition(error.start);
    const path = displayed(project, file.fileName);
    const reason = tsc.flattenDiagnosticMessageText(error.messageText, ' ');
    const at = { file: path, line: line + 1, column: character + 1, start: error.start, end: error.start + error.length };
    findings.push(finding('DF-721', { file: path, reason }, at));
  }
  return findings;
}
