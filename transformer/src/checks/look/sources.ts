import { nodeShape, shapeAt } from 'dataflow-ts/compiler';
import type { CheckContext } from '../check-context.js';
import { namesOf } from './function-shape.js';
import type { Snapshot, TracedNode } from './trace.js';

/** Outputs that an input was probably meant to be fed from, the likeliest first: `[['create_user', 'id']]`. At most two. */
export function sourcesFor(context: CheckContext, { nodes, connections, input }: Snapshot, node: TracedNode, wanted: string): [string, string][] {
  const { model, operation, id } = node.graph;
  const found: [string, string][] = [];
  const shape = model && operation && shapeAt({ kind: 'object', fields: nodeShape(model, operation).inputs }, [wanted]);
  const target = shape?.shape.kind === 'column' ? shape.shape.field.references?.model : undefined;
  const after = behind(connections, id);
  for (const { graph } of nodes) {
    const isSource = graph.id !== id && !after.has(graph.id) && graph.when === undefined && graph.model && graph.operation && ['create', 'read', 'update'].includes(graph.operation);
    if (isSource && target !== undefined && graph.model.name === target) found.push([graph.id, 'id']);
    if (graph.id !== id && !after.has(graph.id) && graph.outputs?.includes(wanted)) found.push([graph.id, wanted]);
  }
  const [typeNode] = input?.typeArguments ?? [];
  const names = typeNode && namesOf(context, context.checker.getTypeFromTypeNode(typeNode));
  if (names?.some(({ name }) => name === wanted)) found.push(['input', wanted]);
  return found.slice(0, 2);
}

/** Nodes that wait for a node: to connect it to one of them would be a circle. */
function behind(connections: Snapshot['connections'], id: string): Set<string> {
  const after = new Set([id]);
  for (let size = 0; size !== after.size; ) {
    size = after.size;
    for (const { graph } of connections) if (after.has(graph.from)) after.add(graph.to);
  }
  return after;
}
