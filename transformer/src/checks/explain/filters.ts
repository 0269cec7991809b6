import type ts from 'typescript';
import { describeType, didYouMean, fieldOperators, groupOperators, nearNames, operatorsOf, type Column, type Fix, type ModelFacts } from 'dataflow-ts/compiler';
import { replace } from '../check-context.js';
import { fix, renamed, spreadWhenDefined } from './edits.js';
import type { Given, GivenProperty, GivenValues } from './given.js';
import { renameFixes, reportUnknownField } from './names.js';
import type { Report } from './report.js';
import { checkValue } from './values.js';
import { inWords, literalOf } from './value-types.js';

const listOperators = new Set(['$in', '$nin', '$hasAny', '$hasAll']);
const textOperators = new Set(['$like', '$ilike', '$contains', '$startsWith', '$endsWith', '$regex']);

/**
 * Checks conditions: unknown fields and operators, operators that do not fit, undefined and values that do not fit.
 * @param keys fields of which one has to be there, so that leaving it out repairs nothing
 */
export function checkFilter(values: GivenValues, report: Report, given: Given, model: ModelFacts, keys: readonly string[] = [], seen: ReadonlySet<ts.Type> = new Set()): void {
  // The type of a filter may hold itself.
  if (!given.expression && seen.has(given.type)) return;
  const inside = given.expression ? seen : new Set([...seen, given.type]);
  const object = values.object(given);
  if (!object) return;
  const known = model.columns.map(({ name }) => name);
  for (const property of object.properties.values()) {
    const column = model.byName.get(property.name);
    if (column) checkCondition(values, report, property, column, model, keys);
    else if (groupOperators.includes(property.name)) checkGroup(values, report, property, model, inside);
    else reportUnknownField(values, report, model, object, property, known, groupOperators);
  }
}

function checkGroup(values: GivenValues, report: Report, property: GivenProperty, model: ModelFacts, seen: ReadonlySet<ts.Type>): void {
  const { context } = values;
  if (isUndefined(values, property)) {
    report.add('DF-110', { place: model.name, name: property.name }, property.at, model, { certain: true });
    return;
  }
  if (property.name === '$not') return checkFilter(values, report, property, model, [], seen);
  const parts = values.elements(property);
  if (parts) {
    for (const part of parts) checkFilter(values, report, part, model, [], seen);
    return;
  }
  if (!values.categories(property).every((member) => member === 'object')) return;
  const { expression } = property;
  const fixes = expression && property.direct ? [fix('Put the filter into a list', 'MachineApplicable', replace(context, expression, `[${expression.getText()}]`))] : [];
  report.add('DF-102', { place: model.name, name: property.name, expected: 'a list of filters', received: 'an object' }, property.at, model, { fixes });
}

function checkCondition(values: GivenValues, report: Report, property: GivenProperty, column: Column, model: ModelFacts, keys: readonly string[]): void {
  const isOperators = values.categories(property).includes('object');
  if (!isOperators) {
    if (column.type.kind === 'json') {
      const plain = values.categories(property).find((category) => category !== 'null' && category !== 'undefined' && category !== 'unknown');
      if (plain) misfit(report, property, column, '$eq', model);
    }
    checkValue(values, report, property, { model, column, nullable: column.nullable, property, omittable: keys.includes(column.name) ? 'no' : 'maybe' });
    return;
  }
  const operators = [...(values.object(property)?.properties.values() ?? [])];
  for (const operator of operators) checkOperator(values, report, operator, column, model, operators.length === 1 && !keys.includes(column.name) ? property : undefined);
}

function checkOperator(values: GivenValues, report: Report, operator: GivenProperty, column: Column, model: ModelFacts, whole: GivenProperty | undefined): void {
  const fitting = operatorsOf(column.type);
  if (!fitting.includes(operator.name)) {
    if (fieldOperators.includes(operator.name)) return misfit(report, operator, column, operator.name, model);
    const data = { model: model.name, field: column.name, operator: operator.name, operators: fitting.join(', '), hint: didYouMean(operator.name, fitting) };
    report.add('DF-111', data, operator.at, model, { field: column.name, certain: !operator.optional, fixes: operatorFixes(values, operator, fitting) });
    return;
  }
  const name = `${column.name}.${operator.name}`;
  const place = { model, column, name, nullable: operator.name === '$eq' || operator.name === '$ne', property: operator, omittable: 'no' } as const;
  if (isUndefined(values, operator)) {
    const edit = whole && spreadWhenDefined(values.context, { ...whole, ...(operator.expression && { expression: operator.expression }) }, whole.expression?.getText());
    const fixes = edit ? [fix(`Leave the condition on '${column.name}' out when it is undefined`, 'MaybeIncorrect', edit)] : [];
    report.add('DF-110', { place: model.name, name }, operator.at, model, { field: column.name, certain: true, fixes });
  } else if (listOperators.has(operator.name) || operator.name === '$between') {
    checkList(values, report, operator, column, model);
  } else if (operator.name === '$null') {
    checkKind(values, report, operator, model, column, 'boolean', "true or false for '$null'");
  } else if (textOperators.has(operator.name)) {
    checkKind(values, report, operator, model, column, 'string', 'a string');
    checkPattern(values, report, operator, column, model);
  } else if (operator.name === '$has') {
    checkValue(values, report, operator, { ...place, column: elementOf(column), nullable: false });
  } else {
    checkValue(values, report, operator, place);
  }
}

