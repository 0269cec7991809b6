import { finding, type Finding } from '../errors/finding.js';
import type { ColumnKind } from '../schema/model-schema.js';
import { connectionText, listOf, type GraphConnection, type GraphNode, type WorkflowGraph } from './graph.js';
import { isRequired, nodeShape, shapeAt, type NodeShape, type Shape } from './node-shape.js';
import { isGivenAt, overlap } from './paths.js';

/** What is wrong with single connections, and with several that feed one input. */
export function checkConnections(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
  const shapes = new Map<GraphNode, NodeShape | undefined>();
  const shapeOf = (node: GraphNode) => {
    if (!shapes.has(node)) shapes.set(node, node.model && node.operation && nodeShape(node.model, node.operation, node.params));
    return shapes.get(node);
  };
  const findings: Finding[] = [];
  const earlier = new Map<string, GraphConnection[]>();
  for (const connection of graph.connections) {
    const from = nodes.get(connection.from);
    const to = nodes.get(connection.to);
    const wrongName = nameProblem(connection, from, to, nodes, shapeOf);
    if (wrongName !== undefined) findings.push(finding('DF-201', { connection: connectionText(connection), problem: wrongName }, connection.at));
    if (to === undefined) continue;
    const before = earlier.get(to.id) ?? [];
    const other = before.find((one) => overlap(one.input, connection.input));
    if (other) findings.push(finding('DF-210', { node: to.id, input: connection.input, first: `${other.from}.${other.output}`, second: `${connection.from}.${connection.output}` }, connection.at));
    earlier.set(to.id, [...before, connection]);
    if (to.params !== undefined && isGivenAt(to.params, connection.input)) findings.push(finding('DF-207', { node: to.id, input: connection.input }, connection.at));
    if (wrongName === undefined) findings.push(...checkFit(connection, from, to, shapeOf));
  }
  return findings;
}

function nameProblem(
  { from, output, to, input }: GraphConnection,
  source: GraphNode | undefined,
  target: GraphNode | undefined,
  nodes: ReadonlyMap<string, GraphNode>,
  shapeOf: (node: GraphNode) => NodeShape | undefined,
): string | undefined {
  if (source === undefined && from !== 'input') return `there is no node '${from}'; there are ${listOf([...nodes.keys()])}`;
  if (target === undefined) return to === 'input' ? "'input' gives values and takes none" : `there is no node '${to}'; there are ${listOf([...nodes.keys()])}`;
  if (source !== undefined) {
    const known = shapeOf(source)?.output;
    if (known !== undefined && shapeAt(known, output.split('.')) === undefined) return `'${from}' has no output '${output}'; it has ${namesOf(known)}`;
    if (source.outputs !== undefined && !source.outputs.includes(output.split('.')[0]!)) return `'${from}' has no output '${output}'; it has ${listOf(source.outputs)}`;
  }
  const inputs = shapeOf(target)?.inputs;
  if (inputs !== undefined && inputShape(inputs, input) === undefined) return `'${to}' has no input '${input}'; it has ${listOf([...inputs.keys()])}`;
  if (target.inputs !== undefined && !target.inputs.some((one) => one.name === input.split('.')[0])) {
    return `'${to}' has no input '${input}'; it has ${listOf(target.inputs.map((one) => one.name))}`;
  }
  return undefined;
}

function namesOf(shape: Shape): string {
  return shape.kind === 'object' ? listOf([...shape.fields.keys()]) : 'none';
}

/** Inside a filter, a path may go on with an operator: `filter.age.$gt`. */
function inputShape(inputs: ReadonlyMap<string, Shape>, path: string): Shape | undefined {
  const parts = path.split('.');
  const last = parts[parts.length - 1]!;
  const isOperator = last.startsWith('$') && parts.length > 2;
  const found = shapeAt({ kind: 'object', fields: inputs }, isOperator ? parts.slice(0, -1) : parts)?.shape;
  // What fits an operator depends on it: lists for $in, text for $like. The filter's own checks say more.
  return isOperator && found !== undefined ? { kind: 'any' } : found;
}

function checkFit(connection: GraphConnection, from: GraphNode | undefined, to: GraphNode, shapeOf: (node: GraphNode) => NodeShape | undefined): Finding[] {
  const { output, input, at } = connection;
  const target = shapeOf(to);
  const source = from && shapeOf(from);
  if (target?.shaping.includes(input)) return [finding('DF-216', { node: to.id, parameter: input }, at)];
  const given = source && shapeAt(source.output, output.split('.'));
  const mayBeAbsent = from !== undefined && (from.when !== undefined || (source?.mayBeNull ?? false) || (given?.absent ?? false));
  if (mayBeAbsent && to.when === undefined && isRequired(to, input)) {
    const reason = from.when === undefined ? `${output} is not always there` : `'${from.id}' may be skipped`;
    return [finding('DF-206', { from: from.id, output, node: to.id, input, reason }, at)];
  }
  const taken = target && inputShape(target.inputs, input);
  if (given?.shape.kind !== 'column' || taken?.kind !== 'column') return [];
  const [ours, theirs] = [identityOf(given.shape), identityOf(taken)];
  if (ours !== undefined && theirs !== undefined && ours !== theirs) {
    return [finding('DF-205', { connection: connectionText(connection), given: ours, wanted: theirs }, at)];
  }
  if (!fits(given.shape.field.type.kind, taken.field.type.kind)) {
    const text = (shape: typeof given.shape) => `${shape.model}.${shape.field.name} (${shape.field.type.kind})`;
    return [finding('DF-202', { connection: connectionText(connection), given: text(given.shape as Shape & { kind: 'column' }), wanted: text(taken) }, at)];
  }
  return [];
}

/** The model whose rows a column's values name: that of an `id`, or the one a foreign key points to. */
function identityOf(shape: Shape & { readonly kind: 'column' }): string | undefined {
  return shape.field.name === 'id' ? (shape.field.references?.model ?? shape.model) : shape.field.references?.model;
}

/** Kinds whose values have one type; nullability and narrower ranges are left to the run. */
const families: { readonly [K in ColumnKind]: string } = {
  string: 'text', uuid: 'text', decimal: 'text', dateOnly: 'text', enum: 'text',
  number: 'number', int: 'number', bigint: 'bigint', boolean: 'boolean', date: 'date', bytes: 'bytes', json: 'json', array: 'array',
};

function fits(given: ColumnKind, wanted: ColumnKind): boolean {
  const [one, other] = [families[given], families[wanted]];
  // ISO text is accepted for dates, and Json takes and may hold anything.
  return one === other || one === 'json' || other === 'json' || (one === 'text' && other === 'date');
}
