import { resolve } from 'node:path';
import type ts from 'typescript';
import { catalog, fill, messageOf, type CatalogEntry, type Finding } from 'dataflow-ts/compiler';

/** DF-601 is TypeScript's number 90601: far above its own, and the same digits. */
export function numberOf(code: string): number {
  return 90000 + Number(code.slice('DF-'.length));
}

/** Finds the source file of a place by its path in findings. */
export type FileOf = (path: string) => ts.SourceFile | undefined;

/** The files of a program by path relative to the project's folder. */
export function filesOf(program: ts.Program, folder: string): FileOf {
  return (path) => program.getSourceFile(resolve(folder, path));
}

/**
 * A finding as TypeScript's diagnostic: `error TS90601: DF-601: …`, with expected, received and the first fix as further lines.
 * @param file the file that the finding's place is in; without it the diagnostic has no place
 * @param fileOf finds the files of related places; those that it does not know are left out
 */
export function diagnosticOf(tsc: typeof import('typescript'), found: Finding, file: ts.SourceFile | undefined, fileOf?: FileOf): ts.Diagnostic {
  const code = numberOf(found.code);
  const category = found.severity === 'warning' ? tsc.DiagnosticCategory.Warning : tsc.DiagnosticCategory.Error;
  const next = detailsOf(found).map((messageText): ts.DiagnosticMessageChain => ({ messageText, category, code }));
  const place = file && found.at ? { file, start: found.at.start, length: found.at.end - found.at.start } : { file: undefined, start: undefined, length: undefined };
  const related = relatedOf(tsc, found, code, fileOf);
  return {
    ...place, category, code, source: 'dataflow', messageText: { messageText: messageOf(found), category, code, next },
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

function relatedOf(tsc: typeof import('typescript'), found: Finding, code: number, fileOf: FileOf | undefined): ts.DiagnosticRelatedInformation[] {
  return (found.related ?? []).flatMap(({ at, message }) => {
    const file = fileOf?.(at.file);
    // A file may have changed since the model was read from it.
    if (!file || at.end > file.text.length) return [];
    return [{ file, start: at.start, length: at.end - at.start, category: tsc.DiagnosticCategory.Message, code, messageText: message }];
  });
}

/** `expected: …`, `received: …`, `fix: …`, as far as there is something to say. A fix of its own says more than the catalogue. */
export function detailsOf(found: Finding): string[] {
  const { expected, received, solutions } = textsOf(found);
  const fix = found.fixes?.[0]?.title ?? solutions[0];
  return [
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(received === undefined ? [] : [`received: ${received}`]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ].map(shortened);
}

/** A message is read once: of a long list of names the first ones will do. JSON has them all. */
const longestDetail = 200;

function shortened(line: string): string {
  if (line.length <= longestDetail) return line;
  const cut = line.slice(0, longestDetail);
  const comma = cut.lastIndexOf(', ');
  return `${comma > 0 ? cut.slice(0, comma + 1) : cut} …`;
}

/** A finding as JSON, for tools: what `--format json` prints of it. */
export function jsonOf(found: Finding): object {
  const { title, expected, received, solutions } = textsOf(found);
  const { code, severity = 'error', at, related = [], fixes = [] } = found;
  return {
    code, title, severity, message: messageOf(found),
    ...(at && { at }),
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    solutions, related, fixes,
    docs: `docs/errors/${code}.md`,
  };
}

function textsOf(found: Finding) {
  const entry: CatalogEntry = catalog[found.code];
  const data = found.data as Readonly<Record<string, string | number>>;
  return {
    title: entry.title,
    expected: entry.expected === undefined ? undefined : fill(entry.expected, data),
    received: entry.received === undefined ? undefined : fill(entry.received, data),
    solutions: entry.solutions.map((text) => fill(text, data)),
  };
}
