import type ts from 'typescript';
import { finding, type Edit, type Finding } from 'dataflow-ts/compiler';
import { insert, placeOf, replace, type CheckContext } from '../check-context.js';
import { fix } from '../explain/edits.js';
import type { DataFlowCall, Recogniser } from '../recognise.js';
import { linkPlace } from './edits.js';
import { keptTransactions } from './kept-transactions.js';
import { functionAround, isAssignment, usesOf } from './scopes.js';

type Callback = ts.ArrowFunction | ts.FunctionExpression;

/** DF-554, DF-540: what does not belong to a transaction although it stands in it, and what leaves it. */
export function transactionFindings(recogniser: Recogniser, transaction: DataFlowCall & { kind: 'transaction' }): Finding[] {
  const { context } = recogniser;
  const { ts } = context;
  const [first] = transaction.call.arguments;
  const work = first && recogniser.plain(first);
  if (!work || !(ts.isArrowFunction(work) || ts.isFunctionExpression(work))) return [];
  return [...foreignWork(recogniser, transaction, work), ...keptTransactions(recogniser, work, transaction.on)];
}

function foreignWork(recogniser: Recogniser, transaction: DataFlowCall & { kind: 'transaction' }, work: Callback): Finding[] {
  const { context } = recogniser;
  const database = transaction.on && new Reference(recogniser, transaction.on);
  const type = transaction.on && recogniser.typeOf(transaction.on);
  if (!database || !type) return [];
  const uses = callsDuring(recogniser, work).flatMap((use): Use[] => {
    const { call } = use;
    // A savepoint is part of its transaction, where statements may still be run; but not another savepoint of the same level.
    if (call.kind === 'builder' || !call.on || (type !== 'DataFlow' && call.kind !== 'transaction')) return [];
    const runtime = call.kind === 'run' ? databaseOfRuntime(recogniser, call.on) : undefined;
    if (!database.isSame(runtime?.database ?? call.on)) return [];
    return [{ ...use, on: call.on, name: runtime ? `new ${runtime.creation.expression.getText()}(${use.tx.name})` : use.tx.name }];
  });
  // Where the parameter is missing, it is added once, and all its uses with it.
  const together = uses.filter(({ tx, call }) => tx.edit && call.kind !== 'close' && !tx.hides(call.call));
  const begin = { at: linkPlace(context, transaction.call), message: 'the transaction begins here' };
  return uses.map((use) => {
    const { tx, call, on, name } = use;
    const isFixed = call.kind !== 'close' && !tx.hides(call.call);
    const edits = together.includes(use) ? [tx.edit!, ...together.map((one) => replace(context, one.on, one.name))] : isFixed ? [replace(context, on, name)] : throughModels(context, use);
    const fixes = edits.length > 0 ? [fix(`Use \`${edits.length > 1 ? tx.name : edits[0]!.text}\``, 'MachineApplicable', ...edits)] : [];
    return finding('DF-554', { used: on.getText(), db: transaction.on!.getText(), tx: name }, placeOf(context, on), { fixes, related: [begin] });
  });
}

/** A call while a transaction is open, and the innermost transaction around it. */
interface During {
  readonly call: DataFlowCall;
  readonly tx: Parameter;
}

interface Use extends During {
  readonly on: ts.Expression;
  /** What is to stand there instead. */
  readonly name: string;
}

/** `async ({ models }) => …`: `db.models` becomes `models`. */
function throughModels(context: CheckContext, { tx, call, on }: Use): Edit[] {
  const { ts } = context;
  const access = on.parent;
  const isModels = call.kind === 'operation' && ts.isPropertyAccessExpression(access) && access.name.text === 'models';
  return isModels && tx.models && !tx.models.hides(on) ? [replace(context, access, tx.models.name)] : [];
}

interface Parameter {
  readonly name: string;
  /** Adds the parameter where there is none. */
  readonly edit: Edit | undefined;
  /** Whether it cannot be used at a place: it has no name, or another variable of that name hides it. */
  hides(place: ts.Node): boolean;
  /** The variable that its `models` were put into. */
  readonly models?: { readonly name: string; hides(place: ts.Node): boolean };
}

function parameterOf(context: CheckContext, work: Callback): Parameter {
  const { ts, checker } = context;
  const [parameter] = work.parameters;
  const hidden = (name: string, own: ts.Symbol | undefined) => (place: ts.Node) =>
    checker.getSymbolsInScope(place, ts.SymbolFlags.Value).find((symbol) => symbol.name === name) !== own;
  if (!parameter) {
    const open = work.getChildren().find(({ kind }) => kind === ts.SyntaxKind.OpenParenToken);
    return { name: 'tx', edit: open && insert(context, work.getSourceFile(), open.end, 'tx'), hides: open ? hidden('tx', undefined) : () => true };
  }
  const { name } = parameter;
  if (ts.isIdentifier(name)) return { name: name.text, edit: undefined, hides: hidden(name.text, checker.getSymbolAtLocation(name)) };
  const elements = ts.isObjectBindingPattern(name) ? [...name.elements] : [];
  const models = elements.find((element) => (element.propertyName ?? element.name).getText() === 'models' && ts.isIdentifier(element.name));
  const none = { name: 'tx', edit: undefined, hides: () => true };
  return models ? { ...none, models: { name: models.name.getText(), hides: hidden(models.name.getText(), checker.getSymbolAtLocation(models.name)) } } : none;
}

/**
 * DataFlow's calls that run while the transaction is open: those in its function, in callbacks that run at once (`map`), and in
 * local functions that it calls. A function that is only made may run at any time, and is not looked into.
 */
