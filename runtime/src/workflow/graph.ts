import type { ModelSchema, SourcePlace } from '../schema/model-schema.js';
import type { NodeClass, Operation } from '../nodes/node.js';
import { undoName, type OperationPlanNode, type PlanData } from './plan.js';
import { decodeValue } from './tagged-values.js';

/** A workflow as the rules look at it. `build()` makes it from the plan, the compiler from source code. */
export interface WorkflowGraph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly connections: readonly GraphConnection[];
  readonly compensations?: readonly GraphCompensation[];
  /** Present when the workflow runs as one transaction. */
  readonly transaction?: { readonly readOnly: boolean; readonly at?: SourcePlace };
}

/** What undoes a node. */
export interface GraphCompensation {
  /** Id of the node that is undone. */
  readonly of: string;
  /** The undoing node, its id being `undoName(of)`; undefined for a function. */
  readonly node?: GraphNode;
  /** From the node that is undone to the undoing node. */
  readonly connections: readonly GraphConnection[];
  readonly at?: SourcePlace;
}

export interface GraphNode {
  readonly id: string;
  readonly at?: SourcePlace;
  /** Name of the node class, or of the function. */
  readonly type: string;
  /** The model and operation of a generated node, where known. */
  readonly model?: ModelSchema;
  readonly operation?: Operation;
  /** What is given; undefined when not known, as for a variable that the compiler cannot see through. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Inputs of a function node, where known. */
  readonly inputs?: readonly { readonly name: string; readonly required: boolean }[];
  /** Names of a function node's outputs, where known. */
  readonly outputs?: readonly string[];
  readonly when?: Readonly<Record<string, unknown>>;
}

export interface GraphConnection {
  readonly from: string;
  readonly output: string;
  readonly to: string;
  readonly input: string;
  readonly at?: SourcePlace;
}

/** `create_user.id -> create_session.userId` */
export function connectionText({ from, output, to, input }: GraphConnection): string {
  return `${from}.${output} -> ${to}.${input}`;
}

/** The graph of a plan; models are known of the nodes whose class is among `classes`. */
export function graphOf(plan: PlanData, classes: ReadonlyMap<string, NodeClass>): WorkflowGraph {
  const nodes = plan.nodes.map((node): GraphNode => {
    const when = node.when && { when: decodeValue(node.when) as Record<string, unknown> };
    return { ...(node.kind === 'function' ? { id: node.id, type: node.function, params: {} } : operationOf(node.id, node, classes)), ...when };
  });
  const compensations = plan.compensations?.map((one): GraphCompensation => {
    if (one.kind === 'function') return { of: one.node, connections: [] };
    const id = undoName(one.node);
    const connections = Object.entries(one.from).map(([input, output]) => ({ from: one.node, output, to: id, input }));
    return { of: one.node, node: operationOf(id, one, classes), connections };
  });
  return {
    name: plan.name,
    nodes,
    connections: plan.connections,
    ...(compensations && { compensations }),
    ...(plan.transaction && { transaction: { readOnly: plan.transaction.readOnly === true } }),
  };
}

function operationOf(id: string, { type, params }: Pick<OperationPlanNode, 'type' | 'params'>, classes: ReadonlyMap<string, NodeClass>): GraphNode {
  const known = classes.get(type);
  return { id, type, params: decodeValue(params) as Record<string, unknown>, ...(known && { model: known.model.schema, operation: known.operation }) };
}

/** Ids that a `when` looks at, also inside `$and`, `$or` and `$not`. */
export function nodesOfCondition(when: unknown): string[] {
  if (typeof when !== 'object' || when === null) return [];
  if (Array.isArray(when)) return when.flatMap(nodesOfCondition);
  return Object.entries(when).flatMap(([key, value]) => (key === '$and' || key === '$or' || key === '$not' ? nodesOfCondition(value) : [key]));
}

/** For each node the nodes that must have finished before it, without `input` and without unknown names. */
export function dependencies(graph: Pick<WorkflowGraph, 'nodes' | 'connections'>): Map<string, Set<string>> {
  const map = new Map(graph.nodes.map((node) => [node.id, new Set<string>()]));
  const add = (id: string, before: string) => {
    if (map.has(before)) map.get(id)?.add(before);
  };
  for (const { from, to } of graph.connections) add(to, from);
  for (const node of graph.nodes) for (const id of nodesOfCondition(node.when)) add(node.id, id);
  return map;
}

/**
 * Node ids by level: each level needs only results of earlier ones. Within a level the order of declaration.
 * Nodes on a cycle, or behind one, are in no level.
 */
export function levelsOf(needs: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const waiting = new Map([...needs].map(([id, before]) => [id, before.size]));
  const position = new Map([...needs.keys()].map((id, index) => [id, index]));
  const after = new Map<string, string[]>();
  for (const [id, before] of needs) for (const other of before) after.set(other, [...(after.get(other) ?? []), id]);
  const levels: string[][] = [];
  let level = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  while (level.length > 0) {
    levels.push(level);
    const next: string[] = [];
    for (const id of level) {
      for (const other of after.get(id) ?? []) {
        const left = waiting.get(other)! - 1;
        waiting.set(other, left);
        if (left === 0) next.push(other);
      }
    }
    level = next.sort((a, b) => position.get(a)! - position.get(b)!);
  }
  return levels;
}

/** One path round each group of nodes that wait for each other: `['a', 'b', 'a']`. */
export function cyclesOf(needs: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const start of needs.keys()) {
    // Depth first with a stack of its own: a long chain must not exhaust the call stack.
    const path: { id: string; rest: Iterator<string> }[] = [];
    const onPath = new Set<string>();
    const enter = (id: string) => {
      path.push({ id, rest: (needs.get(id) ?? new Set<string>()).values() });
      onPath.add(id);
    };
    if (!done.has(start)) enter(start);
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const next = top.rest.next();
      if (next.done) {
        path.pop();
        onPath.delete(top.id);
        done.add(top.id);
      } else if (onPath.has(next.value)) {
        const ids = path.map((step) => step.id);
        // The path follows what a node needs; read the other way round it is the flow of data.
        cycles.push([...ids.slice(ids.indexOf(next.value)), next.value].reverse());
      } else if (!done.has(next.value)) {
        enter(next.value);
      }
    }
  }
  return cycles;
}

/** Names for a message, the first few of many. */
export function listOf(names: readonly string[], most = 8): string {
  if (names.length === 0) return 'none';
  return names.length > most ? `${names.slice(0, most).join(', ')}, and ${names.length - most} more` : names.join(', ');
}
