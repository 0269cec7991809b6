import type ts from 'typescript';
import type { ProgramView } from './program-view.js';

/** A node of a workflow as its builder's type knows it; `input` is among them. */
export interface NodeInSight {
  readonly id: string;
  readonly inputs: ts.Type;
  readonly outputs: ts.Type;
  /** Names of inputs that have to be given or connected. */
  readonly required: ReadonlySet<string>;
  /** Names and dot paths of parameters that are given. */
  readonly given: ReadonlySet<string>;
}

export interface WorkflowInSight {
  readonly nodes: readonly NodeInSight[];
  /** `node.input` of what is connected already. */
  readonly connected: ReadonlySet<string>;
  /** Where nodes are added: the strings that name them. */
  readonly places: ReadonlyMap<string, ts.StringLiteralLike>;
}

/**
 * The workflow that a builder call belongs to. In a chain that knows its nodes it is what stands before the call; on a variable
 * or property that is filled by statements it is everything that is called on that in the file.
 */
export function workflowInSight(view: ProgramView, call: ts.CallExpression): WorkflowInSight {
  const { tsc } = view;
  const chain = chainOf(view, call);
  const calls = [...chain.calls];
  const root = chain.root && view.recogniser.symbolOf(chain.root);
  if (root) {
    for (const other of callsOn(view, call.getSourceFile(), root)) if (other !== call && !calls.includes(other)) calls.push(other);
  }
  const receiver = receiverOf(view, call);
  const isStrict = receiver !== undefined && view.recogniser.typeOf(receiver) === 'Flow';
  const nodes = new Map<string, NodeInSight>();
  const connected = new Set<string>();
  const places = new Map<string, ts.StringLiteralLike>();
  for (const each of calls) {
    const known = view.recogniser.call(each);
    if (known?.kind !== 'builder') continue;
    const { arguments: args } = each;
    const id = known.method === 'addNode' ? args[1] : known.method === 'addFunction' ? args[0] : undefined;
    if (id && tsc.isStringLiteralLike(id)) places.set(id.text, id);
    const [to, input] = [args[2], args[3]];
    if (known.method === 'addConnection' && to && input && tsc.isStringLiteralLike(to) && tsc.isStringLiteralLike(input)) connected.add(`${to.text}.${input.text}`);
    // The type of a chain knows all its nodes; asking each call again would be quadratic.
    if (isStrict || known.method === 'addConnection' || known.method === 'compensate' || known.method === 'transaction' || known.method === 'build') continue;
    for (const node of nodesOf(view, view.checker.getTypeAtLocation(each))) nodes.set(node.id, node);
  }
  if (receiver) for (const node of nodesOf(view, view.checker.getTypeAtLocation(receiver))) nodes.set(node.id, nodes.get(node.id) ?? node);
  return { nodes: [...nodes.values()], connected, places };
}

function receiverOf({ tsc, recogniser }: ProgramView, call: ts.CallExpression): ts.Expression | undefined {
  const callee = recogniser.plain(call.expression);
  return tsc.isPropertyAccessExpression(callee) ? recogniser.plain(callee.expression) : undefined;
}

/** The calls before this one in its chain, and the variable or property that the chain begins with. */
function chainOf(view: ProgramView, call: ts.CallExpression): { calls: ts.CallExpression[]; root: ts.Identifier | undefined } {
  const { tsc } = view;
  const calls: ts.CallExpression[] = [];
  let on = receiverOf(view, call);
  while (on && tsc.isCallExpression(on)) {
    calls.push(on);
    on = receiverOf(view, on);
  }
  // `this.flow` as well as `flow`.
  const root = on && (tsc.isPropertyAccessExpression(on) ? on.name : on);
  if (!root || !tsc.isIdentifier(root)) return { calls, root: undefined };
  const declaration = view.recogniser.symbolOf(root)?.valueDeclaration;
  let initial = declaration && (tsc.isVariableDeclaration(declaration) || tsc.isPropertyDeclaration(declaration)) && declaration.initializer ? view.recogniser.plain(declaration.initializer) : undefined;
  while (initial && tsc.isCallExpression(initial)) {
    calls.push(initial);
    initial = receiverOf(view, initial);
  }
  return { calls, root };
}

/** All calls in chains that begin with this variable or property. */
function callsOn(view: ProgramView, file: ts.SourceFile, variable: ts.Symbol): ts.CallExpression[] {
  const { tsc } = view;
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (tsc.isIdentifier(node) && node.text === variable.name && view.checker.getSymbolAtLocation(node) === variable) {
      let on: ts.Node = tsc.isPropertyAccessExpression(node.parent) && node.parent.name === node ? node.parent : node;
      while (tsc.isPropertyAccessExpression(on.parent) && on.parent.expression === on && tsc.isCallExpression(on.parent.parent) && on.parent.parent.expression === on.parent) {
        on = on.parent.parent;
        found.push(on as ts.CallExpression);
      }
    }
    tsc.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The nodes that a builder's type knows: its first type argument maps ids to them. */
function nodesOf(view: ProgramView, type: ts.Type): NodeInSight[] {
  const { checker, tsc, recogniser } = view;
  const name = recogniser.nameOfType(type);
  if ((name !== 'Flow' && name !== 'WorkflowBuilder') || !(type.flags & tsc.TypeFlags.Object)) return [];
  const nodes = checker.getTypeArguments(type as ts.TypeReference)[0];
  if (!nodes) return [];
  return checker.getPropertiesOfType(nodes).flatMap((property): NodeInSight[] => {
    const state = checker.getTypeOfSymbol(property);
    const part = (key: string): ts.Type | undefined => {
      const symbol = checker.getPropertyOfType(state, key);
      return symbol && checker.getTypeOfSymbol(symbol);
    };
    const [inputs, outputs] = [part('in'), part('out')];
    if (!inputs || !outputs) return [];
    return [{ id: property.name, inputs, outputs, required: textsOf(part('required')), given: textsOf(part('given')) }];
  });
}

/** The strings that a union of literals stands for. */
function textsOf(type: ts.Type | undefined): Set<string> {
  const members = type === undefined ? [] : type.isUnion() ? type.types : [type];
  return new Set(members.flatMap((member) => (member.isStringLiteral() ? [member.value] : [])));
}
