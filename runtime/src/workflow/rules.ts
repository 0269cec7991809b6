import { finding, type Finding } from '../errors/finding.js';
import { checkCompensations } from './compensation-rules.js';
import { checkConnections } from './connection-rules.js';
import { cyclesOf, dependencies, listOf, nodesOfCondition, type GraphNode, type WorkflowGraph } from './graph.js';
import { missingInputs, referencesInText } from './node-rules.js';
import { isRequired } from './node-shape.js';

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
    ...referencesInText(graph, nodes),
    ...checkCompensations(graph, nodes),
    ...writesInReadOnly(graph),
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

const reading: ReadonlySet<string> = new Set(['read', 'list', 'count']);

function writesInReadOnly(graph: WorkflowGraph): Finding[] {
  if (graph.transaction?.readOnly !== true) return [];
  const writing = graph.nodes.filter(({ operation }) => operation !== undefined && !reading.has(operation));
  return writing.map((node) => finding('DF-224', { workflow: graph.name, node: node.id, type: node.type }, node.at));
}
