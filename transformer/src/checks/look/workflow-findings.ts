import type ts from 'typescript';
import { checkWorkflow, finding, nodeShape, type Finding, type SourcePlace } from 'dataflow-ts/compiler';
import { placeOf, type CheckContext } from '../check-context.js';
import { compensationFindings } from './compensation-findings.js';
import { linkPlace } from './edits.js';
import { flowTypes } from './flow-types.js';
import type { Snapshot, TracedConnection, TracedNode } from './trace.js';
import { ownProblems } from './workflow-literals.js';
import { repair } from './workflow-repairs.js';

/** What types say themselves where they know the chain. */
const checkedByTypes: ReadonlySet<string> = new Set(['DF-201', 'DF-202', 'DF-204', 'DF-205', 'DF-206', 'DF-207', 'DF-209', 'DF-211', 'DF-216']);
/** True only of a workflow that is known as a whole. */
const aboutTheWhole: ReadonlySet<string> = new Set(['DF-204', 'DF-211']);

/** What is wrong with a followed workflow, with places and repairs. `isTroubled` says where the compiler reports something itself. */
export function workflowFindings(context: CheckContext, snapshot: Snapshot, isTroubled: (node: ts.Node) => boolean): Finding[] {
  const { nodes, connections, name, complete, transaction } = snapshot;
  const nodeAt = new Map(nodes.map((node) => [node.graph.at, node]));
  const connectionAt = new Map(connections.map((connection) => [connection.graph.at, connection]));
  const found = checkWorkflow({ name, nodes: nodes.map(({ graph }) => graph), connections: connections.map(({ graph }) => graph), ...(transaction && { transaction }) });
  const judged = new Set(found.map(({ at }) => at));
  const more = flowTypes(context, snapshot, ({ graph, call }) => judged.has(graph.at) || isTroubled(call));
  const wrongNames = new Set(more.some(({ code }) => code === 'DF-201') ? connections.map(({ graph }) => graph.input) : []);
  for (const { code, at } of found) if (code === 'DF-201') wrongNames.add(headOf(connectionAt.get(at)!.graph.input));
  const cyclic = new Set(found.flatMap(({ code, data }) => (code === 'DF-203' && 'path' in data ? String(data.path).split(' -> ') : [])));
  const dead = new Set(found.flatMap(({ code, data }) => (code === 'DF-212' && 'node' in data ? [String(data.node)] : [])));
  const kept = found.flatMap((one): Finding[] => {
    const node = nodeAt.get(one.at);
    const connection = connectionAt.get(one.at);
    if (!complete && (aboutTheWhole.has(one.code) || (connection && namesUnknownNode(one, connection, nodes)))) return [];
    const strict = one.code === 'DF-204' ? (snapshot.build?.strict ?? false) : (connection ?? node)?.strict === true;
    if (strict && checkedByTypes.has(one.code)) return [];
    if (one.code === 'DF-204' && node) {
      // What is wrong with the call, or with a connection that was to feed it, says it already.
      const ends = connections.filter(({ graph }) => graph.to === node.graph.id);
      const isSaid = isTroubled(node.call) || wrongNames.has(String(one.data.input)) || ends.some(({ graph, call }) => isTroubled(call) || (judged.has(graph.at) && !shapeKnows(node, graph.input)));
      if (isSaid) return [];
    }
    if (one.code === 'DF-206') {
      const ends = [String(one.data.from), String(one.data.node)];
      if (!ends.every((id) => isOptionsKnown(nodes, id)) || ends.every((id) => cyclic.has(id)) || ends.some((id) => dead.has(id))) return [];
    }
    if (one.code === 'DF-212' && node && (isTroubled(node.call) || String(one.data.reason).endsWith('which never runs'))) return [];
    return [repair(context, snapshot, one, node, connection)];
  });
  const undoing = compensationFindings(context, snapshot, isTroubled);
  const isWrong = kept.length + more.length > 0;
  return [...kept, ...more, ...undoing, ...ownProblems(context, snapshot, isTroubled, isWrong)].map((one) => outside(context, one, nodes, connections));
}

/** An input of another name was connected: that is what has to be put right. */
function shapeKnows({ graph: { model, operation, params } }: TracedNode, input: string): boolean {
  return !model || !operation || nodeShape(model, operation, params).inputs.has(headOf(input));
}

function headOf(path: string): string {
  return path.split('.')[0]!;
}

function namesUnknownNode(found: Finding, { graph: { from, to } }: TracedConnection, nodes: readonly TracedNode[]): boolean {
  const known = (id: string) => id === 'input' || nodes.some(({ graph }) => graph.id === id);
  return found.code === 'DF-201' && !(known(from) && known(to));
}

function isOptionsKnown(nodes: readonly TracedNode[], id: string): boolean {
  return nodes.every(({ graph, optionsKnown }) => optionsKnown || graph.id !== id);
}

/** A helper that is called twice is right by itself: what comes of it is shown at its second call. */
function outside(context: CheckContext, found: Finding, nodes: readonly TracedNode[], connections: readonly TracedConnection[]): Finding {
  const all = [...nodes, ...connections];
  const same = all.filter(({ call, via }) => via && samePlace(found.at, linkPlace(context, call)));
  const last = same[same.length - 1];
  if (same.length < 2 || !last?.via) return found;
  return finding(found.code, found.data as never, placeOf(context, last.via), { related: found.related ?? [] });
}

function samePlace(at: SourcePlace | undefined, call: SourcePlace): boolean {
  return at !== undefined && at.file === call.file && at.start >= call.start && at.end <= call.end;
}
