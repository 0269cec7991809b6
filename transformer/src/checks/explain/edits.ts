import type ts from 'typescript';
import type { Applicability, Edit, Fix } from 'dataflow-ts/compiler';
import { fileNameOf, insert, replace, type CheckContext } from '../check-context.js';
import type { GivenProperty } from './given.js';

export function fix(title: string, applicability: Applicability, ...edits: readonly Edit[]): Fix {
  return { title, applicability, edits };
}

/** `name` as a property's name. */
export function nameText(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** Calls a property by another name; a shorthand keeps its value. */
export function renamed(context: CheckContext, property: GivenProperty, name: string): Edit | undefined {
  const { ts } = context;
  const { assignment } = property;
  if (!assignment) return undefined;
  if (ts.isShorthandPropertyAssignment(assignment)) return insert(context, assignment.getSourceFile(), assignment.name.getStart(), `${nameText(name)}: `);
  if (!assignment.name) return undefined;
  const text = ts.isStringLiteral(assignment.name) ? literalText(assignment.name, name) : nameText(name);
  return replace(context, assignment.name, text);
}

/** A text in the quotes of a literal. */
export function literalText(literal: ts.StringLiteralLike, text: string): string {
  const quote = literal.getText()[0] === '"' ? '"' : "'";
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`).replaceAll('\n', '\\n') + quote;
}

/** Takes elements out of a literal, with the commas that go with them. */
export function removed<T extends ts.Node>(context: CheckContext, elements: ts.NodeArray<T>, which: ReadonlySet<T>): Edit[] {
  const edits: Edit[] = [];
  const parent = elements[0]?.parent;
  if (!parent) return edits;
  const file = fileNameOf(context, parent.getSourceFile());
  const keeps = elements.some((element) => !which.has(element));
  if (!keeps) return [{ file, start: parent.getStart() + 1, end: parent.end - 1, text: '' }];
  for (let i = 0; i < elements.length; i++) {
    if (!which.has(elements[i]!)) continue;
    const first = i;
    while (i + 1 < elements.length && which.has(elements[i + 1]!)) i++;
    const next = elements[i + 1];
    if (next) edits.push({ file, start: elements[first]!.getStart(), end: next.getStart(), text: '' });
    else edits.push({ file, start: elements[first - 1]!.end, end: elements[i]!.end, text: '' });
  }
  return edits;
}

/** Takes one property out of the literal that it stands in. */
export function removedProperty(context: CheckContext, { assignment }: GivenProperty): Edit[] | undefined {
  if (!assignment || !context.ts.isObjectLiteralExpression(assignment.parent)) return undefined;
  return removed(context, assignment.parent.properties, new Set([assignment]));
}

/** Puts a property at the end of an object literal, in the way that the others are laid out. */
export function added(context: CheckContext, literal: ts.ObjectLiteralExpression, text: string): Edit {
  const file = literal.getSourceFile();
  const { properties } = literal;
  const last = properties.at(-1);
  if (!last) return { file: fileNameOf(context, file), start: literal.getStart() + 1, end: literal.end - 1, text: ` ${text} ` };
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  if (lineOf(literal.getStart()) === lineOf(last.getStart())) return insert(context, file, last.end, `, ${text}`);
  const indent = /^[ \t]*/.exec(file.text.slice(file.getPositionOfLineAndCharacter(lineOf(last.getStart()), 0)))![0];
  return insert(context, file, last.end, `,\n${indent}${text}`);
}

/**
 * `name: value` → `...(value === undefined ? {} : { name: value })`, where the value is a plain name or path.
 * @param whole what the property is given, when the value is only a part of it
 */
export function spreadWhenDefined(context: CheckContext, { assignment, expression, name }: GivenProperty, whole?: string): Edit | undefined {
  if (!assignment || !expression || !isPath(context, expression)) return undefined;
  const value = expression.getText();
  const property = whole !== undefined ? `${nameText(name)}: ${whole}` : value === name ? name : `${nameText(name)}: ${value}`;
  return replace(context, assignment, `...(${value} === undefined ? {} : { ${property} })`);
}

/** `a`, `a.b.c`: writing it twice does nothing twice. */
function isPath({ ts }: CheckContext, node: ts.Node): boolean {
  return ts.isIdentifier(node) || (ts.isPropertyAccessExpression(node) && node.questionDotToken === undefined && isPath({ ts } as CheckContext, node.expression));
}

/** Whether `await` may stand before a node. */
export function mayAwait({ ts }: CheckContext, node: ts.Node): boolean {
  for (let above: ts.Node = node; above.parent; above = above.parent) {
    if (ts.isFunctionLike(above)) return ts.canHaveModifiers(above) && (ts.getModifiers(above)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false);
    if (ts.isClassStaticBlockDeclaration(above) || ts.isPropertyDeclaration(above)) return false;
  }
  return ts.isExternalModule(node.getSourceFile());
}

/** Whether a name stands only once in a file, so that changing it cannot leave another use behind. */
export function standsOnce(file: ts.SourceFile, name: string): boolean {
  return file.text.split(new RegExp(`(?<![\\p{L}\\p{N}_$])${name.replace(/[$]/g, '\\$&')}(?![\\p{L}\\p{N}_$])`, 'u')).length === 2;
}
