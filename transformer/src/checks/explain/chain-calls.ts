import type ts from 'typescript';
import type { CheckContext } from '../check-context.js';

/** The calls of a chain from its first one on, as far as they stand in one expression. */
export function callsBefore({ ts }: CheckContext, call: ts.CallExpression): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  let node: ts.Expression = call;
  for (;;) {
    if (ts.isParenthesizedExpression(node)) node = node.expression;
    else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      calls.unshift(node);
      node = node.expression.expression;
    } else return calls;
  }
}

/** The calls that follow in the same chain. */
export function callsAfter({ ts }: CheckContext, call: ts.CallExpression): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  let node: ts.Node = call;
  for (;;) {
    const { parent } = node;
    if (ts.isParenthesizedExpression(parent)) node = parent;
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node && ts.isCallExpression(parent.parent) && parent.parent.expression === parent) {
      calls.push(parent.parent);
      node = parent.parent;
    } else return calls;
  }
}

/** `addNode`, `build` … of `x.addNode(…)`. */
export function methodOf({ ts }: CheckContext, { expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : '';
}

/** The call of `addNode` or `addFunction` that made a node, in the chain up to a call. */
export function callOfNode(context: CheckContext, call: ts.CallExpression, id: string): ts.CallExpression | undefined {
  return callsBefore(context, call).find((one) => one !== call && idArgument(context, one) !== undefined && textOf(context, idArgument(context, one)!) === id);
}

/** The argument that names the node. */
export function idArgument(context: CheckContext, call: ts.CallExpression): ts.Expression | undefined {
  const method = methodOf(context, call);
  return method === 'addNode' ? call.arguments[1] : method === 'addFunction' ? call.arguments[0] : undefined;
}

/** The text that an expression surely is. */
export function textOf({ checker }: CheckContext, expression: ts.Expression | undefined): string | undefined {
  const type = expression && checker.getTypeAtLocation(expression);
  return type?.isStringLiteral() ? type.value : undefined;
}

/** The name in `new WorkflowBuilder('name')` at the beginning of a chain. */
export function workflowName(context: CheckContext, call: ts.CallExpression): string {
  const { ts } = context;
  const first = callsBefore(context, call)[0];
  const start = first && ts.isPropertyAccessExpression(first.expression) ? first.expression.expression : undefined;
  return (start && ts.isNewExpression(start) ? textOf(context, start.arguments?.[0]) : undefined) ?? 'this workflow';
}

/** Where to cut a call out of its chain, with the white space before its dot. */
export function linkOf({ ts }: CheckContext, call: ts.CallExpression): { start: number; end: number } | undefined {
  return ts.isPropertyAccessExpression(call.expression) ? { start: call.expression.expression.end, end: call.end } : undefined;
}
