import { resolve } from 'node:path';
import type ts from 'typescript';
import { catalog, type Code, type Finding, type Fix } from 'dataflow-ts/compiler';
import { applyFixes } from '../apply-fixes.js';
import { numberOf } from '../diagnostic.js';
import type { ProgramView } from './program-view.js';

const fixIdStart = 'dataflow ';

/** The numbers of all findings, as the editor wants to know which diagnostics can have fixes. */
export const fixableCodes: readonly string[] = Object.keys(catalog).map((code) => String(numberOf(code)));

/** The fixes of the findings with these numbers that touch the span. */
export function quickFixes(view: ProgramView, file: ts.SourceFile, start: number, end: number, codes: readonly number[]): ts.CodeFixAction[] {
  const { findings } = view.check(file);
  return findings
    .filter(({ code, at }) => codes.includes(numberOf(code)) && at !== undefined && at.start <= end && at.end >= start)
    .flatMap(({ code, fixes = [] }) => fixes.map((fix) => actionOf(view, code, fix)));
}

/** All fixes of one code in a file that can be applied without asking; undefined for the ids of others. */
export function allFixes(view: ProgramView, file: ts.SourceFile, fixId: unknown): ts.CombinedCodeActions | undefined {
  if (typeof fixId !== 'string' || !fixId.startsWith(fixIdStart)) return undefined;
  const { findings } = view.check(file);
  const fixes = findings.filter(({ code }) => fixIdStart + code === fixId).flatMap(machineFix);
  const { applied } = applyFixes({ get: (path) => view.program.getSourceFile(resolve(view.project.folder, path))?.text }, fixes);
  return { changes: changesOf(view, applied.flatMap(({ edits }) => edits)) };
}

function machineFix({ fixes }: Finding): Fix[] {
  const [best] = fixes ?? [];
  return best?.applicability === 'MachineApplicable' ? [best] : [];
}

function actionOf(view: ProgramView, code: Code, fix: Fix): ts.CodeFixAction {
  return {
    fixName: `${fixIdStart}${code}`,
    description: fix.title,
    changes: changesOf(view, fix.edits),
    ...(fix.applicability === 'MachineApplicable' && { fixId: `${fixIdStart}${code}`, fixAllDescription: `Fix all ${code} in this file: ${catalog[code].title}` }),
  };
}

function changesOf(view: ProgramView, edits: Fix['edits']): ts.FileTextChanges[] {
  const byFile = new Map<string, ts.TextChange[]>();
  for (const { file, start, end, text } of edits) {
    const path = resolve(view.project.folder, file);
    const source = view.program.getSourceFile(path);
    const newText = source?.text.includes('\r\n') ? text.replace(/\r?\n/g, '\r\n') : text;
    const changes = byFile.get(source?.fileName ?? path) ?? [];
    byFile.set(source?.fileName ?? path, [...changes, { span: { start, length: end - start }, newText }]);
  }
  return [...byFile].map(([fileName, textChanges]) => ({ fileName, textChanges: textChanges.sort((a, b) => a.span.start - b.span.start) }));
}
