import type ts from 'typescript';
import {
  everyRow, exclusive, expectation, missingParameter, misplacedParameter, nodeTypeOf, noUniqueKey, parameterSpecs, undefinedParameter,
  type Fix, type ModelFacts, type Operation, type Parameters,
} from 'dataflow-ts/compiler';
import { insert as insertText, replace } from '../check-context.js';
import { added, fix, removedProperty, renamed } from './edits.js';
import { isEverything, pinnedKey } from './filter-reach.js';
import { checkFilter } from './filters.js';
import { flatFixes } from './flat-parameters.js';
import type { Given, GivenObject, GivenProperty, GivenValues } from './given.js';
import { checkNames, checkOrder, checkUnique, checkWhere } from './keys.js';
import { renameFixes } from './names.js';
import { placeholder } from './placeholders.js';
import { checkParameter, fitsKind, takesIterables } from './parameter-kinds.js';
import type { Report } from './report.js';
import { checkRow, isTeaching } from './rows.js';
import { checkValue } from './values.js';

/** A call whose parameters are checked. */
export interface OperationCall {
  readonly model: ModelFacts;
  readonly operation: Operation;
  /** Where to report that something is missing altogether. */
  readonly at: ts.Node;
  readonly params: ts.Expression | undefined;
  /** The method's name in `db.models.User.update(…)`, which may be exchanged for another. */
  readonly method?: ts.Node;
  /** In a workflow what is missing may be connected, and a filter may be put together from connections (`connected`). */
  readonly workflow?: { isConnected(parameter: string): boolean };
  /** `db.execute(node, params)`: types check each parameter, but not what goes together. */
  readonly lax?: true;
  /** Whether the call is on a `DataFlow` itself, so that no transaction is around it. */
  isAlone?(): boolean;
}

/** Checks the parameters of an operation by the same rules as the runtime, with the same codes. */
export function checkOperation(values: GivenValues, report: Report, call: OperationCall): void {
  const { model, operation, params } = call;
  if (!params) {
    if (!call.workflow && operation !== 'create') checkPresence(values, report, call, { properties: new Map(), open: false });
    return;
  }
  const given = values.of(params);
  if (operation === 'create') {
    return checkRow(values, report, given, { model, operation, purpose: 'create', partial: call.workflow !== undefined, isCall: true });
  }
  const object = values.object(given);
  if (!object) return;
  const specs: Parameters = parameterSpecs[operation];
  const before = report.entries.length;
  checkParameterNames(values, report, call, object, specs);
  for (const property of object.properties.values()) {
    const spec = specs[property.name];
    if (!spec || isTeaching(values, property)) continue;
    if (isUndefined(values, property)) {
      const edits = property.assignment && property.expression?.getText() === 'undefined' ? removedProperty(values.context, property) : undefined;
      const fixes = edits && !spec.required ? [fix(`Leave '${property.name}' out`, 'MaybeIncorrect', ...edits)] : [];
      if (property.name === 'id') {
        checkValue(values, report, property, { model, column: model.byName.get('id')!, nullable: false, property, omittable: 'no' });
        continue;
      }
      report.addError(undefinedParameter(model, operation, property.name), property.at, model, { certain: !property.optional, fixes });
    } else {
      checkParameter(values, report, call, property, spec.kind);
      checkInside(values, report, call, property, object);
    }
  }
  if (!object.open && !report.grownSince(before)) checkPresence(values, report, call, object);
  else if (!object.open && [...object.properties.keys()].every((name) => Object.hasOwn(specs, name))) checkPresence(values, report, call, object);
}

/** Names that are no parameters. Fields beside the parameters are one mistake, however many they are. */
function checkParameterNames(values: GivenValues, report: Report, call: OperationCall, object: GivenObject, specs: Parameters): void {
  const { model, operation } = call;
  if (operation === 'create') return;
  const strangers = [...object.properties.values()].filter((property) => !Object.hasOwn(specs, property.name) && !isTeaching(values, property));
  const flat = strangers.filter(({ name }) => model.byName.has(name));
  for (const property of strangers) {
    if (flat.includes(property)) continue;
    const error = misplacedParameter(model, operation, property.name);
    const named = typeof error.context['hint'] === 'string' ? /did you mean '([^']+)'\?$/.exec(error.context['hint'])?.[1] : undefined;
    const known = Object.keys(specs).filter((name) => !object.properties.has(name));
    const fixes = renameFixes(values.context, property, known);
    report.addError(error, property.at, model, { certain: !property.optional && property.assignment !== undefined, fixes: fixes.length > 0 ? fixes : renameTo(values, property, named, known, specs) });
  }
  const first = flat.find(({ name }) => name !== 'id') ?? flat[0];
  if (first) report.addError(misplacedParameter(model, operation, first.name), first.at, model, { field: first.name, fixes: flatFixes(values, object, flat, call) });
}

