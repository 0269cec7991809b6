import type ts from 'typescript';
import { finding, nearNames, nodeShape, type Finding, type FindingDetails, type Fix, type RelatedPlace } from 'dataflow-ts/compiler';
import { insert, placeOf, replace, type CheckContext } from '../check-context.js';
import { fix, literalText, removed } from '../explain/edits.js';
import { addLink, connectionCall, linkPlace, removeCall } from './edits.js';
import { renamed } from './renames.js';
import { sourcesFor } from './sources.js';
import { textReference } from './text-references.js';
import type { Snapshot, TracedConnection, TracedNode } from './trace.js';

/** Gives a finding of the workflow rules its best place, the places it hangs together with, and ways to put it right. */
export function repair(context: CheckContext, snapshot: Snapshot, found: Finding, node: TracedNode | undefined, connection: TracedConnection | undefined): Finding {
  const at = (place: ts.Node, details: FindingDetails) => finding(found.code, found.data as never, placeOf(context, place), details);
  switch (found.code) {
    case 'DF-201':
      return connection ? wrongName(context, snapshot, found, connection) : found;
    case 'DF-203':
      return circle(context, snapshot, found);
    case 'DF-204':
      return node ? at(node.id, { fixes: connectMissing(context, snapshot, node, String(found.data.input)) }) : found;
    case 'DF-205':
      return connection ? at(connection.parts[3], { fixes: fromRightModel(context, snapshot, connection, String(found.data.wanted)) }) : found;
    case 'DF-206':
      return connection ? at(connection.parts[3], { fixes: sameCondition(context, snapshot, connection) }) : found;
    case 'DF-207':
      return connection ? givenTwice(context, snapshot, found, connection) : found;
    case 'DF-209':
      return node ? usedTwice(context, snapshot, found, node) : found;
    case 'DF-210':
      return connection ? fedTwice(context, snapshot, found, connection) : found;
    case 'DF-211':
      return node ? unknownInCondition(context, snapshot, found, node) : found;
    case 'DF-212':
      return node ? at(node.id, { fixes: turnedRound(context, node) }) : found;
    case 'DF-214':
      return node ? textReference(context, snapshot, found, node) : found;
    case 'DF-224':
      return node ? at(node.id, { fixes: writable(context, snapshot) }) : found;
    case 'DF-202':
    case 'DF-216':
      return connection ? at(connection.parts[3], { fixes: withoutCall(context, connection.call, 'MaybeIncorrect') }) : found;
    default:
      return found;
  }
}

function wrongName(context: CheckContext, { nodes, input: inputs }: Snapshot, found: Finding, connection: TracedConnection): Finding {
  const { graph, parts, call } = connection;
  const ids = [...nodes.map((node) => node.graph.id), ...(inputs ? ['input'] : [])];
  const source = nodes.find((node) => node.graph.id === graph.from)?.graph;
  const target = nodes.find((node) => node.graph.id === graph.to)?.graph;
  const problem = String((found.data as { problem: string }).problem);
  const isOutput = problem.startsWith(`'${graph.from}' has no output`);
  if (!source && graph.from !== 'input') return renamed(context, found, parts[0], graph.from, ids);
  if (!target) return renamed(context, found, parts[2], graph.to, ids.filter((id) => id !== 'input'));
  if (isOutput && source) {
    const shape = source.model && source.operation && nodeShape(source.model, source.operation, source.params).output;
    const names = source.outputs ?? (shape?.kind === 'object' ? [...shape.fields.keys()] : []);
    return renamed(context, found, parts[1], graph.output, names);
  }
  const path = graph.input.split('.');
  const managed = target.model?.fields.find((field) => field.managed !== undefined && field.name === path[path.length - 1]);
  if (managed && target.model) {
    return finding('DF-104', { model: target.model.name, field: managed.name }, placeOf(context, parts[3]), { fixes: withoutCall(context, call, 'MachineApplicable') });
  }
  const known = target.inputs?.map(({ name }) => name) ?? (target.model && target.operation ? [...nodeShape(target.model, target.operation, target.params).inputs.keys()] : []);
  return renamed(context, found, parts[3], graph.input, known);
}