function checkList(values: GivenValues, report: Report, operator: GivenProperty, column: Column, model: ModelFacts): void {
  const { context } = values;
  const elements = values.elements(operator);
  if (!elements) {
    const categories = values.categories(operator);
    if (categories.includes('unknown')) return;
    const data = { place: model.name, name: column.name, expected: `a list for '${operator.name}'`, received: inWords(categories[0]!) };
    const { expression } = operator;
    const fixes = expression && operator.direct && operator.name !== '$between' ? [fix('Put the value into a list', 'MachineApplicable', replace(context, expression, `[${expression.getText()}]`))] : [];
    report.add('DF-102', data, operator.at, model, { field: column.name, fixes });
    return;
  }
  const length = values.length(operator);
  if (operator.name === '$between' && length !== undefined && length !== 2) {
    report.add('DF-102', { place: model.name, name: column.name, expected: "a list of two values for '$between'", received: `a list of ${length}` }, operator.at, model, { field: column.name });
    return;
  }
  const element = column.type.kind === 'array' ? elementOf(column) : column;
  for (const one of elements) checkValue(values, report, one, { model, column: element, name: `${column.name}.${operator.name}`, nullable: false, omittable: 'no' });
}

function checkKind(values: GivenValues, report: Report, operator: GivenProperty, model: ModelFacts, column: Column, wanted: 'boolean' | 'string', expected: string): void {
  const wrong = values.categories(operator).find((category) => category !== wanted && category !== 'unknown' && !(category === 'undefined' && operator.optional));
  if (wrong) report.add('DF-102', { place: model.name, name: column.name, expected, received: inWords(wrong) }, operator.at, model, { field: column.name });
}

/** Patterns that the runtime refuses: a regular expression that is none, a `$like` that ends within an escape. */
function checkPattern(values: GivenValues, report: Report, operator: GivenProperty, column: Column, model: ModelFacts): void {
  const text = literalOf(values.context, operator.type)?.value;
  if (typeof text !== 'string') return;
  if (operator.name === '$regex' && !isRegularExpression(text)) {
    report.add('DF-103', { place: model.name, name: column.name, expected: 'a regular expression', received: 'a text that is none' }, operator.at, model, { field: column.name, certain: true });
  }
  if ((operator.name === '$like' || operator.name === '$ilike') && /(?<!\\)(?:\\\\)*\\$/.test(text)) {
    const data = { place: model.name, name: column.name, expected: 'a pattern', received: 'a pattern that ends with a single backslash' };
    report.add('DF-103', data, operator.at, model, { field: column.name, certain: true });
  }
}

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function misfit(report: Report, property: GivenProperty, column: Column, operator: string, model: ModelFacts): void {
  const meant = counterparts[operator];
  const edit = meant !== undefined && operatorsOf(column.type).includes(meant) ? renamed(report.context, property, meant) : undefined;
  const fixes = edit ? [fix(`Write '${meant}'`, 'MachineApplicable', edit)] : [];
  const data = { operator, model: model.name, field: column.name, type: describeType(column.type), operators: operatorsOf(column.type).join(', ') };
  report.add('DF-112', data, property.at, model, { field: column.name, certain: !property.optional, fixes });
}

/** What does for lists what the other does for text and single values. */
const counterparts: Readonly<Record<string, string>> = { $contains: '$has', $in: '$hasAny', $has: '$contains', $hasAny: '$in' };

/** `lik` and `like` are `$like`, too; what other libraries call an operator is what it is here. */
function operatorFixes(values: GivenValues, operator: GivenProperty, fitting: readonly string[]): Fix[] {
  const plain = operator.name.replace(/^\$/, '');
  const meant = elsewhere[plain];
  const exact = fitting.find((name) => name.slice(1) === plain || name === meant);
  if (exact !== undefined) {
    const edit = renamed(values.context, operator, exact);
    return edit ? [fix(`Rename '${operator.name}' to '${exact}'`, 'MachineApplicable', edit)] : [];
  }
  return nearNames(operator.name, fitting).length > 0 ? renameFixes(values.context, operator, fitting) : [];
}

const elsewhere: Readonly<Record<string, string>> = {
  equals: '$eq', eq: '$eq', not: '$ne', neq: '$ne', notIn: '$nin', gte: '$gte', lte: '$lte', includes: '$contains', prefix: '$startsWith', suffix: '$endsWith', matches: '$regex', regexp: '$regex', isNull: '$null', exists: '$null',
};

function elementOf(column: Column): Column {
  return column.type.kind === 'array' ? { ...column, nullable: false, type: { kind: column.type.of } } : column;
}

function isUndefined(values: GivenValues, given: Given): boolean {
  return !given.optional && values.categories(given).includes('undefined');
}

