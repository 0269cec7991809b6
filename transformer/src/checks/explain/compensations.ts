import type ts from 'typescript';
import { checkCompensations, type Finding, type Fix, type GraphNode, type ModelFacts, type ModelSchema } from 'dataflow-ts/compiler';
import { compensationOf } from '../look/compensation-calls.js';
import { misfit, repairCompensation, takenFromResult } from '../look/compensation-findings.js';
import { functionShape } from '../look/function-shape.js';
import type { TracedCompensation } from '../look/trace.js';
import { Env, Values } from '../look/values.js';
import type { Recogniser } from '../recognise.js';
import { callOfNode, idArgument, methodOf, textOf, workflowName } from './chain-calls.js';
import type { Chain } from './chain-types.js';
import type { GivenValues } from './given.js';
import { renameFixes } from './names.js';
import { checkOperation } from './operation.js';
import type { Report } from './report.js';

const nodeOptions = ['from', 'params', 'retry', 'timeoutMs'];
const functionOptions = ['retry', 'timeoutMs'];

/** Explains what is wrong with a `compensate` in a chain whose nodes are known: DF-201, DF-202, DF-205, DF-207, DF-215, DF-220, DF-223 and its parameters. */
export function checkCompensation(values: GivenValues, recogniser: Recogniser, report: Report, call: ts.CallExpression, chain: Chain, factsOf: (model: ModelSchema) => ModelFacts): void {
  const { context } = values;
  const traced = compensationOf(recogniser, new Values(recogniser), call, new Env(), true, undefined);
  if (!traced) return;
  const nodes = [...chain.nodes.keys()].filter((id) => id !== 'input').map((id) => nodeOf(recogniser, call, id));
  const found = checkCompensations({ name: workflowName(context, call), nodes, connections: [], compensations: [traced.graph] }, new Map(nodes.map((node) => [node.id, node])));
  // What is missing is said where the chain is built.
  for (const one of found) if (one.code !== 'DF-204') add(report, repairCompensation(context, one, traced, nodes), call);
  const source = chain.nodes.get(traced.graph.of);
  if (!traced.graph.node && source) for (const one of misfit(context, source.id, traced.undo, source.out)) add(report, one, call);
  checkOptions(values, recogniser, report, traced, factsOf);
}

/** Ways to feed an input that a compensation lacks. */
export function undoFixes(recogniser: Recogniser, call: ts.CallExpression, input: string): Fix[] {
  const traced = compensationOf(recogniser, new Values(recogniser), call, new Env(), true, undefined);
  return traced ? takenFromResult(recogniser.context, traced, [nodeOf(recogniser, call, traced.graph.of)], input) : [];
}

/** A node of the chain as the rules see it. */
function nodeOf(recogniser: Recogniser, call: ts.CallExpression, id: string): GraphNode {
  const { context } = recogniser;
  const made = callOfNode(context, call, id);
  const what = made && (methodOf(context, made) === 'addNode' ? made.arguments[0] : made.arguments[1]);
  const meaning = what && recogniser.node(what);
  if (meaning?.model && meaning.operation) return { id, type: meaning.type, model: meaning.model, operation: meaning.operation };
  return { id, type: id, ...(what && made && idArgument(context, made) === made.arguments[0] && functionShape(context, what)) };
}

function checkOptions(values: GivenValues, recogniser: Recogniser, report: Report, { call, undo, graph }: TracedCompensation, factsOf: (model: ModelSchema) => ModelFacts): void {
  const { context } = values;
  const { ts } = context;
  const options = call.arguments[2];
  const object = options && values.object(values.of(options));
  if (!object) return;
  const known = graph.node ? nodeOptions : functionOptions;
  for (const property of object.properties.values()) {
    if (known.includes(property.name)) continue;
    const data = { option: property.name, owner: `the compensation of '${graph.of}'`, wanted: `one of ${known.join(', ')}` };
    report.add('DF-215', data, property.at, undefined, { fixes: renameFixes(context, property, known) });
  }
  const params = object.properties.get('params')?.assignment;
  const meaning = recogniser.node(undo);
  if (!params || !ts.isPropertyAssignment(params) || !meaning?.model || !meaning.operation) return;
  // What is missing is said where the chain is built.
  const workflow = { isConnected: () => true };
  checkOperation(values, report, { model: factsOf(meaning.model), operation: meaning.operation, at: undo, params: params.initializer, workflow });
}

function add(report: Report, found: Finding, call: ts.CallExpression): void {
  const at = found.at ? nodeAt(call, found.at.start, found.at.end) : undefined;
  report.add(found.code, found.data as never, at ?? call.arguments[0]!, undefined, { fixes: found.fixes ?? [], related: found.related ?? [] });
}

function nodeAt(call: ts.CallExpression, start: number, end: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart() === start && node.end === end) found ??= node;
    else node.forEachChild(visit);
  };
  call.arguments.forEach(visit);
  return found;
}

/** The call of `compensate` that a name such as `undo(create_user)` means. */
export function undoCallOf(recogniser: Recogniser, calls: readonly ts.CallExpression[], name: string): ts.CallExpression | undefined {
  const { context } = recogniser;
  return calls.find((one) => methodOf(context, one) === 'compensate' && name === `undo(${textOf(context, one.arguments[0]) ?? ''})`);
}
