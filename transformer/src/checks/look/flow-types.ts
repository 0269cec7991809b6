import type ts from 'typescript';
import { connectionText, finding, type Finding } from 'dataflow-ts/compiler';
import { placeOf, type CheckContext } from '../check-context.js';
import { atPath, teachingOf } from '../explain/chain-types.js';
import { typeText } from '../explain/value-types.js';
import { namesOf } from './function-shape.js';
import { renamed } from './renames.js';
import type { Snapshot, TracedConnection, TracedNode } from './trace.js';

/**
 * Connections of a builder whose type does not know its nodes, where one end is a function or the workflow's input: DF-202 when
 * the types do not fit, DF-201 for an input that is not declared. What stands between two models the rules have seen.
 */
export function flowTypes(context: CheckContext, { nodes, connections, input }: Snapshot, isJudged: (connection: TracedConnection) => boolean): Finding[] {
  const [inputNode] = input?.typeArguments ?? [];
  const inputs = inputNode && context.checker.getTypeFromTypeNode(inputNode);
  return connections.flatMap((connection): Finding[] => {
    const { graph, parts, strict } = connection;
    if (strict || isJudged(connection)) return [];
    const text = connectionText(graph);
    const names = inputs && graph.from === 'input' ? namesOf(context, inputs)?.map(({ name }) => name) : undefined;
    if (names && !names.includes(graph.output.split('.')[0]!)) {
      const found = finding('DF-201', { connection: text, problem: `'input' has no output '${graph.output}'; it has ${names.join(', ')}` });
      return [renamed(context, found, parts[1], graph.output, names)];
    }
    const source = nodes.find((node) => node.graph.id === graph.from);
    const target = nodes.find((node) => node.graph.id === graph.to);
    if (!target || (source?.graph.model && target.graph.model)) return [];
    const from = graph.from === 'input' ? inputs : source && outputOf(context, source);
    const to = inputOf(context, target);
    const given = from && atPath(context, from, graph.output);
    const taken = to && atPath(context, to, graph.input);
    if (!given || !taken || teachingOf(context, taken.type) || isOpen(context, given.type) || isOpen(context, taken.type)) return [];
    const { checker, ts } = context;
    const present = checker.getNonNullableType(given.type);
    if (present.flags & ts.TypeFlags.Never || checker.isTypeAssignableTo(present, taken.type)) return [];
    return [finding('DF-202', { connection: text, given: typeText(context, present), wanted: typeText(context, taken.type) }, placeOf(context, parts[3]))];
  });
}

function isOpen({ ts }: CheckContext, type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) !== 0;
}

/** What a node gives, in types; of a generated node before its parameters shape it. */
export function outputOf(context: CheckContext, { graph, call }: TracedNode): ts.Type | undefined {
  const { checker } = context;
  if (graph.model) return memberOfClass(context, call.arguments[0]!, '$out');
  const fn = call.arguments[1];
  const signatures = fn ? checker.getTypeAtLocation(fn).getCallSignatures() : [];
  return signatures.length === 1 && !signatures[0]!.typeParameters ? checker.getAwaitedType(signatures[0]!.getReturnType()) : undefined;
}

function inputOf(context: CheckContext, { graph, call }: TracedNode): ts.Type | undefined {
  const { checker } = context;
  if (graph.model) return memberOfClass(context, call.arguments[0]!, '$in');
  const fn = call.arguments[1];
  const signatures = fn ? checker.getTypeAtLocation(fn).getCallSignatures() : [];
  const [parameter] = signatures.length === 1 && !signatures[0]!.typeParameters ? signatures[0]!.getParameters() : [];
  return parameter && checker.getTypeOfSymbol(parameter);
}

function memberOfClass({ checker }: CheckContext, node: ts.Expression, name: string): ts.Type | undefined {
  const member = checker.getPropertyOfType(checker.getTypeAtLocation(node), name);
  return member && checker.getTypeOfSymbol(member);
}
