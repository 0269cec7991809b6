import type ts from 'typescript';
import type { Edit, SourcePlace } from 'dataflow-ts/compiler';
import { insert, placeAt, type CheckContext } from '../check-context.js';

/** Where one link of a chain stands: from the method's name to the closing bracket. */
export function linkPlace(context: CheckContext, call: ts.CallExpression): SourcePlace {
  const file = call.getSourceFile();
  const start = context.ts.isPropertyAccessExpression(call.expression) ? call.expression.name.getStart() : call.getStart();
  return placeAt(context, file, start, call.end);
}

/** Takes a call out of a chain, or the statement that consists of it. */
export function removeCall(context: CheckContext, call: ts.CallExpression): Edit | undefined {
  const { ts } = context;
  if (!ts.isPropertyAccessExpression(call.expression)) return undefined;
  const file = call.getSourceFile();
  const receiver = call.expression.expression;
  if (ts.isIdentifier(receiver) && ts.isExpressionStatement(call.parent)) return cut(context, file, lineStart(file, call.parent), call.parent.end);
  return cut(context, file, receiver.end, call.end);
}

/** From the end of the line before, so that no empty line stays behind. */
function lineStart(file: ts.SourceFile, statement: ts.Statement): number {
  const start = statement.getStart();
  const before = file.text.slice(0, start);
  const line = /\r?\n[ \t]*$/.exec(before);
  return line ? line.index : start;
}

/** Adds a link to the chain that is built, or a statement before the one that builds. */
export function addLink(context: CheckContext, build: ts.CallExpression, link: string): Edit | undefined {
  const { ts } = context;
  if (!ts.isPropertyAccessExpression(build.expression)) return undefined;
  const file = build.getSourceFile();
  const { expression: receiver, name } = build.expression;
  if (!ts.isIdentifier(receiver)) {
    const space = file.text.slice(receiver.end, name.getStart()).replace(/\.\s*$/, '');
    return insert(context, file, receiver.end, `${/^\s*$/.test(space) ? space : ''}.${link}`);
  }
  let statement: ts.Node = build;
  while (!ts.isStatement(statement)) {
    if (ts.isFunctionLike(statement) || !statement.parent) return undefined;
    statement = statement.parent;
  }
  if (!ts.isBlock(statement.parent) && !ts.isSourceFile(statement.parent)) return undefined;
  const start = statement.getStart();
  const indent = /[ \t]*$/.exec(file.text.slice(0, start))![0];
  return insert(context, file, start, `${receiver.text}.${link};\n${indent}`);
}

/** The text of a call of `addConnection`, in the quotes that the file uses elsewhere. */
export function connectionCall(parts: readonly string[], like: ts.Node): string {
  const quote = like.getText().startsWith('"') ? '"' : "'";
  return `addConnection(${parts.map((part) => `${quote}${part}${quote}`).join(', ')})`;
}

function cut(context: CheckContext, file: ts.SourceFile, start: number, end: number): Edit {
  return { file: placeAt(context, file, start, end).file, start, end, text: '' };
}