/** What other libraries call a parameter is no misspelling, but as clear. */
function renameTo(values: GivenValues, property: GivenProperty, name: string | undefined, known: readonly string[], specs: Parameters): Fix[] {
  if (name === undefined || !known.includes(name) || !property.direct) return [];
  const edit = renamed(values.context, property, name);
  const applicability = fitsKind(values, property, specs[name]!.kind) ? 'MachineApplicable' : 'MaybeIncorrect';
  return edit ? [fix(`Rename '${property.name}' to '${name}'`, applicability, edit)] : [];
}

function checkInside(values: GivenValues, report: Report, call: OperationCall, property: GivenProperty, object: GivenObject): void {
  const { model, operation } = call;
  const row = (purpose: 'create' | 'update' | 'patch', given: Given, partial = false) =>
    checkRow(values, report, given, { model, operation, purpose, partial, isCall: false });
  switch (property.name) {
    case 'id':
      return checkValue(values, report, property, { model, column: model.byName.get('id')!, nullable: false, property, omittable: 'no' });
    case 'ids': {
      for (const one of values.elements(property) ?? []) checkValue(values, report, one, { model, column: model.byName.get('id')!, name: 'ids', nullable: false, omittable: 'no' });
      return;
    }
    case 'filter':
      return checkReach(values, report, call, property, object);
    case 'where':
      return checkWhere(values, report, call, property);
    case 'fields':
    case 'update':
      return row('update', property);
    case 'create':
      return row('create', property, call.workflow?.isConnected('create'));
    case 'data':
      for (const one of takesIterables(call) ? values.rows(property) : (values.elements(property) ?? [])) row(operation === 'bulkUpdate' ? 'patch' : 'create', one);
      return;
    case 'select':
      return checkNames(values, report, call, property);
    case 'conflictOn':
      return checkUnique(values, report, call, property);
    case 'orderBy':
      return checkOrder(values, report, call, property);
  }
}

/** The conditions, and whether they reach as far as the operation allows. */
function checkReach(values: GivenValues, report: Report, call: OperationCall, filter: GivenProperty, object: GivenObject): void {
  const { model, operation } = call;
  const before = report.entries.length;
  const isOneRow = operation === 'read' || operation === 'update' || operation === 'delete';
  const keys = isOneRow && !pinnedKey(values, filter, model) ? [['id'], ...model.schema.uniques].flat() : [];
  checkFilter(values, report, filter, model, keys);
  // A bad value pins its field as well as a good one.
  if (report.entries.slice(before).some(({ finding: { code } }) => code !== 'DF-103') || (call.workflow?.isConnected('filter') ?? false)) return;
  const found = values.object(filter);
  if (!found || found.open) return;
  if (isOneRow) {
    if (pinnedKey(values, filter, model)) return;
    report.addError(noUniqueKey(model, operation), filter.at, model, { certain: isForSure(values, call, filter), fixes: manyRowsFixes(values, call, object) });
  } else if ((operation === 'bulkUpdate' || operation === 'bulkDelete') && !object.properties.has('all') && !object.open && !(call.workflow?.isConnected('all') ?? false)) {
    const certain = isEverything(values, filter, model) === true;
    if (!certain && [...found.properties.values()].some(({ optional }) => !optional)) return;
    const fixes = object.literal ? [fix('Say that every row is meant, with all: true', 'MaybeIncorrect', added(values.context, object.literal, 'all: true'))] : [];
    report.addError(everyRow(model, operation), filter.at, model, { certain, fixes });
  }
}

/** In a workflow, and for `execute`, types do not look for a key; a literal at hand is known as a whole. */
function isForSure(values: GivenValues, call: OperationCall, filter: GivenProperty): boolean {
  const found = values.object(filter);
  return (call.workflow !== undefined || call.lax !== undefined) && found?.literal !== undefined && !found.properties.has('$and');
}

