import type ts from 'typescript';
import { finding, type Finding, type Fix } from 'dataflow-ts/compiler';
import { placeOf, replace } from '../check-context.js';
import { fix } from '../explain/edits.js';
import type { Recogniser } from '../recognise.js';
import { functionAround, isAssignment, usesOf } from './scopes.js';

type Callback = ts.ArrowFunction | ts.FunctionExpression;

/** DF-540: a transaction object that is the result of its own transaction, or kept in a variable and used after it. */
export function keptTransactions(recogniser: Recogniser, work: Callback, database: ts.Expression | undefined): Finding[] {
  const { context } = recogniser;
  const { ts, checker } = context;
  const name = work.parameters[0]?.name;
  const tx = name && ts.isIdentifier(name) ? checker.getSymbolAtLocation(name) : undefined;
  if (!tx) return [];
  const uses = usesOf(context, tx);
  const returned = uses.filter(({ parent }) => (ts.isReturnStatement(parent) && functionAround(ts, parent) === work) || parent === work);
  const kept = uses.flatMap((use) => usedAfter(recogniser, work, use));
  const useDatabase = (use: ts.Expression): Fix[] => (database && ts.isIdentifier(database) ? [fix(`Use \`${database.text}\` after the transaction`, 'MaybeIncorrect', replace(context, use, database.text))] : []);
  return [
    ...returned.map((use) => finding('DF-540', {}, placeOf(context, use))),
    ...kept.map((use) => finding('DF-540', {}, placeOf(context, use), { fixes: useDatabase(use) })),
  ];
}

/** Uses, in statements after the transaction, of a variable that `tx` is assigned to. */
function usedAfter({ context }: Recogniser, work: Callback, assigned: ts.Identifier): ts.Expression[] {
  const { ts, checker } = context;
  const { parent } = assigned;
  const isKept = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && parent.right === assigned && ts.isIdentifier(parent.left);
  if (!isKept || functionAround(ts, parent) !== work) return [];
  const variable = checker.getSymbolAtLocation(parent.left);
  const declaration = variable?.valueDeclaration;
  const home = functionAround(ts, work);
  if (!variable || !declaration || !ts.isVariableDeclaration(declaration) || functionAround(ts, declaration) !== home) return [];
  const transaction = work.parent;
  const statement = transaction.parent.parent;
  if (!ts.isAwaitExpression(transaction.parent) || !ts.isExpressionStatement(statement) || statement.parent !== declaration.parent.parent.parent) return [];
  const uses = usesOf(context, variable);
  if (uses.filter((use) => isAssignment(ts, use)).length !== 1) return [];
  return uses.flatMap((use) => {
    let value: ts.Expression = use;
    while (ts.isNonNullExpression(value.parent)) value = value.parent;
    return use.pos >= statement.end && functionAround(ts, use) === home && ts.isPropertyAccessExpression(value.parent) ? [value] : [];
  });
}
