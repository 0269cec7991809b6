import type ts from 'typescript';
import { connectionText, didYouMean, finding, listOf, messageOf, nearNames, type Fix, type ModelFacts } from 'dataflow-ts/compiler';
import { fileNameOf, insert, placeOf, replace, type CheckContext } from '../check-context.js';
import { fix, literalText, nameText, removedProperty } from './edits.js';
import { callOfNode, callsBefore, idArgument, linkOf, methodOf, textOf } from './chain-calls.js';
import { atPath, namesIn, teachingOf, type Chain, type ChainNode } from './chain-types.js';
import type { GivenValues } from './given.js';
import { isBeyondDoubt } from './names.js';
import type { Report } from './report.js';
import { categoryOf, membersOf, modelsOfId, typeText } from './value-types.js';

const shaping = new Set(['raiseOnNotFound', 'select', 'records', 'total']);

/** The parts of `addConnection(from, output, to, input)`. */
interface Connection {
  readonly call: ts.CallExpression;
  readonly from: string;
  readonly output: string;
  readonly to: string;
  readonly input: string;
}

/** Explains what is wrong with a connection in a chain whose nodes are known: DF-104, DF-106, DF-201, DF-202, DF-205 to DF-207, DF-216. */
export function checkConnection(values: GivenValues, report: Report, call: ts.CallExpression, chain: Chain, modelOf: (node: ts.CallExpression) => ModelFacts | undefined): void {
  const { context } = values;
  const [from, output, to, input] = call.arguments.map((argument) => textOf(context, argument));
  if (from === undefined || output === undefined || to === undefined || input === undefined) return;
  const connection: Connection = { call, from, output, to, input };
  const source = chain.nodes.get(from);
  const target = chain.nodes.get(to);
  const wrong = (index: number, problem: string, known: readonly string[], text: string) => {
    const at = call.arguments[index]!;
    const bare = problem.split(';')[0]!;
    // Where the names there are would make the line too long, the nearest do, or nothing: the fix says it, too.
    const candidates = [problem, bare + didYouMean(text, known), bare].map((one) => ({ connection: connectionText(connection), problem: one }));
    const data = candidates.find((one) => messageOf(finding('DF-201', one)).length <= 120) ?? candidates[2]!;
    report.add('DF-201', data, at, undefined, { fixes: nearFixes(context, at, text, known) });
  };
  const ids = [...chain.nodes.keys()];
  if (!source) return wrong(0, `there is no node '${from}'; there are ${listOf(ids)}`, ids, from);
  const given = atPath(context, source.out, output);
  if (!given) {
    const known = namesIn(context, source.out);
    return wrong(1, `'${from}' has no output '${output}'; it has ${listOf(known)}`, pathsOf(context, source.out, output), output);
  }
  const targets = ids.filter((id) => id !== 'input');
  if (!target || to === 'input') return wrong(2, to === 'input' ? "'input' gives values and takes none" : `there is no node '${to}'; there are ${listOf(targets)}`, targets, to);
  const taken = atPath(context, target.in, input);
  if (!taken) {
    const known = namesIn(context, target.in);
    return wrong(3, `'${to}' has no input '${input}'; it has ${listOf(known)}`, pathsOf(context, target.in, input), input);
  }
  checkTarget(values, report, connection, target, taken.type, modelOf) ?? checkFit(values, report, connection, source, given, taken.type);
}

/** Inputs that cannot be connected. @returns true when something was said */
function checkTarget(values: GivenValues, report: Report, connection: Connection, target: ChainNode, taken: ts.Type, modelOf: (node: ts.CallExpression) => ModelFacts | undefined): true | undefined {
  const { context } = values;
  const { call, to, input } = connection;
  const at = call.arguments[3]!;
  const made = callOfNode(context, call, to);
  const model = made && modelOf(made);
  const name = input.split('.').at(-1)!;
  const teaching = teachingOf(context, taken);
  if (teaching?.code === 'DF-104' && model) {
    report.add('DF-104', { model: model.name, field: name }, at, model, { field: name, fixes: cutFixes(context, call, 'MachineApplicable') });
    return true;
  }
  if (teaching?.code === 'DF-106' && model && made) {
    const holder = /`(filter|fields)`/.exec(teaching.text)?.[1];
    const fixes = holder && context.ts.isStringLiteralLike(at) ? [fix(`Connect to '${holder}.${input}'`, 'MachineApplicable', replace(context, at, literalText(at, `${holder}.${input}`)))] : [];
    report.add('DF-106', { node: made.arguments[0]!.getText(), name: input, advice: teaching.text, expected: holder ? `'${holder}.${input}'` : 'another input' }, at, model, { fixes });
    return true;
  }
  if (target.given.has(input)) {
    const property = made?.arguments[2] && values.object(values.of(made.arguments[2]))?.properties.get(input.split('.')[0]!);
    const edits = property?.direct && property.name === input ? removedProperty(context, property) : undefined;
    const fixes = [...(edits ? [fix(`Remove '${input}' from the parameters of '${to}'`, 'MaybeIncorrect', ...edits)] : []), ...cutFixes(context, call, 'MaybeIncorrect')];
    const related = property?.assignment ? [{ at: placeOf(context, property.at), message: `'${input}' is given here` }] : [];
    report.add('DF-207', { node: to, input }, at, undefined, { fixes, related });
    return true;
  }
  if (shaping.has(input) && target.kind !== 'create' && target.kind !== 'function') {
    report.add('DF-216', { node: to, parameter: input }, at, undefined, { fixes: cutFixes(context, call, 'MaybeIncorrect') });
    return true;
  }
  return undefined;
}

