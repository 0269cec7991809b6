import type ts from 'typescript';
import { listOf, nearNames, operations, nodeTypeOf, type Fix, type ModelFacts, type ModelSchema } from 'dataflow-ts/compiler';
import { placeOf, replace, type CheckContext } from '../check-context.js';
import type { DataFlowCall, Recogniser } from '../recognise.js';
import { checkMissing } from './build-calls.js';
import { callOfNode, callsAfter, idArgument, methodOf, textOf, workflowName } from './chain-calls.js';
import { chainOf, type Chain } from './chain-types.js';
import { checkCompensation } from './compensations.js';
import { checkConnection } from './connections.js';
import { fix, literalText } from './edits.js';
import type { GivenValues } from './given.js';
import { isBeyondDoubt, renameFixes } from './names.js';
import { checkOperation } from './operation.js';
import type { Report } from './report.js';

type BuilderCall = Extract<DataFlowCall, { kind: 'builder' }>;

/** Explains what is wrong with a call on a workflow builder. */
export function checkBuilderCall(values: GivenValues, recogniser: Recogniser, report: Report, { call, method, on }: BuilderCall, factsOf: (model: ModelSchema) => ModelFacts): void {
  const { context } = values;
  // Types see all that follows from the chain, and reading its type costs as much as the chain is long.
  const chain = report.isTroubled(call) ? chainOf(context, context.checker.getTypeAtLocation(on)) : undefined;
  if (method === 'addNode') {
    checkNode(values, recogniser, report, call, factsOf);
    checkOptions(values, report, call, call.arguments[3], chain);
  }
  if (method === 'addFunction') checkOptions(values, report, call, call.arguments[2], chain);
  if (!chain) return;
  if (method === 'addNode' || method === 'addFunction') checkId(context, report, call, chain);
  if (method === 'addConnection') {
    checkConnection(values, report, call, chain, (node) => {
      const meaning = node.arguments[0] && recogniser.node(node.arguments[0]);
      return meaning?.model && factsOf(meaning.model);
    });
  }
  if (method === 'compensate') checkCompensation(values, recogniser, report, call, chain, factsOf);
  if (method === 'build') checkMissing(values, recogniser, report, call, chain, factsOf);
}

function checkNode(values: GivenValues, recogniser: Recogniser, report: Report, call: ts.CallExpression, factsOf: (model: ModelSchema) => ModelFacts): void {
  const { context } = values;
  const [node, id, params] = call.arguments;
  if (!node) return;
  const meaning = recogniser.node(node);
  if (meaning?.model && meaning.operation) {
    const text = textOf(context, id);
    checkOperation(values, report, { model: factsOf(meaning.model), operation: meaning.operation, at: id ?? node, params, workflow: { isConnected: connectedInputs(context, call, text) } });
    return;
  }
  const name = textOf(context, node);
  if (meaning || name === undefined) return;
  const known = context.models.flatMap((model) => operations.map((operation) => nodeTypeOf(model.name, operation)));
  const near = nearNames(name, known).filter((other) => isBeyondDoubt(name, other));
  const fixes = context.ts.isStringLiteralLike(node) ? near.map((other): Fix => fix(`Write '${other}'`, near.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, node, literalText(node, other)))) : [];
  report.add('DF-208', { node: textOf(context, id) ?? '', given: `'${name}'`, wanted: 'a generated node class or its name' }, node, undefined, { fixes });
}

/** Whether a parameter of a node is fed by a connection further on; in doubt it is. */
function connectedInputs(context: CheckContext, call: ts.CallExpression, id: string | undefined): (parameter: string) => boolean {
  const after = callsAfter(context, call);
  if (id === undefined || !after.some((one) => methodOf(context, one) === 'build')) return () => true;
  const inputs = after.filter((one) => methodOf(context, one) === 'addConnection').map((one) => [textOf(context, one.arguments[2]), textOf(context, one.arguments[3])]);
  return (parameter) => inputs.some(([to, input]) => to === undefined || (to === id && (input === undefined || input.split('.')[0] === parameter)));
}

function checkId(context: CheckContext, report: Report, call: ts.CallExpression, chain: Chain): void {
  const at = idArgument(context, call);
  const id = textOf(context, at);
  if (!at || id === undefined || !chain.nodes.has(id) || id === 'input') return;
  const first = callOfNode(context, call, id);
  const related = first ? [{ at: placeOf(context, idArgument(context, first)!), message: `'${id}' is used here first` }] : [];
  let number = 2;
  while (chain.nodes.has(`${id}_${number}`)) number++;
  const fixes = context.ts.isStringLiteralLike(at) ? [fix(`Call it '${id}_${number}'`, 'MaybeIncorrect', replace(context, at, literalText(at, `${id}_${number}`)))] : [];
  report.add('DF-209', { node: id, workflow: workflowName(context, call) }, at, undefined, { related, fixes });
}

const optionNames = ['when', 'retry', 'timeoutMs'];

function checkOptions(values: GivenValues, report: Report, call: ts.CallExpression, options: ts.Expression | undefined, chain: Chain | undefined): void {
  const object = options && values.object(values.of(options));
  if (!object) return;
  const { context } = values;
  const id = textOf(context, idArgument(context, call)) ?? '';
  for (const property of object.properties.values()) {
    if (optionNames.includes(property.name)) continue;
    const fixes = renameFixes(context, property, optionNames);
    report.add('DF-215', { option: property.name, owner: `node '${id}'`, wanted: `one of ${optionNames.join(', ')}` }, property.at, undefined, { fixes });
  }
  const when = object.properties.get('when');
  const conditions = when && chain && values.object(when);
  if (!conditions || !chain) return;
  for (const condition of conditions.properties.values()) {
    if (condition.name.startsWith('$') || chain.nodes.has(condition.name)) continue;
    const ids = [...chain.nodes.keys()];
    report.add('DF-211', { node: id, unknown: condition.name, known: listOf(ids) }, condition.at, undefined, { fixes: renameFixes(context, condition, ids) });
  }
}
