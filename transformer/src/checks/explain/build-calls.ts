import type ts from 'typescript';
import { describeType, type Column, type Fix, type ModelFacts, type ModelSchema } from 'dataflow-ts/compiler';
import { insert, type CheckContext } from '../check-context.js';
import type { Recogniser } from '../recognise.js';
import { callOfNode, callsBefore, idArgument, methodOf, textOf } from './chain-calls.js';
import { atPath, namesIn, type Chain, type ChainNode } from './chain-types.js';
import { undoCallOf, undoFixes } from './compensations.js';
import { added, fix } from './edits.js';
import type { GivenValues } from './given.js';
import { placeholder } from './placeholders.js';
import type { Report } from './report.js';
import { membersOf, modelsOfId } from './value-types.js';

/**
 * DF-204 for every required input that nothing feeds, at the node that needs it. What is only missing because something else in the
 * chain is wrong is not said twice.
 */
export function checkMissing(values: GivenValues, recogniser: Recogniser, report: Report, call: ts.CallExpression, chain: Chain, factsOf: (model: ModelSchema) => ModelFacts): void {
  const { context } = values;
  const wrongConnections = callsBefore(context, call).filter((one) => methodOf(context, one) === 'addConnection' && report.isTroubled(one));
  const { ts } = context;
  const build = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  for (const path of chain.missing) {
    const dot = path.indexOf('.');
    const [id, input] = [path.slice(0, dot), path.slice(dot + 1)];
    const undoing = undoCallOf(recogniser, callsBefore(context, call), id);
    const made = callOfNode(context, call, id) ?? undoing;
    if (wrongConnections.some((one) => mayMean(context, chain, one, id, input)) || (made && report.isTroubled(made))) {
      report.follows = true;
      continue;
    }
    const first = undoing ? undoing.arguments[1] : made?.arguments[0];
    const isFunction = made && !undoing && idArgument(context, made) === first;
    const meaning = first && !isFunction ? recogniser.node(first) : undefined;
    const model = meaning?.model && factsOf(meaning.model);
    // Of `id or filter` one is enough.
    const [name = input] = input.split(' or ');
    const column = meaning?.operation === 'create' ? model?.byName.get(input) : undefined;
    const node = chain.nodes.get(id);
    const connections = node ? connectionFixes(values, call, chain, node, name) : [];
    if (isFunction && connections.length === 0) connections.push(...placeholderFixes(values, call, id, input));
    const params = made && !isFunction && !undoing ? paramsFixes(values, made, name, name === 'id' ? (column ?? model?.byName.get('id')) : column) : [];
    if (undoing) connections.push(...undoFixes(recogniser, undoing, input));
    const at = undoing?.arguments[1] ?? (made && idArgument(context, made)) ?? build;
    const type = meaning?.type ?? (isFunction ? 'a function' : 'a node');
    report.add('DF-204', { node: id, type, input: input.replaceAll(' or ', "' or '") }, at, model, { ...(column && { field: input }), fixes: [...connections, ...params] });
  }
}

/** Whether a wrong connection may have been meant for this input: it is not when it names another input that exists. */
function mayMean(context: CheckContext, chain: Chain, connection: ts.CallExpression, id: string, input: string): boolean {
  const [to, into] = connection.arguments.slice(2).map((argument) => textOf(context, argument));
  const target = to === undefined ? undefined : chain.nodes.get(to);
  if (!target) return true;
  if (to !== id) return false;
  const [head] = into?.split('.') ?? [];
  return head === undefined || input.split(' or ').includes(head) || !namesIn(context, target.in).includes(head);
}

/** Outputs of earlier nodes that can only be meant: the id of the wanted model, or the same name and a type that fits. */
function connectionFixes({ context }: GivenValues, call: ts.CallExpression, chain: Chain, node: ChainNode, input: string): Fix[] {
  const { ts, checker } = context;
  if (!ts.isPropertyAccessExpression(call.expression)) return [];
  const taken = atPath(context, node.in, input);
  if (!taken) return [];
  const ids = [...chain.nodes.keys()];
  const earlier = ids.slice(0, ids.indexOf(node.id)).map((id) => chain.nodes.get(id)!);
  const wanted = membersOf(context, taken.type).flatMap((member) => modelsOfId(context, member) ?? []);
  const found: { from: ChainNode; output: string; certain: boolean }[] = [];
  for (const from of earlier) {
    if (from.maySkip) continue;
    for (const output of namesIn(context, from.out)) {
      const given = atPath(context, from.out, output);
      if (!given || given.absent || !checker.isTypeAssignableTo(given.type, taken.type)) continue;
      const isId = wanted.length > 0 && input !== 'id' && (modelsOfId(context, given.type) ?? []).some((model) => wanted.includes(model));
      if (isId || (output === input && from.kind === 'input')) found.push({ from, output, certain: true });
    }
  }
  const { expression } = call.expression;
  const gap = call.getSourceFile().text.slice(expression.end, call.expression.name.getStart());
  return found.map(({ from, output, certain }) => {
    const text = `${gap}addConnection('${from.id}', '${output}', '${node.id}', '${input}')`;
    const applicability = certain && found.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect';
    return fix(`Connect it to '${from.id}.${output}'`, applicability, insert(context, call.getSourceFile(), expression.end, text));
  });
}

/** A connection whose beginning is left to the user. */
function placeholderFixes({ context }: GivenValues, call: ts.CallExpression, id: string, input: string): Fix[] {
  const { ts } = context;
  if (!ts.isPropertyAccessExpression(call.expression)) return [];
  const { expression } = call.expression;
  const gap = call.getSourceFile().text.slice(expression.end, call.expression.name.getStart());
  return [fix(`Connect '${input}'`, 'HasPlaceholders', insert(context, call.getSourceFile(), expression.end, `${gap}addConnection('…', '…', '${id}', '${input}')`))];
}

function paramsFixes({ context }: GivenValues, made: ts.CallExpression, input: string, column: Column | undefined): Fix[] {
  const { ts } = context;
  const params = made.arguments[2];
  const text = `${input}: ${column ? placeholder(column) : '{}'}`;
  const title = column ? `Give '${input}', ${describeType(column.type)}` : `Give '${input}'`;
  if (!params) return [fix(title, 'HasPlaceholders', insert(context, made.getSourceFile(), made.arguments.at(-1)!.end, `, { ${text} }`))];
  return ts.isObjectLiteralExpression(params) ? [fix(title, 'HasPlaceholders', added(context, params, text))] : [];
}
