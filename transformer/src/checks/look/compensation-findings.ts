import type ts from 'typescript';
import { checkCompensations, finding, nearNames, nodeShape, type Finding, type Fix, type GraphNode, type Shape } from 'dataflow-ts/compiler';
import { fileNameOf, insert, placeOf, replace, type CheckContext } from '../check-context.js';
import { fix, literalText, nameText, removed } from '../explain/edits.js';
import { typeText } from '../explain/value-types.js';
import { linkPlace, removeCall } from './edits.js';
import { outputOf } from './flow-types.js';
import type { Snapshot, TracedCompensation } from './trace.js';

/** What types say themselves where they know the chain. */
const checkedByTypes: ReadonlySet<string> = new Set(['DF-201', 'DF-202', 'DF-204', 'DF-205', 'DF-207', 'DF-216', 'DF-220', 'DF-223']);

/** What is wrong with the compensations of a followed workflow. */
export function compensationFindings(context: CheckContext, snapshot: Snapshot, isTroubled: (node: ts.Node) => boolean): Finding[] {
  const { name, nodes, compensations, transaction, complete } = snapshot;
  if (compensations.length === 0) return [];
  const byId = new Map(nodes.map(({ graph }) => [graph.id, graph]));
  const graph = { name, nodes: [], connections: [], compensations: compensations.map((one) => one.graph), ...(transaction && { transaction }) };
  const all = checkCompensations(graph, byId);
  const misnamed = all.flatMap((one) => (one.code === 'DF-201' ? compensations.filter((each) => belongsTo(one, each)) : []));
  const found = all.flatMap((one): Finding[] => {
    const traced = compensations.find((each) => belongsTo(one, each));
    if (!traced || (traced.strict && checkedByTypes.has(one.code)) || (one.code === 'DF-220' && !complete)) return [];
    // A wrong name was meant for what is missing.
    if (one.code === 'DF-204' && (isTroubled(traced.call) || misnamed.includes(traced))) return [];
    return [repairCompensation(context, one, traced, nodes.map((node) => node.graph))];
  });
  const misfits = compensations.flatMap((one) => (one.strict ? [] : wrongFunction(context, snapshot, one)));
  return [...found, ...misfits];
}

/** Places are made once per call, so that they lead back to it. */
function belongsTo({ at }: Finding, { graph }: TracedCompensation): boolean {
  return at === graph.at || at === graph.node?.at || graph.connections.some((connection) => connection.at === at);
}

/** Gives a finding its best place, and ways to put it right. */
export function repairCompensation(context: CheckContext, found: Finding, traced: TracedCompensation, nodes: readonly GraphNode[]): Finding {
  const { call, of, via, graph } = traced;
  const at = (place: ts.Node, ...fixes: Fix[]) => finding(found.code, found.data as never, placeOf(context, place), { fixes });
  switch (found.code) {
    case 'DF-220': {
      const near = nearNames(graph.of, nodes.map(({ id }) => id));
      return at(of, ...near.flatMap((id) => rewritten(context, of, id, near.length === 1)));
    }
    case 'DF-221':
    case 'DF-222': {
      const edit = removeCall(context, call);
      const fixes = edit ? [fix('Remove this compensation', 'MaybeIncorrect', edit)] : [];
      return finding(found.code, found.data as never, via ? placeOf(context, via) : linkPlace(context, call), { fixes });
    }
    case 'DF-202':
    case 'DF-207':
    case 'DF-210':
      return finding(found.code, found.data as never, found.at, { fixes: withoutPair(context, found, traced) });
    case 'DF-204':
      return at(traced.undo, ...takenFromResult(context, traced, nodes, String(found.data.input)));
    case 'DF-201':
      return wrongName(context, found, traced, nodes);
    default:
      return found;
  }
}

function withoutPair(context: CheckContext, found: Finding, { graph, from }: TracedCompensation): Fix[] {
  const pair = from[graph.connections.findIndex((connection) => connection.at === found.at)];
  const property = pair?.name.parent;
  if (!property || !context.ts.isPropertyAssignment(property)) return [];
  return [fix('Do not take it from the result', 'MaybeIncorrect', ...removed(context, property.parent.properties, new Set<ts.ObjectLiteralElementLike>([property])))];
}

