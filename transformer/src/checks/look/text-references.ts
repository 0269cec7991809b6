import type ts from 'typescript';
import { finding, type Finding } from 'dataflow-ts/compiler';
import { placeOf, type CheckContext } from '../check-context.js';
import { fix, removed } from '../explain/edits.js';
import { addLink, connectionCall } from './edits.js';
import type { Snapshot, TracedNode } from './trace.js';

/** DF-214 at the text itself. Where the text is nothing but the reference, a connection does what was meant. */
export function textReference(context: CheckContext, { build }: Snapshot, found: Finding, node: TracedNode): Finding {
  const { ts } = context;
  const { parameter, from, output } = found.data as { parameter: string; from: string; output: string };
  const text = node.params && findText(context, node.params, parameter, new RegExp(`[{]\\s*${from}\\.${output.replaceAll('.', '\\.')}\\s*[}]`));
  if (!text) return found;
  const isWhole = /^\s*(\$\{[^{}]+\}|\{\{[^{}]+\}\})\s*$/.test(text.literal.text);
  const property = text.literal.parent;
  const link = build && isWhole && !node.via && text.path ? addLink(context, build.call, connectionCall([from, output, node.graph.id, text.path.join('.')], node.id)) : undefined;
  const fixes = link && ts.isPropertyAssignment(property) && ts.isObjectLiteralExpression(property.parent)
    ? [fix(`Connect it instead: ${from}.${output} -> ${node.graph.id}.${text.path!.join('.')}`, 'MaybeIncorrect', ...removed(context, property.parent.properties, new Set([property as ts.ObjectLiteralElementLike])), link)]
    : [];
  return finding(found.code, found.data as never, placeOf(context, text.literal), { fixes });
}

/** The text and the path of names to it; no path where a list is on the way. */
function findText({ ts }: CheckContext, params: ts.Expression, parameter: string, reference: RegExp): { literal: ts.StringLiteralLike; path: string[] | undefined } | undefined {
  const visit = (node: ts.Node, path: string[] | undefined): { literal: ts.StringLiteralLike; path: string[] | undefined } | undefined => {
    if (ts.isStringLiteralLike(node)) return reference.test(node.text) ? { literal: node, path } : undefined;
    if (ts.isArrayLiteralExpression(node)) return ts.forEachChild(node, (child) => visit(child, undefined));
    if (!ts.isPropertyAssignment(node)) return ts.forEachChild(node, (child) => visit(child, path));
    const name = ts.isIdentifier(node.name) || ts.isStringLiteralLike(node.name) ? node.name.text : undefined;
    if (path?.length === 0 && name !== parameter) return undefined;
    return visit(node.initializer, name === undefined ? undefined : path && [...path, name]);
  };
  return visit(params, []);
}
