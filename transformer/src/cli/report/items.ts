import { resolve } from 'node:path';
import type ts from 'typescript';
import { catalog, messageOf, type Finding, type SourcePlace } from 'dataflow-ts/compiler';
import { detailsOf } from '../../diagnostic.js';
import type { ProjectCheck } from '../check-project.js';

/** A place with what every format of a report needs. The path is absolute, lines and columns count from 1. */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One thing that is wrong: a finding, or a diagnostic of TypeScript's own. */
export interface Item {
  readonly code: string;
  readonly title: string;
  readonly severity: 'error' | 'warning';
  /** The first line, without the code. */
  readonly message: string;
  readonly details: readonly string[];
  readonly place: Place | undefined;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  readonly source: { readonly check: ProjectCheck } & ({ readonly found: Finding } | { readonly diagnostic: ts.Diagnostic });
}

/** Everything that is wrong with some projects, by place; what has none comes first. What two projects share is there once. */
export function itemsOf(tsc: typeof import('typescript'), checks: readonly ProjectCheck[]): Item[] {
  const items = checks.flatMap((check) => [...check.findings.map((found) => itemOfFinding(check, found)), ...check.diagnostics.map((each) => itemOfDiagnostic(tsc, check, each))]);
  const seen = new Set<string>();
  const fresh = items.filter(({ code, message, place }) => {
    const key = JSON.stringify([code, message, place?.path, place?.start]);
    return !seen.has(key) && seen.add(key);
  });
  return fresh.sort((a, b) => compare(a.place?.path ?? '', b.place?.path ?? '') || (a.place?.start ?? 0) - (b.place?.start ?? 0) || compare(a.code, b.code) || compare(a.message, b.message));
}

/** Whether a run with these items fails. */
export function fails(items: readonly Item[]): boolean {
  return items.some(({ severity }) => severity === 'error');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function itemOfFinding(check: ProjectCheck, found: Finding): Item {
  return {
    code: found.code,
    title: catalog[found.code].title,
    severity: found.severity ?? 'error',
    message: messageOf(found).slice(`${found.code}: `.length),
    details: detailsOf(found),
    place: found.at && placeOf(check, found.at),
    related: (found.related ?? []).map(({ at, message }) => ({ place: placeOf(check, at), message })),
    source: { check, found },
  };
}

/** TypeScript's chains of messages stay chains: the first line, and the others as details. */
function itemOfDiagnostic(tsc: typeof import('typescript'), check: ProjectCheck, diagnostic: ts.Diagnostic): Item {
  const [message = '', ...details] = tsc.flattenDiagnosticMessageText(diagnostic.messageText, '\n').split('\n');
  return {
    code: `TS${diagnostic.code}`,
    title: "TypeScript's own error",
    severity: diagnostic.category === tsc.DiagnosticCategory.Error ? 'error' : 'warning',
    message,
    details: details.map((line) => line.trim()),
    place: diagnostic.file && diagnostic.start !== undefined ? placeIn(diagnostic.file, diagnostic.file.fileName, diagnostic.start, diagnostic.start + (diagnostic.length ?? 0)) : undefined,
    related: [],
    source: { check, diagnostic },
  };
}

function placeOf({ program, project }: ProjectCheck, at: SourcePlace): Place {
  const path = resolve(project.folder, at.file);
  const config = program.getCompilerOptions()['configFile'] as ts.SourceFile | undefined;
  const file = program.getSourceFile(path) ?? (config && resolve(config.fileName) === path ? config : undefined);
  // A model that was read earlier may stand in a file that is no part of this program.
  if (!file || at.end > file.text.length) return { path, start: at.start, end: at.end, line: at.line, column: at.column, endLine: at.line, endColumn: at.column + 1 };
  return placeIn(file, path, at.start, at.end);
}

function placeIn(file: ts.SourceFile, path: string, start: number, end: number): Place {
  const first = file.getLineAndCharacterOfPosition(start);
  const last = file.getLineAndCharacterOfPosition(end);
  return {
    path: resolve(path), start, end,
    line: first.line + 1, column: first.character + 1, endLine: last.line + 1, endColumn: last.character + 1,
  };
}
