import type ts from 'typescript';
import { catalog, fill, messageOf, type CatalogEntry, type Finding } from 'dataflow-ts/compiler';

/** DF-601 is TypeScript's number 90601: far above its own, and the same digits. */
export function numberOf(code: string): number {
  return 90000 + Number(code.slice('DF-'.length));
}

/**
 * A finding as TypeScript's diagnostic: `error TS90601: DF-601: …`, with expected, received and the first fix as further lines.
 * @param file the file that the finding's place is in; without it the diagnostic has no place
 */
export function diagnosticOf(tsc: typeof import('typescript'), found: Finding, file: ts.SourceFile | undefined): ts.Diagnostic {
  const code = numberOf(found.code);
  const category = tsc.DiagnosticCategory.Error;
  const next = detailsOf(found).map((messageText): ts.DiagnosticMessageChain => ({ messageText, category, code }));
  const place = file && found.at ? { file, start: found.at.start, length: found.at.end - found.at.start } : { file: undefined, start: undefined, length: undefined };
  return { ...place, category, code, source: 'dataflow', messageText: { messageText: messageOf(found), category, code, next } };
}

/** `expected: …`, `received: …`, `fix: …`, as far as the catalogue has them. */
export function detailsOf(found: Finding): string[] {
  const entry: CatalogEntry = catalog[found.code];
  const data = found.data as Readonly<Record<string, string | number>>;
  const lines: string[] = [];
  if (entry.expected !== undefined) lines.push(`expected: ${fill(entry.expected, data)}`);
  if (entry.received !== undefined) lines.push(`received: ${fill(entry.received, data)}`);
  if (entry.solutions[0] !== undefined) lines.push(`fix: ${fill(entry.solutions[0], data)}`);
  return lines;
}