function circle(context: CheckContext, { connections, nodes }: Snapshot, found: Finding): Finding {
  const path = String((found.data as { path: string }).path).split(' -> ');
  const pairs = path.slice(1).map((to, index) => [path[index], to]);
  const own = connections.filter(({ graph }) => pairs.some(([from, to]) => graph.from === from && graph.to === to));
  const last = own[own.length - 1];
  if (!last) {
    const node = nodes.find(({ graph }) => graph.id === path[0]);
    return finding(found.code, found.data as never, node ? placeOf(context, node.options ?? node.id) : found.at);
  }
  const related = own.slice(0, -1).slice(-3).map((one) => ({ at: linkPlace(context, one.call), message: `'${one.graph.to}' waits for '${one.graph.from}'` }));
  return finding(found.code, found.data as never, linkPlace(context, last.call), { related, fixes: withoutCall(context, last.call, 'MaybeIncorrect') });
}

function connectMissing(context: CheckContext, snapshot: Snapshot, node: TracedNode, input: string): Fix[] {
  const { build } = snapshot;
  if (!build || !snapshot.complete || node.via) return [];
  return sourcesFor(context, snapshot, node, input).flatMap(([from, output]) => {
    const edit = addLink(context, build.call, connectionCall([from, output, node.graph.id, input], node.id));
    return edit ? [fix(`Connect it: ${from}.${output} -> ${node.graph.id}.${input}`, 'MaybeIncorrect', edit)] : [];
  });
}

function fromRightModel(context: CheckContext, { nodes }: Snapshot, { graph, parts }: TracedConnection, wanted: string): Fix[] {
  const { ts } = context;
  const [from, output] = parts;
  if (!ts.isStringLiteralLike(from) || !ts.isStringLiteralLike(output)) return [];
  const right = nodes.filter(({ graph: other }) => other.id !== graph.to && other.model?.name === wanted && ['create', 'read', 'update'].includes(other.operation ?? ''));
  return right.map(({ graph: { id } }) =>
    fix(`Take the id from '${id}'`, 'MaybeIncorrect', replace(context, from, literalText(from, id)), ...(output.text === 'id' ? [] : [replace(context, output, literalText(output, 'id'))])),
  );
}

/** The fed node gets the condition of the node that feeds it: both run, or none. */
function sameCondition(context: CheckContext, { nodes }: Snapshot, { graph }: TracedConnection): Fix[] {
  const { ts } = context;
  const source = nodes.find((node) => node.graph.id === graph.from);
  const target = nodes.find((node) => node.graph.id === graph.to);
  if (!source || !target || target.options || target.via) return [];
  const options = source.options && ts.isObjectLiteralExpression(source.options) ? source.options.properties : [];
  const when = options.find((property) => property.name?.getText() === 'when');
  const isThere = source.graph.when === undefined && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(graph.from);
  if (when ? !ts.isPropertyAssignment(when) : !isThere) return [];
  const last = target.call.arguments[target.call.arguments.length - 1]!;
  const isNode = target.graph.model !== undefined && !target.params;
  const condition = when ? when.getText() : `when: { ${graph.from}: {} }`;
  const edit = insert(context, last.getSourceFile(), last.end, `${isNode ? ', {}' : ''}, { ${condition} }`);
  return [fix(when ? `Let '${graph.to}' run under the same condition as '${graph.from}'` : `Let '${graph.to}' run only if '${graph.from}' gave a result`, 'MaybeIncorrect', edit)];
}

/** `null` says that there is no result, `{}` that there is one. */
function turnedRound(context: CheckContext, { options, graph }: TracedNode): Fix[] {
  const { ts } = context;
  const absent = new Set(Object.entries(graph.when ?? {}).flatMap(([id, condition]) => (condition === null ? [id] : [])));
  const nulls: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && absent.has(node.name.getText()) && node.initializer.kind === ts.SyntaxKind.NullKeyword) nulls.push(node.initializer);
    ts.forEachChild(node, visit);
  };
  if (options) visit(options);
  return nulls.length === 1 ? [fix("Turn the condition round: `{}` says that there is a result", 'MaybeIncorrect', replace(context, nulls[0]!, '{}'))] : [];
}

