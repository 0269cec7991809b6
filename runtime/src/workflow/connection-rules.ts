import { finding, messageOf, type Finding } from '../errors/finding.js';
import { didYouMean } from '../errors/near-names.js';
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
    if (wrongName !== undefined) findings.push(invalidName(connection, wrongName));
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

interface NameProblem {
  readonly what: string;
  readonly verb?: 'there are' | 'it has';
  /** The name that does not exist, and those that do. */
  readonly wrong?: string;
  readonly known?: readonly string[];
}

/** With the names there are; where all make a line that nobody reads to its end, with the nearest, or with as many as fit. */
function invalidName(connection: GraphConnection, { what, verb, wrong = '', known = [] }: NameProblem): Finding {
  const said = (more: string) => finding('DF-201', { connection: connectionText(connection), problem: what + more }, connection.at);
  const listed = (most: number) => said(known.length === 0 ? '' : `; ${verb} ${listOf(known, most)}`);
  const isShort = (found: Finding) => messageOf(found).length <= 120;
  const hint = known.includes(wrong) ? '' : didYouMean(wrong, known);
  const choices = [listed(8), ...(hint ? [said(hint)] : [6, 4, 2].map(listed))];
  return choices.find(isShort) ?? said('');
}

function nameProblem(
  { from, output, to, input }: GraphConnection,
  source: GraphNode | undefined,
  target: GraphNode | undefined,
  nodes: ReadonlyMap<string, GraphNode>,
  shapeOf: (node: GraphNode) => NodeShape | undefined,
): NameProblem | undefined {
  const noNode = (id: string): NameProblem => ({ what: `there is no node '${id}'`, verb: 'there are', wrong: id, known: [...nodes.keys()] });
  const lacks = (id: string, kind: string, path: string, known: readonly string[]): NameProblem =>
    ({ what: `'${id}' has no ${kind} '${path}'`, verb: 'it has', wrong: path.split('.')[0]!, known });
  if (source === undefined && from !== 'input') return noNode(from);
  if (target === undefined) return to === 'input' ? { what: "'input' gives values and takes none" } : noNode(to);
  if (source !== undefined) {
    const known = shapeOf(source)?.output;
    if (known !== undefined && shapeAt(known, output.split('.')) === undefined) return lacks(from, 'output', output, known.kind === 'object' ? [...known.fields.keys()] : []);
    if (source.outputs !== undefined && !source.outputs.includes(output.split('.')[0]!)) return lacks(from, 'output', output, source.outputs);
  }
  const inputs = shapeOf(target)?.inputs;
  if (inputs !== undefined && inputShape(inputs, input) === undefined) return lacks(to, 'input', input, [...inputs.keys()]);
  const own = target.inputs?.map(({ name }) => name);
  return own === undefined || own.includes(input.split('.')[0]!) ? undefined : lacks(to, 'input', input, own);
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
