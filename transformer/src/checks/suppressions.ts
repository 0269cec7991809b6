import type ts from 'typescript';
import { finding, type Finding } from 'dataflow-ts/compiler';
import { fileNameOf, placeAt, type CheckContext } from './check-context.js';

const word = 'dataflow-ignore';
const pattern = /\/\/[ \t]*dataflow-ignore\b(?:[ \t]+(DF-\d{3})\b)?[^\n\r]*/g;

interface Suppression {
  readonly start: number;
  readonly end: number;
  /** Undefined when the comment names none. */
  readonly code: string | undefined;
  /** 1-based: the comment's own line when code stands before it, else the next one. */
  readonly line: number;
}

/**
 * Takes out the findings that a comment suppresses, `// dataflow-ignore DF-107: reason` on the same line or the line before.
 * A comment that suppresses nothing is a finding of its own, DF-701.
 */
export function withoutSuppressed(context: CheckContext, file: ts.SourceFile, findings: readonly Finding[]): Finding[] {
  if (!file.text.includes(word)) return [...findings];
  const suppressions = suppressionsIn(context, file);
  const used = new Set<Suppression>();
  const left = findings.filter(({ code, at }) => {
    const one = suppressions.find((each) => each.code === code && each.line === at?.line && at.file === fileNameOf(context, file));
    if (one) used.add(one);
    return one === undefined;
  });
  const unused = suppressions.filter((one) => !used.has(one)).map((one) => {
    const reason = one.code === undefined ? 'it names no code, as in `dataflow-ignore DF-107: reason`' : `no ${one.code} is found on line ${one.line}`;
    const fix = { title: 'Remove the comment', applicability: 'MachineApplicable' as const, edits: [{ file: fileNameOf(context, file), ...removal(file.text, one), text: '' }] };
    return finding('DF-701', { reason }, placeAt(context, file, one.start, one.end), { fixes: [fix] });
  });
  return [...left, ...unused];
}

function suppressionsIn(context: CheckContext, file: ts.SourceFile): Suppression[] {
  return [...file.text.matchAll(pattern)].flatMap((match) => {
    const start = match.index;
    if (isInsideText(context, file, start)) return [];
    const { line } = file.getLineAndCharacterOfPosition(start);
    const before = file.text.slice(file.getPositionOfLineAndCharacter(line, 0), start);
    return [{ start, end: start + match[0].length, code: match[1], line: line + (before.trim() === '' ? 2 : 1) }];
  });
}

/** The whole line where the comment stands alone, else the comment with the blanks before it. */
function removal(text: string, { start, end }: Suppression): { start: number; end: number } {
  let from = start;
  while (from > 0 && (text[from - 1] === ' ' || text[from - 1] === '\t')) from--;
  if (from > 0 && text[from - 1] !== '\n') return { start: from, end };
  const newline = /^\r?\n/.exec(text.slice(end))?.[0] ?? '';
  return { start: from, end: end + newline.length };
}

/** Whether a position is inside a string or template. */
function isInsideText({ ts }: CheckContext, file: ts.SourceFile, position: number): boolean {
  let inside = false;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > position || node.end <= position) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isJsxText(node)) inside = true;
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return inside;
}
