import { finding, type Finding } from '../errors/finding.js';
import type { GraphNode, WorkflowGraph } from './graph.js';
import { nodeShape } from './node-shape.js';
import { headOf } from './paths.js';

/** What is wrong with the parameters of single nodes. Compensations, which are nodes of a small graph of their own, keep the same rules. */

/** DF-204 for what a node cannot do without and nothing feeds. */
export function missingInputs(graph: WorkflowGraph): Finding[] {
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

/** Text that looks like a reference to another node: people expect it to be replaced, and it is not. */
export function referencesInText(graph: WorkflowGraph, nodes: ReadonlyMap<string, GraphNode>): Finding[] {
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