/** The id of the row that the node gave, when that is what is missing and can only be meant. */
export function takenFromResult(context: CheckContext, { call, graph: { of, node } }: TracedCompensation, nodes: readonly GraphNode[], missing: string): Fix[] {
  const source = nodes.find(({ id }) => id === of);
  const isRow = source?.operation !== undefined && ['create', 'read', 'update'].includes(source.operation);
  const last = call.arguments[call.arguments.length - 1]!;
  if (!isRow || call.arguments.length !== 2 || node?.model?.name !== source.model?.name || !/^id\b/.test(missing)) return [];
  return [fix(`Take the id from the result of '${of}'`, 'MachineApplicable', insert(context, call.getSourceFile(), last.end, ", { from: { id: 'id' } }"))];
}

function wrongName(context: CheckContext, found: Finding, { graph, from }: TracedCompensation, nodes: readonly GraphNode[]): Finding {
  const index = graph.connections.findIndex((connection) => connection.at === found.at);
  const taken = from[index];
  const connection = graph.connections[index];
  if (!taken || !connection) return found;
  const isOutput = String((found.data as { problem: string }).problem).startsWith(`'${graph.of}' has no output`);
  const source = nodes.find(({ id }) => id === graph.of);
  const [path, known] = isOutput ? [connection.output, source ? outputsOf(source) : []] : [connection.input, graph.node ? inputsOf(graph.node) : []];
  const [head = '', ...rest] = path.split('.');
  const near = known.includes(head) ? [] : nearNames(head, known);
  const fixes = near.flatMap((name) => rewritten(context, isOutput ? taken.output : taken.name, [name, ...rest].join('.'), near.length === 1));
  return finding('DF-201', found.data as never, placeOf(context, isOutput ? taken.output : taken.name), { fixes });
}

function outputsOf({ model, operation, params, outputs }: GraphNode): readonly string[] {
  const shape: Shape | undefined = model && operation && nodeShape(model, operation, params).output;
  return outputs ?? (shape?.kind === 'object' ? [...shape.fields.keys()] : []);
}

function inputsOf({ model, operation, params }: GraphNode): string[] {
  return model && operation ? [...nodeShape(model, operation, params).inputs.keys()] : [];
}

/** Another text in the place of one, whether it is a literal or the name of a property. */
function rewritten(context: CheckContext, at: ts.Expression | ts.PropertyName, text: string, isOnly: boolean): Fix[] {
  const { ts } = context;
  const applicability = isOnly ? 'MachineApplicable' : 'MaybeIncorrect';
  if (ts.isStringLiteralLike(at)) return [fix(`Write '${text}'`, applicability, replace(context, at, literalText(at, text)))];
  if (!ts.isIdentifier(at) || !ts.isPropertyAssignment(at.parent) || at.parent.name !== at) return [];
  return [fix(`Write '${text}'`, applicability, { file: fileNameOf(context, at.getSourceFile()), start: at.getStart(), end: at.end, text: nameText(text) })];
}

/** DF-223: a function whose parameter does not accept what the node gives. */
function wrongFunction(context: CheckContext, { nodes }: Snapshot, { graph, undo }: TracedCompensation): Finding[] {
  const source = nodes.find((node) => node.graph.id === graph.of);
  // These decide what a node gives.
  const isShaped = ['select', 'total', 'records', 'raiseOnNotFound'].some((name) => source?.graph.params && name in source.graph.params);
  if (!source || graph.node || isShaped || (source.graph.model && source.graph.params === undefined)) return [];
  const given = outputOf(context, source);
  return given ? misfit(context, graph.of, undo, given) : [];
}

/** DF-223 when a function does not take a result of this type; nothing when that is not sure. */
export function misfit(context: CheckContext, node: string, undo: ts.Expression, given: ts.Type): Finding[] {
  const { checker, ts } = context;
  const signatures = checker.getTypeAtLocation(undo).getCallSignatures();
  const parameter = signatures.length === 1 && !signatures[0]!.typeParameters ? signatures[0]!.getParameters()[0] : undefined;
  const declaration = parameter?.valueDeclaration;
  if (!parameter || !declaration || !ts.isParameter(declaration) || declaration.dotDotDotToken) return [];
  const wanted = checker.getTypeOfSymbol(parameter);
  const open = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter;
  if ((given.flags & open) !== 0 || (wanted.flags & open) !== 0 || checker.isTypeAssignableTo(given, wanted)) return [];
  return [finding('DF-223', { node, given: typeText(context, given), wanted: typeText(context, wanted) }, placeOf(context, undo))];
}