/** The operation for many rows in place of the one for one row. */
function manyRowsFixes(values: GivenValues, call: OperationCall, object: GivenObject): Fix[] {
  const { operation, method } = call;
  const many = operation === 'read' ? 'list' : operation === 'update' ? 'bulkUpdate' : 'bulkDelete';
  if (!method || object.properties.has('raiseOnNotFound')) return [];
  return [fix(`Use ${many} for several rows`, 'MaybeIncorrect', replace(values.context, method, many))];
}

/** Parameters that must be there, or must not be there together. */
function checkPresence(values: GivenValues, report: Report, call: OperationCall, object: GivenObject): void {
  const { model, operation, at, workflow } = call;
  if (operation === 'create') return;
  const has = (name: string) => object.properties.has(name);
  const specs: Parameters = parameterSpecs[operation];
  const literal = object.literal;
  const missing = (name: string, expected: string, insert?: string) => {
    if (workflow) return;
    const certain = call.lax !== undefined && literal !== undefined;
    const whole = at.parent?.parent;
    if (!call.params && insert !== undefined && whole && values.context.ts.isCallExpression(whole)) {
      const given = fix(`Give ${insert}`, 'HasPlaceholders', insertText(values.context, at.getSourceFile(), whole.end - 1, `{ ${insert} }`));
      report.addError(missingParameter(model, operation, name, expected), at, model, { fixes: [given] });
      return;
    }
    const fixes = literal && insert !== undefined ? [fix(`Give ${insert}`, 'HasPlaceholders', added(values.context, literal, insert))] : [];
    report.addError(missingParameter(model, operation, name, expected), literal ?? at, model, { fixes, certain });
  };
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.required && !has(name)) missing(name, expectation(spec.kind), spec.kind === 'rows' ? `${name}: []` : `${name}: {}`);
  }
  const [first, second] = alternatives[operation] ?? [];
  if (first !== undefined && second !== undefined) {
    if (has(first) && has(second)) exclude(first, second);
    else if (!has(first) && !has(second)) missing(`${first}' or '${second}`, 'one of them', first === 'id' ? `id: ${placeholder(model.byName.get('id')!)}` : `${first}: {}`);
  }
  if (operation === 'bulkUpdate' && has('filter') && !has('data') && !has('fields')) missing('fields', 'an object', 'fields: {}');
  if (operation === 'bulkUpdate' && has('data') && !has('filter')) for (const name of ['fields', 'all']) if (has(name)) exclude('data', name);
  if (operation === 'bulkDelete' && has('ids') && !has('filter') && has('all')) exclude('ids', 'all');
  if (operation === 'list' && has('offset') && has('after')) exclude('offset', 'after');
  if (operation === 'read' || operation === 'list') checkLock();

  /** Types let all of this pass. */
  function checkLock(): void {
    const lock = object.properties.get('lock');
    const property = object.properties.get('skipLocked') ?? object.properties.get('noWait');
    if (has('skipLocked') && has('noWait')) return exclude('skipLocked', 'noWait', true);
    if (lock) {
      if (!lock.optional && call.isAlone?.()) report.add('DF-121', { node: nodeTypeOf(model.name, operation) }, lock.at, model, { certain: true });
      return;
    }
    if (!property || property.optional || (workflow?.isConnected('lock') ?? false)) return;
    const fixes = literal ? [fix("Add lock: 'update'", 'MaybeIncorrect', added(values.context, literal, "lock: 'update'"))] : [];
    report.add('DF-122', { node: nodeTypeOf(model.name, operation), name: property.name }, property.at, model, { fixes, certain: true });
  }

  function exclude(one: string, other: string, unseen = workflow !== undefined || call.lax !== undefined): void {
    const property = object.properties.get(other)!;
    if (isTeaching(values, property) || isTeaching(values, object.properties.get(one)!)) return;
    const fixes = [other, one].flatMap((name) => {
      const edits = removedProperty(values.context, object.properties.get(name)!);
      return edits && literal ? [fix(`Remove '${name}'`, 'MaybeIncorrect', ...edits)] : [];
    });
    report.addError(exclusive(model, operation as Operation, one, other), property.at, model, { fixes, certain: unseen && !property.optional && !object.properties.get(one)!.optional });
  }
}

const alternatives: { readonly [O in Operation]?: readonly [string, string] } = {
  read: ['id', 'filter'], delete: ['id', 'filter'], bulkUpdate: ['filter', 'data'], bulkDelete: ['filter', 'ids'],
};

function isUndefined(values: GivenValues, given: Given): boolean {
  return !given.optional && values.categories(given).includes('undefined');
}
