import { describeType, nearNames, wrapped, wrappers, wrongPlace, type Column, type Fix, type ModelFacts, type Operation } from 'dataflow-ts/compiler';
import { replace } from '../check-context.js';
import { added, fix, removedProperty } from './edits.js';
import type { Given, GivenObject, GivenProperty, GivenValues } from './given.js';
import { reportUnknownField } from './names.js';
import { placeholder } from './placeholders.js';
import type { Report } from './report.js';
import { membersOf } from './value-types.js';
import { checkValue } from './values.js';

export interface RowPlace {
  readonly model: ModelFacts;
  readonly operation: Operation;
  /** `create`: a new row; `update`: changes; `patch`: an id and changes. */
  readonly purpose: 'create' | 'update' | 'patch';
  /** Whether what is missing may still come from elsewhere, as in a workflow. */
  readonly partial: boolean;
  /** Whether the row is the call's own parameters, so that a wrapper round it is recognised. */
  readonly isCall: boolean;
}

/** Checks the fields of a row: DF-101, DF-104, DF-105, DF-106 and what is wrong with their values. */
export function checkRow(values: GivenValues, report: Report, given: Given, place: RowPlace): void {
  const object = values.object(given);
  if (!object) return;
  const { model, purpose, partial, isCall } = place;
  const wrapper = isCall ? [...object.properties.values()].find(({ name }) => wrappers.has(name) && !model.byName.has(name)) : undefined;
  if (wrapper) return reportWrapper(values, report, object, wrapper, model);
  const needed = model.columns.filter((column) => isNeeded(column, purpose) && (object.properties.get(column.name)?.optional ?? true));
  const renamings = new Set<string>();
  const known = model.columns.filter((column) => !column.managed && !(purpose === 'update' && column.name === 'id')).map(({ name }) => name);
  for (const property of object.properties.values()) {
    const column = model.byName.get(property.name);
    if (!column) {
      reportUnknownField(values, report, model, object, property, known);
      for (const name of nearNames(property.name, known)) renamings.add(name);
    } else if (column.managed) {
      // The text of a contract's message is no value either, where somebody writes it.
      if (property.direct || !isTeaching(values, property)) reportManaged(values, report, property, model);
    } else if (purpose === 'update' && column.name === 'id') {
      if (!isTeaching(values, property)) reportId(report, property, place);
    } else {
      const isRequired = isNeeded(column, purpose);
      checkValue(values, report, property, { model, column, nullable: column.nullable, property, omittable: isRequired ? 'no' : 'surely' });
    }
  }
  if (partial || object.open) return;
  const missing = needed.filter(({ name }) => !renamings.has(name));
  for (const column of missing) {
    const fixes = object.literal ? [withPlaceholders(values, object.literal, missing)] : [];
    report.add('DF-101', { place: model.name, name: column.name, type: describeType(column.type) }, given.at, model, { field: column.name, fixes });
  }
}

/** Parameters typed by the generated contracts have properties that only hold a message. */
export function isTeaching(values: GivenValues, given: Given): boolean {
  if (!values.categories(given).includes('string')) return false;
  return membersOf(values.context, given.type).some((member) => member.isStringLiteral() && /^DF-\d{3}: /.test(member.value));
}

function isNeeded(column: Column, purpose: RowPlace['purpose']): boolean {
  if (purpose === 'create') return !column.managed && !column.nullable && column.default === undefined;
  return purpose === 'patch' && column.name === 'id';
}

function reportWrapper(values: GivenValues, report: Report, object: GivenObject, wrapper: GivenProperty, model: ModelFacts): void {
  const { ts } = values.context;
  const inner = wrapper.expression;
  // The fields are inside; conditions beside them, as of an Update, have no place in a Create.
  const holders = [...object.properties.values()].filter(({ name }) => name !== 'filter' && name !== 'where');
  const only = holders.length === 1 ? holders[0]!.expression : undefined;
  const isAlone = object.properties.size === 1;
  const fixes: Fix[] = [];
  if (object.literal && only && ts.isObjectLiteralExpression(only)) {
    fixes.push(fix(`Give the fields themselves, without \`${holders[0]!.name}\``, isAlone ? 'MachineApplicable' : 'MaybeIncorrect', replace(values.context, object.literal, only.getText())));
  } else if (object.literal && isAlone && inner) {
    fixes.push(fix(`Give the fields themselves, without \`${wrapper.name}\``, 'MachineApplicable', replace(values.context, object.literal, inner.getText())));
  }
  report.addError(wrapped(model, wrapper.name), wrapper.at, model, { fixes });
}

function reportManaged(values: GivenValues, report: Report, property: GivenProperty, model: ModelFacts): void {
  const edits = property.direct ? removedProperty(values.context, property) : undefined;
  const fixes = edits ? [fix(`Remove '${property.name}'`, 'MachineApplicable', ...edits)] : [];
  report.add('DF-104', { model: model.name, field: property.name }, property.at, model, { field: property.name, fixes, certain: property.direct });
}

function reportId(report: Report, property: GivenProperty, { model, operation }: RowPlace): void {
  const key = operation === 'upsert' ? 'where' : 'filter';
  const parameter = operation === 'upsert' ? 'update' : 'fields';
  const edits = property.direct ? removedProperty(report.context, property) : undefined;
  const fixes = edits ? [fix("Remove 'id': it never changes", 'MaybeIncorrect', ...edits)] : [];
  const error = wrongPlace(model, operation, 'id', `an id never changes; put the key inside \`${key}\``, `{ ${key}: { id }, ${parameter}: { … } }`);
  report.addError(error, property.at, model, { field: 'id', fixes });
}

function withPlaceholders(values: GivenValues, literal: Parameters<typeof added>[1], columns: readonly Column[]): Fix {
  const text = columns.map((column) => `${column.name}: ${placeholder(column)}`).join(', ');
  return fix(`Give ${columns.map(({ name }) => `'${name}'`).join(', ')}`, 'HasPlaceholders', added(values.context, literal, text));
}
