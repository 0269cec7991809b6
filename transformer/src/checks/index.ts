import type ts from 'typescript';
import type { Finding, ModelSchema } from 'dataflow-ts/compiler';
import { inMode } from '../mode.js';
import type { Project } from '../project.js';
import type { CheckContext, TypeScript } from './check-context.js';
import { explain } from './explain/index.js';
import { look } from './look/index.js';
import { modelsElsewhere } from './models-elsewhere.js';
import { explainedOptions } from './look/model-options.js';
import { Recogniser } from './recognise.js';
import { withoutSuppressed } from './suppressions.js';

export type { CheckContext } from './check-context.js';

export interface FileCheck {
  /** In the order of their places, each once. */
  readonly findings: readonly Finding[];
  /** TypeScript's own diagnostics that a finding says better: left out of the output. */
  readonly explained: ReadonlySet<ts.Diagnostic>;
}

/** What the checks need of a program. Made once per program. */
export function checkContext(tsc: TypeScript, program: ts.Program, project: Pick<Project, 'folder' | 'outDir' | 'mode'>, models: readonly ModelSchema[]): CheckContext {
  const elsewhere = modelsElsewhere(tsc, program, models);
  // The same list where it can be: what is made of it once is then found again for the next program.
  return { ts: tsc, program, checker: program.getTypeChecker(), project, models: elsewhere.length > 0 ? [...models, ...elsewhere] : models };
}

const recognisers = new WeakMap<CheckContext, Recogniser>();

/** What recognises DataFlow in the context's program. One per context, for it remembers. */
export function recogniserOf(context: CheckContext): Recogniser {
  const recogniser = recognisers.get(context) ?? new Recogniser(context);
  recognisers.set(context, recogniser);
  return recogniser;
}

/** Whether anything of DataFlow can be in a file. Costs next to nothing, and needs no types to be checked. */
export function isConcerned(context: CheckContext, file: ts.SourceFile): boolean {
  return recogniserOf(context).concerns(file);
}

/**
 * Everything that can be said about a file beside what is wrong with its models: mistakes that TypeScript found, explained, and
 * mistakes that types cannot see. A file that has nothing to do with DataFlow costs next to nothing.
 * @param diagnostics TypeScript's semantic diagnostics of the file
 */
export function checkFile(context: CheckContext, file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): FileCheck {
  const recogniser = recogniserOf(context);
  if (context.project.mode === 'off' || !isChecked(context, file) || !recogniser.concerns(file)) return { findings: [], explained: new Set() };
  const { findings, explained } = explain(context, recogniser, file, diagnostics);
  const all = inOrder([...findings, ...look(recogniser, file, diagnostics)]);
  const said = new Set([...explained, ...explainedOptions(context, file, diagnostics)]);
  return inMode(context.project.mode, { findings: withoutSuppressed(context, file, all), explained: said });
}

/** Whether TypeScript checks a file: not a declaration file, not one with `@ts-nocheck`, JavaScript only where it is asked for. */
function isChecked({ program }: CheckContext, file: ts.SourceFile): boolean {
  const { checkJsDirective } = file as { checkJsDirective?: { readonly enabled: boolean } };
  const isScript = /\.[cm]?jsx?$/.test(file.fileName);
  return !file.isDeclarationFile && (checkJsDirective?.enabled ?? (!isScript || program.getCompilerOptions().checkJs === true));
}

/** Several of these may be found at one place. */
const severalAtOnce: ReadonlySet<string> = new Set(['DF-101', 'DF-104', 'DF-204', 'DF-806']);

/** Two checks may find the same at one place. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings
    .filter(({ code, at, data }) => {
      const key = JSON.stringify([code, at?.start, severalAtOnce.has(code) && data]);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => (a.at?.start ?? 0) - (b.at?.start ?? 0));
}
