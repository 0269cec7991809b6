import { expectation, invalidParameter, nearNames, nodeTypeOf, type Fix, type ParameterKind } from 'dataflow-ts/compiler';
import { insert, replace } from '../check-context.js';
import { fix, literalText, mayAwait, removedProperty } from './edits.js';
import type { Given, GivenProperty, GivenValues } from './given.js';
import type { OperationCall } from './operation.js';
import type { Report } from './report.js';
import { inWords, iterated, literalOf, membersOf, type Category } from './value-types.js';

const wanted: { readonly [kind: string]: readonly Category[] } = {
  object: ['object'], rows: ['list'], ids: ['list'], boolean: ['boolean'], true: ['boolean'], count: ['number'], size: ['number'], string: ['string'], names: ['list'], order: ['object', 'list'],
};

/** The outer shape of one parameter: its kind, and literals that no operation takes (DF-102, DF-103). */
export function checkParameter(values: GivenValues, report: Report, call: OperationCall, property: GivenProperty, kind: ParameterKind): void {
  const { context } = values;
  const { model, operation } = call;
  if (typeof kind !== 'string') return checkChoice(values, report, call, property, kind);
  if (kind === 'id') return;
  for (const [i, category] of values.categories(property).entries()) {
    if (category === 'unknown' || category === 'undefined' || wanted[kind]!.includes(category)) continue;
    if (kind === 'rows' && takesIterables(call) && category === 'object' && iterated(context, membersOf(context, property.type)[i]!)) continue;
    const data = { place: nodeTypeOf(model.name, operation), name: property.name, expected: expectation(kind), received: inWords(category) };
    report.add('DF-102', data, property.at, model, { fixes: kindFixes(values, property, kind, category) });
    return;
  }
  const literal = kind === 'true' || kind === 'count' || kind === 'size' ? literalOf(context, property.type)?.value : undefined;
  if (kind === 'true' && literal !== true && values.categories(property).includes('boolean')) {
    const edits = literal === false ? removedProperty(context, property) : undefined;
    const fixes = edits ? [fix(`Remove '${property.name}'`, 'MachineApplicable', ...edits)] : [];
    report.add('DF-102', { place: nodeTypeOf(model.name, operation), name: property.name, expected: expectation(kind), received: literal === false ? 'false' : 'a boolean' }, property.at, model, { fixes });
  }
  if (typeof literal === 'number' && (kind === 'count' || kind === 'size') && !(Number.isSafeInteger(literal) && literal >= (kind === 'size' ? 1 : 0))) {
    const edits = removedProperty(context, property);
    const fixes = [
      ...(edits ? [fix(`Remove '${property.name}'`, 'MaybeIncorrect', ...edits)] : []),
      ...(Number.isSafeInteger(-literal) && literal < 0 && property.expression ? [fix(`Write ${-literal}`, 'MaybeIncorrect', replace(context, property.expression, String(-literal)))] : []),
    ];
    report.addError(invalidParameter(model, operation, property.name, expectation(kind), String(literal)), property.at, model, { certain: true, fixes });
  }
  if (kind === 'names' && values.length(property) === 0) {
    const edits = removedProperty(context, property);
    const fixes = edits ? [fix(`Remove '${property.name}'`, 'MaybeIncorrect', ...edits)] : [];
    report.addError(invalidParameter(model, operation, property.name, expectation(kind), 'an empty list'), property.at, model, { certain: true, fixes });
  }
}

/** Whether rows may come from any iterable. In a plan, and for `execute`, they are a list. */
export function takesIterables({ operation, workflow, lax }: OperationCall): boolean {
  return (operation === 'bulkCreate' || operation === 'bulkUpsert') && !workflow && !lax;
}

/** Whether a value is of a parameter's kind, as far as its type says. */
export function fitsKind(values: GivenValues, given: Given, kind: ParameterKind): boolean {
  const categories = typeof kind === 'string' ? wanted[kind] : ['string' as const];
  return values.categories(given).every((category) => categories?.includes(category) ?? false);
}

function kindFixes(values: GivenValues, property: GivenProperty, kind: string, category: Category): Fix[] {
  const { expression } = property;
  if (!expression || !property.direct) return [];
  const { context } = values;
  if (category === 'promise') {
    return mayAwait(context, expression) ? [fix('Add the missing await', 'MaybeIncorrect', insert(context, expression.getSourceFile(), expression.getStart(), 'await '))] : [];
  }
  const given = category === 'object' ? iterated(context, property.type) : undefined;
  if (given) return kind === 'rows' && !given.isAsync ? [fix('Make a list of it', 'MachineApplicable', replace(context, expression, `[...${expression.getText()}]`))] : [];
  if ((kind === 'rows' && category === 'object') || (kind === 'names' && category === 'string') || (kind === 'ids' && category !== 'null')) {
    return [fix('Put it into a list', 'MachineApplicable', replace(context, expression, `[${expression.getText()}]`))];
  }
  return [];
}

function checkChoice(values: GivenValues, report: Report, { model, operation }: OperationCall, property: GivenProperty, choices: readonly string[]): void {
  const written = literalOf(values.context, property.type)?.value;
  if (typeof written !== 'string' || choices.includes(written)) return;
  const near = nearNames(written, choices);
  const { expression } = property;
  const fixes = expression && values.context.ts.isStringLiteralLike(expression)
    ? near.map((name) => fix(`Write '${name}'`, near.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(values.context, expression, literalText(expression, name))))
    : [];
  report.addError(invalidParameter(model, operation, property.name, expectation(choices), `'${written}'`), property.at, model, { fixes });
}
