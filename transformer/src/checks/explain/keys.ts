import {
  describeType, isSortable, nearNames, notUnique, undefinedParameter, unknownField, type Fix, type ModelFacts,
} from 'dataflow-ts/compiler';
import { replace } from '../check-context.js';
import { fix, literalText, removedProperty } from './edits.js';
import type { Given, GivenProperty, GivenValues } from './given.js';
import { isBeyondDoubt, reportUnknownField } from './names.js';
import type { OperationCall } from './operation.js';
import type { Report } from './report.js';
import { checkValue } from './values.js';
import { literalOf, membersOf } from './value-types.js';

/** Field names in a list: `select`. */
export function checkNames(values: GivenValues, report: Report, { model }: OperationCall, property: GivenProperty): void {
  for (const element of values.elements(property) ?? []) checkName(values, report, model, element);
}

function checkName(values: GivenValues, report: Report, model: ModelFacts, element: Given): boolean {
  for (const member of membersOf(values.context, element.type)) {
    const name = literalOf(values.context, member)?.value;
    if (typeof name !== 'string' || model.byName.has(name)) continue;
    report.addError(unknownField(model, name), element.at, model, { fixes: nameFixes(values, element, name, [...model.byName.keys()]) });
    return false;
  }
  return true;
}

/** Another text in place of a literal. */
export function nameFixes({ context }: GivenValues, { expression }: Given, wrong: string, known: readonly string[]): Fix[] {
  if (!expression || !context.ts.isStringLiteralLike(expression)) return [];
  const near = nearNames(wrong, known);
  return near.map((name) => fix(`Write '${name}'`, near.length === 1 && isBeyondDoubt(wrong, name) ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, expression, literalText(expression, name))));
}

/** `conflictOn` must be a declared unique key. */
export function checkUnique(values: GivenValues, report: Report, { model, operation }: OperationCall, property: GivenProperty): void {
  const elements = values.elements(property);
  if (!elements || values.length(property) === undefined) return;
  if (elements.length > 0 && !elements.every((element) => checkName(values, report, model, element))) return;
  const names = elements.map((element) => literalOf(values.context, element.type)?.value);
  if (!names.every((name) => typeof name === 'string')) return;
  const keys = [['id'], ...model.schema.uniques];
  if (keys.some((key) => key.length === new Set(names).size && key.every((name) => names.includes(name)))) return;
  const whole = keys.filter((key) => names.length > 0 && names.every((name) => key.includes(name)));
  const { expression } = property;
  const meant = whole.length > 0 ? whole : keys;
  const fixes = expression ? meant.map((key) => fix(`Name the ${whole.length > 0 ? 'whole ' : ''}key ${key.join(' + ')}`, whole.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(values.context, expression, `[${key.map((name) => `'${name}'`).join(', ')}]`))) : [];
  report.addError(notUnique(model, operation, 'conflictOn', names as string[]), property.at, model, { fixes });
}

/** `where` of an Upsert: plain values of one unique key. */
export function checkWhere(values: GivenValues, report: Report, { model, operation, workflow }: OperationCall, property: GivenProperty): void {
  const object = values.object(property);
  if (!object) return;
  const before = report.entries.length;
  const unique = new Set([['id'], ...model.schema.uniques].flat());
  for (const condition of object.properties.values()) {
    const column = model.byName.get(condition.name);
    if (!column) {
      reportUnknownField(values, report, model, object, condition, [...unique]);
      continue;
    }
    const categories = values.categories(condition);
    if (categories.includes('null')) report.addError(notUnique(model, operation, 'where', [`${condition.name} (null)`]), condition.at, model);
    else if (!categories.includes('object')) checkValue(values, report, condition, { model, column, nullable: false, property: condition, omittable: 'no' });
    else {
      const names = [...(values.object(condition)?.properties.keys() ?? [])];
      if (names.join() !== '$eq') report.addError(notUnique(model, operation, 'where', [`${condition.name} (${names.join(', ')})`]), condition.at, model);
    }
  }
  if (report.grownSince(before) || object.open || workflow?.isConnected('where')) return;
  const names = [...object.properties.values()].filter(({ optional }) => !optional).map(({ name }) => name);
  const isKey = [['id'], ...model.schema.uniques].some((key) => key.length === names.length && key.every((name) => names.includes(name)));
  if (!isKey) report.addError(notUnique(model, operation, 'where', names), property.at, model, { certain: object.literal !== undefined && names.length === object.properties.size });
}

/** `orderBy`: an object, or a list of such. */
export function checkOrder(values: GivenValues, report: Report, call: OperationCall, property: GivenProperty): void {
  const { model, operation } = call;
  const sortable = model.columns.filter(({ type }) => isSortable(type)).map(({ name }) => name);
  for (const entry of values.elements(property) ?? [property]) {
    const object = values.object(entry);
    for (const key of object?.properties.values() ?? []) {
      const column = model.byName.get(key.name);
      const categories = values.categories(key);
      if (!column) {
        reportUnknownField(values, report, model, object!, key, sortable, [], false);
      } else if (!isSortable(column.type)) {
        const data = { operator: 'orderBy', model: model.name, field: key.name, type: describeType(column.type), operators: `orderBy of ${sortable.join(', ')}` };
        const edits = removedProperty(values.context, key);
        report.add('DF-112', data, key.at, model, { field: key.name, certain: !key.optional, fixes: edits ? [fix(`Remove '${key.name}'`, 'MaybeIncorrect', ...edits)] : [] });
      } else if (categories.includes('undefined') && !key.optional) {
        report.addError(undefinedParameter(model, operation, `orderBy.${key.name}`), key.at, model, { certain: true });
      } else {
        checkDirection(values, report, model, key);
      }
    }
  }
}

function checkDirection(values: GivenValues, report: Report, model: ModelFacts, key: GivenProperty): void {
  const written = literalOf(values.context, key.type)?.value;
  if (typeof written !== 'string' || written === 'asc' || written === 'desc') return;
  const meant = /^(?:asc|1$|up)/i.test(written) ? ['asc'] : /^(?:desc|-1$|down)/i.test(written) ? ['desc'] : [];
  const near = meant.length > 0 ? meant : nearNames(written, ['asc', 'desc']);
  const { expression } = key;
  const fixes = expression && values.context.ts.isStringLiteralLike(expression) && near.length === 1
    ? [fix(`Write '${near[0]}'`, 'MachineApplicable', replace(values.context, expression, literalText(expression, near[0]!)))]
    : [];
  report.add('DF-103', { place: model.name, name: `orderBy.${key.name}`, expected: `'asc' or 'desc'`, received: `'${written}'` }, key.at, model, { fixes });
}