/** Why an output does not fit an input. */
function checkFit(values: GivenValues, report: Report, connection: Connection, source: ChainNode, given: { type: ts.Type; absent: boolean }, taken: ts.Type): void {
  const { context } = values;
  const { call, from, output, to, input } = connection;
  const at = call.arguments[3]!;
  const made = callOfNode(context, call, from);
  const related = made ? [{ at: placeOf(context, idArgument(context, made)!), message: `'${from}' is added here` }] : [];
  const members = membersOf(context, given.type);
  const fits = (type: ts.Type) => context.checker.isTypeAssignableTo(type, taken);
  const text = connectionText(connection);
  // Undefined is no value, so an optional input takes everything else.
  const wantedText = typeText(context, taken).replace(/ \| undefined$/, '');
  const isAbsent = (member: ts.Type) => categoryOf(context, member) === 'undefined';
  const isNull = (member: ts.Type) => categoryOf(context, member) === 'null';
  const [wanted] = membersOf(context, taken).flatMap((member) => modelsOfId(context, member) ?? []);
  const present = members.filter((member) => !isAbsent(member));
  if (present.every(fits)) {
    const reason = source.maySkip ? `'${from}' may be skipped` : `'${output}' is not always there`;
    report.add('DF-206', { from, output, node: to, input, reason }, at, undefined, { related, fixes: from === 'input' ? requiredInputFixes(context, call, output) : conditionFixes(context, call, from, to) });
  } else if (present.filter((member) => !isNull(member)).every(fits)) {
    report.add('DF-202', { connection: text, given: typeText(context, given.type), wanted: wantedText }, at, undefined, { related });
  } else {
    const models = present.flatMap((member) => modelsOfId(context, member) ?? []);
    if (wanted !== undefined && models.length > 0 && !models.includes(wanted)) {
      report.add('DF-205', { connection: text, given: models.join(' or '), wanted }, call.arguments[1]!, undefined, { related, fixes: otherIdFixes(context, call, source, wanted) });
    } else {
      report.add('DF-202', { connection: text, given: typeText(context, given.type), wanted: wantedText }, at, undefined, { related });
    }
  }
}

/** Lets the fed node be skipped together with the one that feeds it. */
function conditionFixes(context: CheckContext, call: ts.CallExpression, from: string, to: string): Fix[] {
  const made = callOfNode(context, call, to);
  const before = callOfNode(context, call, from);
  if (!made || !before || before.end > made.end) return [];
  const isNode = methodOf(context, made) === 'addNode';
  const wanted = isNode ? 4 : 3;
  if (made.arguments.length >= wanted || made.arguments.length < 2) return [];
  const params = isNode && made.arguments.length === 2 ? ', {}' : '';
  return [fix(`Skip '${to}' when '${from}' has no result`, 'MaybeIncorrect', insert(context, made.getSourceFile(), made.arguments.at(-1)!.end, `${params}, { when: { ${nameText(from)}: {} } }`))];
}

/** Makes an input of the workflow one that must be given. */
function requiredInputFixes(context: CheckContext, call: ts.CallExpression, output: string): Fix[] {
  const { ts } = context;
  const declared = callsBefore(context, call).find((one) => methodOf(context, one) === 'withInput')?.typeArguments?.[0];
  if (!declared || !ts.isTypeLiteralNode(declared)) return [];
  const member = declared.members.find((one) => one.name?.getText() === output && ts.isPropertySignature(one) && one.questionToken);
  const mark = member && (member as ts.PropertySignature).questionToken;
  return mark ? [fix(`Make the workflow's input '${output}' required`, 'MaybeIncorrect', replace(context, mark, ''))] : [];
}

/** Other outputs of the node that are an id of the wanted model. */
function otherIdFixes(context: CheckContext, call: ts.CallExpression, source: ChainNode, wanted: string): Fix[] {
  const at = call.arguments[1]!;
  if (!context.ts.isStringLiteralLike(at)) return [];
  const names = namesIn(context, source.out).filter((name) => {
    const found = atPath(context, source.out, name);
    return found && membersOf(context, found.type).every((member) => modelsOfId(context, member)?.includes(wanted));
  });
  return names.map((name) => fix(`Connect '${name}', an id of ${wanted}`, names.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, at, literalText(at, name))));
}

function nearFixes(context: CheckContext, at: ts.Expression, wrong: string, known: readonly string[]): Fix[] {
  if (!context.ts.isStringLiteralLike(at)) return [];
  const near = nearNames(wrong, known);
  return near.map((name) => fix(`Write '${name}'`, near.length === 1 && isBeyondDoubt(wrong, name) ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, at, literalText(at, name))));
}

/** Names that may stand where a path goes wrong, each with the part of the path before it. */
function pathsOf(context: CheckContext, root: ts.Type, path: string): string[] {
  const parts = path.split('.');
  for (let right = parts.length - 1; right >= 0; right--) {
    const before = parts.slice(0, right).join('.');
    const inside = right === 0 ? root : atPath(context, root, before)?.type;
    if (inside) return namesIn(context, inside).map((name) => [before, name, ...parts.slice(right + 1)].filter((part) => part !== '').join('.'));
  }
  return [];
}

/** Takes the connection out of the chain. */
function cutFixes(context: CheckContext, call: ts.CallExpression, applicability: 'MachineApplicable' | 'MaybeIncorrect'): Fix[] {
  const link = linkOf(context, call);
  return link ? [fix('Remove the connection', applicability, { file: fileNameOf(context, call.getSourceFile()), ...link, text: '' })] : [];
}
