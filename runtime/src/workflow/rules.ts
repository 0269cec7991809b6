import { finding, type Finding } from '../errors/finding.js';
import { checkConnections } from './connection-rules.js';
import { cyclesOf, dependencies, listOf, nodesOfCondition, type GraphNode, type WorkflowGraph } from './graph.js';
import { isRequired, nodeShape } from './node-shape.js';
import { headOf } from './paths.js';

/**
 * Everything that is wrong with a workflow as a whole. Pure: `build()` throws what it returns, the compiler prints it.
 * What is not known of a node (its model, its parameters) is not judged. The order is stable, gravest first.
 */
export function checkWorkflow(graph: WorkflowGraph): Finding[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return [
    ...usedTwice(graph),
    ...checkConnections(graph, nodes),
    ...unknownInConditions(graph, nodes),
    ...cycles(graph, nodes),
    ...missingInputs(graph),
    ...neverRun(graph, nodes),
    ...texts(graph, nodes),
  ];
}

function usedTwice(graph: WorkflowGraph): Finding[] {
  const seen = new Set<string>();
  return graph.nodes.flatMap((node) => {
    if (seen.has(node.id)) return [finding('DF-209', { node: node.id, workflow: graph.name }, node.at)];
    seen.add(node.id);
    return [];
  });
}

function unknownInConditions(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
  return graph.nodes.flatMap((node) =>
    nodesOfCondition(node.when)
      .filter((id) => id !== 'input' && !nodes.has(id))
      .map((id) => finding('DF-211', { node: node.id, unknown: id, known: listOf([...nodes.keys()].filter((other) => other !== node.id)) }, node.at)),
  );
}

function cycles(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
  return cyclesOf(dependencies(graph)).map((path) => finding('DF-203', { path: path.join(' -> '), workflow: graph.name }, nodes.get(path[0]!)?.at));
}

function missingInputs(graph: WorkflowGraph): Finding[] {
  const fed = new Map<string, Set<string>>();
  for (const { to, input } of graph.connections) fed.set(to, (fed.get(to) ?? new Set()).add(headOf(input)));
  return graph.nodes.flatMap((node) => {
    const { params, model, operation } = node;
    if (params === undefined) return [];
    const has = (name: string) => Object.hasOwn(params, name) || (fed.get(node.id)?.has(name) ?? false);
    const missing = (node.inputs ?? []).filter((input) => input.required && !has(input.name)).map((input) => input.name);
    if (model !== undefined && operation !== undefined) {
      const { required, oneOf } = nodeShape(model, operation, params);
      missing.push(...required.filter((name) => !has(name)));
      missing.push(...oneOf.filter((names) => !names.some(has)).map((names) => names.join("' or '")));
    }
    return missing.map((input) => finding('DF-204', { node: node.id, input, type: node.type }, node.at));
  });
}

/** Nodes that need a result and run only if it is not there, and nodes that need such a node. */
function neverRun(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
  const dead = new Map<string, string>();
  for (const node of graph.nodes) {
    const absent = Object.entries(node.when ?? {}).filter(([, condition]) => condition === null).map(([id]) => id);
    const source = graph.connections.find((connection) => connection.to === node.id && absent.includes(connection.from) && isRequired(node, connection.input));
    if (source) dead.set(node.id, `it runs only without a result of '${source.from}', and its input '${source.input}' comes from there`);
  }
  for (let more = dead.size > 0; more; ) {
    more = false;
    for (const { from, to, input } of graph.connections) {
      const node = nodes.get(to);
      if (node === undefined || dead.has(to) || !dead.has(from) || !isRequired(node, input)) continue;
      dead.set(to, `its input '${input}' comes from '${from}', which never runs`);
      more = true;
    }
  }
  return [...dead].map(([id, reason]) => finding('DF-212', { node: id, reason }, nodes.get(id)?.at));
}

/** Text that looks like a reference to another node: people expect it to be replaced, and it is not. */
function texts(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
  return graph.nodes.flatMap((node) =>
    Object.entries(node.params ?? {}).flatMap(([parameter, value]) =>
      stringsIn(value).flatMap((text) => {
        const reference = /\$\{\s*([\p{L}_][\p{L}\p{N}_-]*)\.([\w.]+)\s*\}|\{\{\s*([\p{L}_][\p{L}\p{N}_-]*)\.([\w.]+)\s*\}\}/u.exec(text);
        const from = reference?.[1] ?? reference?.[3];
        const output = reference?.[2] ?? reference?.[4];
        if (from === undefined || output === undefined || !(from === 'input' || nodes.has(from))) return [];
        return [finding('DF-214', { node: node.id, parameter, from, output }, node.at)];
      }),
    ),
  );
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  return Object.values(value).flatMap(stringsIn);
}
