import type ts from 'typescript';
import type { CheckContext, TypeScript } from '../check-context.js';

/** The function, static block or property initializer that a node runs in; undefined at the top level of the file. */
export function functionAround(tsc: TypeScript, node: ts.Node): ts.Node | undefined {
  let around: ts.Node | undefined = node.parent;
  while (around && !tsc.isFunctionLike(around) && !tsc.isClassStaticBlockDeclaration(around) && !tsc.isPropertyDeclaration(around)) around = around.parent;
  return around;
}

/** Every use of a variable or parameter, in the scope that declares it. */
export function usesOf({ ts, checker }: CheckContext, symbol: ts.Symbol): ts.Identifier[] {
  const declaration = symbol.valueDeclaration!;
  const uses: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      if (node.text !== symbol.name || node.parent === declaration) return;
      const meant = ts.isShorthandPropertyAssignment(node.parent) ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
      if (meant === symbol) uses.push(node);
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(functionAround(ts, declaration) ?? declaration.getSourceFile());
  return uses;
}

/** Whether this use of a variable gives it another value. */
export function isAssignment(tsc: TypeScript, use: ts.Identifier): boolean {
  const { SyntaxKind } = tsc;
  const { parent } = use;
  if (tsc.isPostfixUnaryExpression(parent) || tsc.isPrefixUnaryExpression(parent)) return parent.operator === SyntaxKind.PlusPlusToken || parent.operator === SyntaxKind.MinusMinusToken;
  if (!tsc.isBinaryExpression(parent) || parent.left !== use) return isTarget(tsc, parent, use);
  const { kind } = parent.operatorToken;
  return kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
}

/** `[wf] = …`, `({ wf } = …)`, `for (wf of …)`. */
function isTarget(tsc: TypeScript, parent: ts.Node, use: ts.Node): boolean {
  if (tsc.isForOfStatement(parent) || tsc.isForInStatement(parent)) return parent.initializer === use;
  return tsc.isShorthandPropertyAssignment(parent) && tsc.isObjectLiteralExpression(parent.parent) && tsc.isBinaryExpression(parent.parent.parent) && parent.parent.parent.left === parent.parent;
}

/** `a && b`, `a || b`, `a ?? b` and their assignments: the right side may not run. */
export function isShortCircuit(tsc: TypeScript, node: ts.Node): node is ts.BinaryExpression {
  const { SyntaxKind } = tsc;
  if (!tsc.isBinaryExpression(node)) return false;
  switch (node.operatorToken.kind) {
    case SyntaxKind.AmpersandAmpersandToken:
    case SyntaxKind.BarBarToken:
    case SyntaxKind.QuestionQuestionToken:
    case SyntaxKind.AmpersandAmpersandEqualsToken:
    case SyntaxKind.BarBarEqualsToken:
    case SyntaxKind.QuestionQuestionEqualsToken:
      return true;
    default:
      return false;
  }
}

/** Whether a function may return before its last statement, so that not all of it runs for sure. */
export function mayReturnEarly(tsc: TypeScript, body: ts.Node): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found || tsc.isFunctionLike(node) || tsc.isClassLike(node)) return;
    if (tsc.isReturnStatement(node) && node.parent !== body) found = true;
    else tsc.forEachChild(node, visit);
  };
  tsc.forEachChild(body, visit);
  return found;
}