function callsDuring(recogniser: Recogniser, work: Callback): During[] {
  const { context } = recogniser;
  const { ts } = context;
  const calls: During[] = [];
  const entered = new Set<ts.Node>();
  const visitAll = (body: ts.Node, tx: Parameter, all: Callback): void => {
    const visit = (node: ts.Node): void => {
      if (ts.isClassLike(node)) return;
      if (ts.isFunctionLike(node) && !runsAtOnce(recogniser, node)) return;
      if (ts.isCallExpression(node)) {
        const call = recogniser.call(node);
        if (call) calls.push({ call, tx });
        const inner = call?.kind === 'transaction' && node.arguments[0] ? recogniser.plain(node.arguments[0]) : undefined;
        if (inner && (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner))) visitAll(inner.body, parameterOf(context, inner), inner);
        const local = call ? undefined : localFunction(recogniser, node, all);
        if (local && !entered.has(local)) {
          entered.add(local);
          visit(local);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(body);
  };
  visitAll(work.body, parameterOf(context, work), work);
  return calls;
}

/** Methods of lists that call a function before they return. */
const callingMethods = new Set(['map', 'forEach', 'filter', 'flatMap', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'reduce', 'reduceRight', 'sort', 'toSorted']);

/** Callbacks of lists, and functions that are called where they stand. */
function runsAtOnce(recogniser: Recogniser, fn: ts.SignatureDeclaration): boolean {
  const { ts, checker, program } = recogniser.context;
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return false;
  let { parent } = fn;
  while (ts.isParenthesizedExpression(parent)) parent = parent.parent as typeof parent;
  if (!ts.isCallExpression(parent)) return false;
  if (recogniser.plain(parent.expression) === fn) return true;
  const callee = parent.expression;
  if (!parent.arguments.includes(fn) || !ts.isPropertyAccessExpression(callee) || !callingMethods.has(callee.name.text)) return false;
  const declaration = checker.getSymbolAtLocation(callee.name)?.declarations?.[0];
  const owner = declaration?.parent;
  return declaration !== undefined && program.isSourceFileDefaultLibrary(declaration.getSourceFile()) && owner !== undefined && ts.isInterfaceDeclaration(owner) && ['Array', 'ReadonlyArray', 'Map', 'Set', 'ReadonlyMap', 'ReadonlySet'].includes(owner.name.text);
}

/** A function declared inside the transaction's own, which is called there. */
function localFunction(recogniser: Recogniser, call: ts.CallExpression, work: Callback): ts.Node | undefined {
  const { ts, checker } = recogniser.context;
  if (!ts.isIdentifier(call.expression)) return undefined;
  const declaration = checker.getSymbolAtLocation(call.expression)?.valueDeclaration;
  if (!declaration || declaration.pos < work.pos || declaration.end > work.end || declaration.getSourceFile() !== work.getSourceFile()) return undefined;
  if (ts.isFunctionDeclaration(declaration)) return declaration.body;
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const fn = recogniser.plain(declaration.initializer);
  return ts.isArrowFunction(fn) || ts.isFunctionExpression(fn) ? fn.body : undefined;
}

/** `runtime` that is a constant `new LocalRuntime(db)`, or that expression itself. */
function databaseOfRuntime(recogniser: Recogniser, runtime: ts.Expression): { database: ts.Expression; creation: ts.NewExpression } | undefined {
  const { ts } = recogniser.context;
  let creation = recogniser.plain(runtime);
  if (ts.isIdentifier(creation)) {
    const declaration = recogniser.context.checker.getSymbolAtLocation(creation)?.valueDeclaration;
    const isConstant = declaration && ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
    if (!isConstant || !declaration.initializer) return undefined;
    creation = recogniser.plain(declaration.initializer);
  }
  if (!ts.isNewExpression(creation) || !creation.arguments?.[0] || recogniser.typeOf(creation) !== 'LocalRuntime') return undefined;
  return { database: creation.arguments[0], creation };
}

/** A name, or a path from `this` or a name, that means the same thing wherever it is written. */
class Reference {
  readonly #root: ts.Symbol | 'this' | undefined;
  readonly #path: string;

  constructor(private readonly recogniser: Recogniser, readonly expression: ts.Expression) {
    const { ts } = recogniser.context;
    const names: string[] = [];
    let node = recogniser.plain(expression);
    while (ts.isPropertyAccessExpression(node)) {
      names.unshift(node.name.text);
      node = recogniser.plain(node.expression);
    }
    this.#path = names.join('.');
    this.#root = ts.isIdentifier(node) ? recogniser.symbolOf(node) : node.kind === ts.SyntaxKind.ThisKeyword ? 'this' : undefined;
  }

  get isSure(): boolean {
    return this.#root !== undefined && (this.#root === 'this' || this.#isConstant(this.#root));
  }

  isSame(other: ts.Expression): boolean {
    const there = new Reference(this.recogniser, other);
    return there.#root === this.#root && there.#path === this.#path && there.isSure && (this.#root !== 'this' || this.#thisAround(other) === this.#thisAround(this.expression));
  }

  #isConstant(symbol: ts.Symbol): boolean {
    const { context } = this.recogniser;
    const declaration = symbol.valueDeclaration;
    if (!declaration) return false;
    const { ts } = context;
    if (ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) return true;
    // Of another file: an exported `let` may change, but hardly between two lines of one function.
    if (declaration.getSourceFile() !== this.expression.getSourceFile()) return true;
    return !usesOf(context, symbol).some((use) => isAssignment(ts, use) && functionAround(ts, use) === functionAround(ts, this.expression));
  }

  /** The function or class whose `this` is meant. */
  #thisAround(node: ts.Node): ts.Node | undefined {
    const { ts } = this.recogniser.context;
    let around = functionAround(ts, node);
    while (around && ts.isArrowFunction(around)) around = functionAround(ts, around);
    return around;
  }
}
