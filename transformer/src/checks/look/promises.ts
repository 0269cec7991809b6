import type ts from 'typescript';
import { finding, type Finding, type Fix } from 'dataflow-ts/compiler';
import { insert, placeOf, replace, type CheckContext } from '../check-context.js';
import { fix } from '../explain/edits.js';
import type { DataFlowCall, Recogniser } from '../recognise.js';

/** DF-555: a call whose promise is dropped. */
export function droppedPromise(recogniser: Recogniser, ours: DataFlowCall): Finding[] {
  const { kind, call } = ours;
  const { context } = recogniser;
  const { ts } = context;
  if (kind === 'builder') return [];
  const top = outermost(recogniser, call);
  const isDropped = isStatement(ts, top);
  const each = isDropped ? undefined : forEachAround(recogniser, top);
  if (!isDropped && !each) return [];
  // In a transaction, what nobody waits for may come after its end.
  const mayForget = !(ours.on && recogniser.typeOf(ours.on) === 'Transaction');
  const callee = call.expression.getText().replace(/\s+/g, ' ');
  const text = `${callee.length > 50 ? `…${callee.slice(-49)}` : callee}(…)`;
  return [finding('DF-555', { call: text }, placeOf(context, call), { fixes: each ? awaitAll(context, each) : awaitIt(context, call, mayForget) })];
}

/** The call with all around it that only hands its value on. */
function outermost(recogniser: Recogniser, call: ts.CallExpression): ts.Expression {
  const { ts } = recogniser.context;
  const { SyntaxKind } = ts;
  let top: ts.Expression = call;
  for (;;) {
    const { parent } = top;
    const isSame = ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isNonNullExpression(parent) || ts.isTypeAssertionExpression(parent);
    const isBranch = ts.isConditionalExpression(parent) && parent.condition !== top;
    const isRight = ts.isBinaryExpression(parent) && parent.right === top && [SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken, SyntaxKind.QuestionQuestionToken, SyntaxKind.CommaToken].includes(parent.operatorToken.kind);
    if (!isSame && !isBranch && !isRight) return top;
    top = parent;
  }
}

function isStatement(tsc: typeof ts, top: ts.Expression): boolean {
  const { parent } = top;
  if (tsc.isExpressionStatement(parent)) return true;
  return tsc.isBinaryExpression(parent) && parent.operatorToken.kind === tsc.SyntaxKind.CommaToken && parent.left === top;
}

interface ForEach {
  readonly call: ts.CallExpression;
  readonly name: ts.MemberName;
}

/** The `forEach` of a list whose callback is an arrow function that gives back this value, which nobody looks at. */
function forEachAround(recogniser: Recogniser, top: ts.Expression): ForEach | undefined {
  const { ts, checker, program } = recogniser.context;
  const fn = top.parent;
  if (!ts.isArrowFunction(fn) || fn.body !== top || !ts.isCallExpression(fn.parent) || fn.parent.arguments[0] !== fn) return undefined;
  const call = fn.parent;
  const access = call.expression;
  if (!ts.isPropertyAccessExpression(access) || access.name.text !== 'forEach') return undefined;
  const declaration = checker.getSymbolAtLocation(access.name)?.declarations?.[0];
  return declaration && program.isSourceFileDefaultLibrary(declaration.getSourceFile()) ? { call, name: access.name } : undefined;
}

function awaitIt(context: CheckContext, call: ts.CallExpression, mayForget: boolean): Fix[] {
  const file = call.getSourceFile();
  const start = call.getStart();
  const wait = insert(context, file, start, 'await ');
  const forget = mayForget ? [fix('Say that nobody waits for it: `void`', 'MaybeIncorrect', insert(context, file, start, 'void '))] : [];
  const around = awaitPlace(context, call);
  if (around === 'here') return [fix('Await it', 'MachineApplicable', wait), ...forget];
  if (around === undefined) return forget;
  const type = around.type ? [replace(context, around.type, 'Promise<void>')] : [];
  return [fix('Make the function async and await it', 'MaybeIncorrect', insert(context, file, around.at, 'async '), ...type, wait), ...forget];
}

function awaitAll(context: CheckContext, { call, name }: ForEach): Fix[] {
  if (awaitPlace(context, call) !== 'here' || !context.ts.isExpressionStatement(call.parent)) return [];
  const file = call.getSourceFile();
  const rename = { ...insert(context, file, name.getStart(), 'map'), end: name.end };
  return [fix('Await them all with `Promise.all`', 'MaybeIncorrect', insert(context, file, call.getStart(), 'await Promise.all('), rename, insert(context, file, call.end, ')'))];
}

/** Where `async` would go, and the return type `void` that would have to become a promise. */
interface AsyncPlace {
  readonly at: number;
  readonly type: ts.TypeNode | undefined;
}

/** `here` where `await` may stand; else how the function around would become async, when it can. */
function awaitPlace(context: CheckContext, node: ts.Node): 'here' | AsyncPlace | undefined {
  const { ts } = context;
  for (let around: ts.Node = node.parent; around; around = around.parent) {
    if (ts.isClassStaticBlockDeclaration(around) || ts.isPropertyDeclaration(around) || ts.isModuleBlock(around)) return undefined;
    if (!ts.isFunctionLike(around)) continue;
    if (ts.canHaveModifiers(around) && ts.getModifiers(around)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)) return 'here';
    const { type } = around;
    const isVoid = type?.kind === ts.SyntaxKind.VoidKeyword;
    const isOpen = !type || isVoid || (ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Promise');
    const at = isOpen && !('asteriskToken' in around && around.asteriskToken) ? asyncAt(context, around) : undefined;
    return at === undefined ? undefined : { at, type: isVoid ? type : undefined };
  }
  return mayAwaitAtTop(context, node.getSourceFile()) ? 'here' : undefined;
}

function asyncAt({ ts }: CheckContext, fn: ts.Node): number | undefined {
  if (ts.isArrowFunction(fn)) return fn.getStart();
  if (ts.isFunctionDeclaration(fn) || ts.isFunctionExpression(fn)) return fn.getChildren().find(({ kind }) => kind === ts.SyntaxKind.FunctionKeyword)?.getStart();
  return ts.isMethodDeclaration(fn) ? fn.name.getStart() : undefined;
}

function mayAwaitAtTop({ ts, program }: CheckContext, file: ts.SourceFile): boolean {
  if (!ts.isExternalModule(file)) return false;
  const { module = ts.ModuleKind.None, target = ts.ScriptTarget.ES5 } = program.getCompilerOptions();
  const isNode = module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
  const isModern = module === ts.ModuleKind.ES2022 || module === ts.ModuleKind.ESNext || module === ts.ModuleKind.Preserve || module === ts.ModuleKind.System;
  return target >= ts.ScriptTarget.ES2017 && (isModern || (isNode && file.impliedNodeFormat === ts.ModuleKind.ESNext));
}
