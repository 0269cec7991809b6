import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type ts from 'typescript';
import { diagnosticOf, filesOf } from '../../diagnostic.js';
import type { ProjectCheck } from '../check-project.js';
import { itemsOf, type Item } from '../report/items.js';
import type { Block, Output, PrintedDiagnostic } from './output.js';

export interface Merged {
  readonly text: string;
  readonly errors: number;
}

interface Entry {
  readonly text: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly isError: boolean;
}

/**
 * What tsc printed and what DataFlow found, as one output in the order of places. A line of tsc's that a finding says better is
 * left out.
 * @param checks the projects that tsc compiled
 */
export function merge(tsc: typeof import('typescript'), output: Output, checks: readonly ProjectCheck[], pretty: boolean): Merged {
  const own = itemsOf(tsc, checks.map((check) => ({ ...check, diagnostics: [] })));
  const isReplaced = replacedBy(own, checks);
  const theirs = output.blocks.filter(({ diagnostic }) => diagnostic && !isReplaced(diagnostic));
  const entries: Entry[] = [...theirs.map(entryOf), ...own.map((item) => entryOfItem(tsc, item, pretty))].sort(
    (a, b) => compare(a.path, b.path) || a.line - b.line || a.column - b.column,
  );
  const errors = entries.filter(({ isError }) => isError);
  const first = output.blocks.findIndex(({ diagnostic }) => diagnostic);
  const others = (from: number, to?: number) => output.blocks.slice(from, to).filter(({ diagnostic }) => !diagnostic).map(({ text }) => text);
  const parts = [...others(0, first < 0 ? undefined : first), ...entries.map(({ text }) => text), ...(first < 0 ? [] : others(first))];
  if (pretty && errors.length > 0) parts.push(summaryOf(tsc, errors));
  return { text: parts.map((text) => `${text}\n${pretty ? '\n' : ''}`).join(''), errors: errors.length };
}

/** Versions of TypeScript differ in number and words of a diagnostic; its place, and a DF code in its text, are the same. */
function replacedBy(own: readonly Item[], checks: readonly ProjectCheck[]): (printed: PrintedDiagnostic) => boolean {
  const explained = new Set(checks.flatMap((check) => check.explained.map(placeOf)));
  const codes = new Set(own.flatMap(({ code, place }) => (place ? [`${place.path}:${place.line} ${code}`] : [])));
  return ({ path, line, column, code, message }) => {
    // With `ts-patch install` the project's tsc runs the plugin itself.
    if (code >= 90000 && message.startsWith('DF-')) return true;
    if (path === undefined) return false;
    const df = /\bDF-\d{3}\b/.exec(message)?.[0];
    return explained.has(`${path}:${line}:${column}`) || (df !== undefined && codes.has(`${path}:${line} ${df}`));
  };
}

function placeOf({ file, start }: ts.Diagnostic): string {
  if (!file || start === undefined) return '';
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${resolve(file.fileName)}:${line + 1}:${character + 1}`;
}

function entryOf({ text, diagnostic }: Block): Entry {
  const { path = '', line, column, isError } = diagnostic!;
  return { text, path, line, column, isError };
}

function entryOfItem(tsc: typeof import('typescript'), { source, place, severity }: Item, pretty: boolean): Entry {
  const { check } = source;
  const fileOf = filesOf(check.program, check.project.folder);
  const diagnostic = 'found' in source ? diagnosticOf(tsc, source.found, source.found.at && (fileOf(source.found.at.file) ?? configFileOf(check, source.found.at.file)), fileOf) : source.diagnostic;
  const host = { getCurrentDirectory: () => process.cwd(), getCanonicalFileName: (name: string) => name, getNewLine: () => '\n' };
  const text = pretty ? tsc.formatDiagnosticsWithColorAndContext([diagnostic], host) : tsc.formatDiagnostics([diagnostic], host);
  return { text: text.trimEnd(), path: place?.path ?? '', line: place?.line ?? 0, column: place?.column ?? 0, isError: severity === 'error' };
}

function configFileOf({ program, project }: ProjectCheck, path: string): ts.SourceFile | undefined {
  const file = program.getCompilerOptions()['configFile'] as ts.SourceFile | undefined;
  return file && resolve(project.folder, path) === resolve(file.fileName) ? file : undefined;
}

/** tsc's own words: `Found 2 errors in the same file, starting at: src/a.ts:1`. */
function summaryOf(tsc: typeof import('typescript'), errors: readonly Entry[]): string {
  const { getErrorSummaryText } = tsc as unknown as {
    getErrorSummaryText(count: number, files: readonly ({ fileName: string; line: number } | undefined)[], newLine: string, host: { getCurrentDirectory(): string }): string;
  };
  const firstLine = new Map(errors.toReversed().map(({ path, line }) => [path, line]));
  const files = errors.map(({ path }) => (path === '' ? undefined : { fileName: path, line: firstLine.get(path)! }));
  const text = getErrorSummaryText(errors.length, files, '\n', { getCurrentDirectory: () => process.cwd() });
  return stripVTControlCharacters(text).trim();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
