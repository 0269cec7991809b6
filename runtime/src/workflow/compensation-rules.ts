import { finding, type Finding } from '../errors/finding.js';
import { didYouMean } from '../errors/near-names.js';
import type { SourcePlace } from '../schema/model-schema.js';
import { checkConnections } from './connection-rules.js';
import { listOf, type GraphCompensation, type GraphNode, type WorkflowGraph } from './graph.js';
import { missingInputs, referencesInText } from './node-rules.js';

/** What is wrong with what undoes nodes: as a whole, and each compensation by the rules of nodes and connections. */
export function checkCompensations(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
  const { name, compensations = [], transaction } = graph;
  const seen = new Set<string>();
  return compensations.flatMap((compensation): Finding[] => {
    const { of, at } = compensation;
    const undone = nodes.get(of);
    if (undone === undefined) return [unknownNode(name, of, [...nodes.keys()], at)];
    if (seen.has(of)) return [finding('DF-221', { node: of, workflow: name }, at)];
    seen.add(of);
    const inTransaction = transaction === undefined || seen.size > 1 ? [] : [finding('DF-222', { workflow: name, node: of }, at)];
    return [...inTransaction, ...checkOne(name, compensation, undone)];
  });
}

/** DF-220. */
export function unknownNode(workflow: string, node: string, known: readonly string[], at?: SourcePlace): Finding {
  return finding('DF-220', { node, workflow, hint: didYouMean(node, known), known: listOf(known) }, at);
}

function checkOne(name: string, { of, node, connections }: GraphCompensation, undone: GraphNode): Finding[] {
  if (node === undefined) return [];
  // It runs only when there is something to undo, and then with a result of the other.
  const nodes = [undone, { ...node, when: { [of]: {} } }];
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const graph = { name, nodes: nodes.slice(1), connections };
  return [...checkConnections({ ...graph, nodes }, byId), ...missingInputs(graph), ...referencesInText(graph, byId)];
}