function givenTwice(context: CheckContext, { nodes }: Snapshot, found: Finding, connection: TracedConnection): Finding {
  const { ts } = context;
  const node = nodes.find(({ graph }) => graph.id === connection.graph.to);
  let property: ts.ObjectLiteralElementLike | undefined;
  let inside = node?.params;
  for (const part of connection.graph.input.split('.')) {
    if (!inside || !ts.isObjectLiteralExpression(inside)) break;
    property = inside.properties.find(({ name }) => name?.getText().replace(/^['"]|['"]$/g, '') === part);
    inside = property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  }
  const related: RelatedPlace[] = property ? [{ at: placeOf(context, property), message: 'it is given here' }] : [];
  const parent = property?.parent;
  const remove = property && parent && ts.isObjectLiteralExpression(parent) ? [fix('Do not give it; keep the connection', 'MaybeIncorrect', ...removed(context, parent.properties, new Set([property])))] : [];
  const fixes = [...remove, ...withoutCall(context, connection.call, 'MaybeIncorrect')];
  return finding(found.code, found.data as never, placeOf(context, connection.parts[3]), { related, fixes });
}

function usedTwice(context: CheckContext, { nodes }: Snapshot, found: Finding, node: TracedNode): Finding {
  const first = nodes.find(({ graph }) => graph.id === node.graph.id);
  const ids = new Set(nodes.map(({ graph }) => graph.id));
  let number = 2;
  while (ids.has(`${node.graph.id}_${number}`)) number++;
  const other = `${node.graph.id}_${number}`;
  const fixes = context.ts.isStringLiteralLike(node.id) ? [fix(`Call the second one '${other}'`, 'MaybeIncorrect', replace(context, node.id, literalText(node.id, other)))] : [];
  const related = first && first.id !== node.id ? [{ at: placeOf(context, first.id), message: 'the first one' }] : [];
  return finding(found.code, found.data as never, placeOf(context, node.id), { related, fixes });
}

function fedTwice(context: CheckContext, { connections }: Snapshot, found: Finding, { graph, call }: TracedConnection): Finding {
  const others = connections.filter((one) => one.graph.to === graph.to && one.call !== call);
  const first = others.find((one) => one.graph.input === graph.input) ?? others.find((one) => `${one.graph.input}.`.startsWith(`${graph.input}.`) || `${graph.input}.`.startsWith(`${one.graph.input}.`));
  const isSame = first && first.graph.from === graph.from && first.graph.output === graph.output && first.graph.input === graph.input;
  const related = first ? [{ at: linkPlace(context, first.call), message: 'it is fed here already' }] : [];
  return finding(found.code, found.data as never, linkPlace(context, call), { related, fixes: withoutCall(context, call, isSame ? 'MachineApplicable' : 'MaybeIncorrect') });
}

function unknownInCondition(context: CheckContext, { nodes }: Snapshot, found: Finding, node: TracedNode): Finding {
  const { ts } = context;
  const unknown = String((found.data as { unknown: string }).unknown);
  let name: ts.PropertyName | undefined;
  const visit = (child: ts.Node): void => {
    if (ts.isPropertyAssignment(child) && child.name.getText().replace(/^['"]|['"]$/g, '') === unknown) name ??= child.name;
    else ts.forEachChild(child, visit);
  };
  if (node.options) visit(node.options);
  if (!name) return found;
  const near = nearNames(unknown, nodes.map(({ graph }) => graph.id).filter((id) => id !== node.graph.id));
  const fixes = near.map((id) => fix(`Rename '${unknown}' to '${id}'`, near.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, name!, /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(id) ? id : `'${id}'`)));
  return finding(found.code, found.data as never, placeOf(context, name), { fixes });
}

function writable(context: CheckContext, { transaction }: Snapshot): Fix[] {
  const { ts } = context;
  const settings = transaction?.call.arguments[0];
  if (!settings || !ts.isObjectLiteralExpression(settings)) return [];
  const option = settings.properties.find(({ name }) => name?.getText() === 'readOnly');
  return option ? [fix("Leave 'readOnly' out", 'MaybeIncorrect', ...removed(context, settings.properties, new Set([option])))] : [];
}

function withoutCall(context: CheckContext, call: ts.CallExpression, applicability: Fix['applicability']): Fix[] {
  const edit = removeCall(context, call);
  return edit ? [fix('Remove this connection', applicability, edit)] : [];
}
