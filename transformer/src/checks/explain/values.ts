import type ts from 'typescript';
import { describeType, nearNames, problemWith, type Column, type ColumnKind, type ColumnType, type Fix, type ModelFacts } from 'dataflow-ts/compiler';
import { insert, replace, type CheckContext } from '../check-context.js';
import { fix, literalText, mayAwait, removedProperty, spreadWhenDefined } from './edits.js';
import type { Given, GivenProperty, GivenValues } from './given.js';
import { placeholder } from './placeholders.js';
import type { Report } from './report.js';
import { categoryOf, inWords, literalOf, membersOf, modelsOfId, typeText, type Category } from './value-types.js';

/** What is around a value. */
export interface ValuePlace {
  readonly model: ModelFacts;
  readonly column: Column;
  /** As messages call it: `age`, `age.$gt`. Default: the column's name. */
  readonly name?: string;
  /** Whether null is a value here. */
  readonly nullable: boolean;
  /** The property that holds the value, where one does. */
  readonly property?: GivenProperty;
  /** Leaving the property out is what an undefined value must mean. */
  readonly omittable: 'surely' | 'maybe' | 'no';
}

const fitting: { readonly [K in ColumnKind]: readonly Category[] } = {
  string: ['string'], uuid: ['string'], decimal: ['string'], dateOnly: ['string'], enum: ['string'], number: ['number'], int: ['number'], bigint: ['bigint'],
  boolean: ['boolean'], date: ['date', 'string'], bytes: ['bytes'], array: ['list'], json: ['string', 'number', 'boolean', 'list', 'object'],
};

/**
 * Checks a value that a column, or an operator at it, is given: DF-102, DF-110, DF-116 as TypeScript would, and literals by the
 * runtime's own rule (DF-103).
 */
export function checkValue(values: GivenValues, report: Report, given: Given, place: ValuePlace): void {
  const { context } = values;
  const { model, column, name = column.name, nullable, property, omittable } = place;
  const at = property?.at ?? given.at;
  const { type } = column;
  for (const member of membersOf(context, given.type)) {
    const category = categoryOf(context, member);
    if (category === 'unknown') continue;
    if (category === 'undefined') {
      if (given.optional) continue;
      report.add('DF-110', { place: model.name, name }, at, model, { field: column.name, certain: true, fixes: undefinedFixes(context, place) });
      return;
    }
    if (category === 'null') {
      if (nullable) continue;
      const edits = property?.expression?.getText() === 'null' && omittable !== 'no' ? removedProperty(context, property) : undefined;
      const fixes = edits ? [fix(`Leave '${property!.name}' out`, 'MaybeIncorrect', ...edits)] : [];
      report.add('DF-102', { place: model.name, name, expected: describeType(type), received: 'null' }, at, model, { field: column.name, fixes });
      return;
    }
    if (type.kind === 'json') continue;
    if (!fitting[type.kind].includes(category)) {
      const data = { place: model.name, name, expected: describeType(type), received: inWords(category) };
      report.add('DF-102', data, at, model, { field: column.name, fixes: typeFixes(context, given, member, column) });
      return;
    }
    const literal = literalValue(values, given, member);
    const problem = literal && problemWith(type, literal.value);
    if (literal && problem) {
      const received = typeof literal.value === 'string' && /^[^\n\r\0]{0,40}$/.test(literal.value) && problem.received === 'another text' ? `'${literal.value}'` : problem.received;
      const data = { place: model.name, name, expected: problem.expected, received };
      report.add(problem.code, data, at, model, { field: column.name, certain: problem.code === 'DF-103' && type.kind !== 'enum', fixes: literalFixes(context, given, literal.value, type) });
      return;
    }
    const wanted = identityOf(column);
    const models = wanted === undefined ? undefined : modelsOfId(context, member);
    if (models && !models.includes(wanted!)) {
      report.add('DF-116', { place: model.name, name, wanted: wanted!, given: models.join(' or ') }, at, model, { field: column.name, fixes: otherIdFixes(context, given, wanted!) });
      return;
    }
  }
}

/** The model whose rows a column's values name. */
function identityOf(column: Column): string | undefined {
  return column.references?.model ?? (column.name === 'id' ? column.model : undefined);
}

/** `session.id` → `session.userId`, where a User's id is wanted and this is the only one there. */
function otherIdFixes(context: CheckContext, { expression }: Given, wanted: string): Fix[] {
  const { ts, checker } = context;
  if (!expression || !ts.isPropertyAccessExpression(expression)) return [];
  const names = checker.getPropertiesOfType(checker.getTypeAtLocation(expression.expression)).filter((symbol) => {
    const members = membersOf(context, checker.getTypeOfSymbol(symbol));
    return members.every((member) => modelsOfId(context, member)?.includes(wanted));
  });
  return names.map(({ name }) => fix(`Give '${name}', an id of ${wanted}`, names.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, expression.name, name)));
}

/** What a literal in the code says, also of dates and lists. */
function literalValue(values: GivenValues, given: Given, member: ts.Type): { readonly value: unknown } | undefined {
  const { ts } = values.context;
  const plain = literalOf(values.context, member);
  const { expression } = given;
  if (plain || !expression) return plain;
  if (ts.isNewExpression(expression) && expression.expression.getText() === 'Date' && expression.arguments?.length === 1) {
    const [argument] = expression.arguments;
    return ts.isStringLiteralLike(argument!) ? { value: new Date(argument.text) } : undefined;
  }
  if (!ts.isArrayLiteralExpression(expression)) return undefined;
  const elements = expression.elements.map((element) => literalValue(values, values.of(element), values.context.checker.getTypeAtLocation(element)));
  return elements.every((element) => element !== undefined) ? { value: elements.map(({ value }) => value) } : undefined;
}

function undefinedFixes(context: CheckContext, { property, omittable, column }: ValuePlace): Fix[] {
  if (!property) return [];
  if (omittable === 'no') {
    const value = property.expression;
    if (!value || !property.direct || value.getText() === 'undefined') return [];
    const file = value.getSourceFile();
    const text = ` ?? ${placeholder(column)}`;
    const isShorthand = property.assignment !== undefined && context.ts.isShorthandPropertyAssignment(property.assignment);
    return [fix(`Say what to take instead of undefined`, 'HasPlaceholders', insert(context, file, value.end, isShorthand ? `: ${property.name}${text}` : text))];
  }
  const applicability = omittable === 'surely' && property.direct ? 'MachineApplicable' : 'MaybeIncorrect';
  const { expression, name } = property;
  if (expression && expression.getText() === 'undefined') {
    const edits = removedProperty(context, property);
    return edits ? [fix(`Leave '${name}' out`, applicability, ...edits)] : [];
  }
  const edit = spreadWhenDefined(context, property);
  return edit ? [fix(`Leave '${name}' out when it is undefined`, applicability, edit)] : [];
}

/** A value of the right meaning in the wrong type: `'5'` for an Int, `5` for a bigint. */
function typeFixes(context: CheckContext, given: Given, member: ts.Type, { type }: Column): Fix[] {
  const { ts, checker } = context;
  const { expression } = given;
  if (!expression || ts.isShorthandPropertyAssignment(expression.parent)) return [];
  const category = categoryOf(context, member);
  if (category === 'promise') {
    const awaited = checker.getAwaitedType(member);
    const fits = awaited && membersOf(context, awaited).every((one) => fitting[type.kind].includes(categoryOf(context, one)));
    return fits && mayAwait(context, expression) ? [fix('Add the missing await', 'MachineApplicable', insert(context, expression.getSourceFile(), expression.getStart(), 'await '))] : [];
  }
  const written = literalOf(context, member)?.value;
  const instead = written === undefined ? undefined : convertedLiteral(type, written);
  if (instead !== undefined) return [fix(`Write ${instead}`, 'MachineApplicable', replace(context, expression, instead))];
  const conversion = conversions[type.kind]?.[category];
  if (conversion === undefined || given.type.isUnion()) return [];
  return [fix(`Convert it with ${conversion}(…)`, 'MaybeIncorrect', replace(context, expression, `${conversion}(${expression.getText()})`))];
}

const conversions: { readonly [K in ColumnKind]?: { readonly [C in Category]?: string } } = {
  string: { number: 'String', bigint: 'String' }, number: { string: 'Number', bigint: 'Number' }, int: { string: 'Number', bigint: 'Number' },
  bigint: { number: 'BigInt', string: 'BigInt' }, decimal: { number: 'String', bigint: 'String' }, boolean: { number: 'Boolean' }, date: { number: 'new Date' },
};

function convertedLiteral(type: ColumnType, written: unknown): string | undefined {
  const candidates: readonly (readonly [string, unknown])[] = (() => {
    switch (type.kind) {
      case 'int':
      case 'number':
        return typeof written === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(written) ? [[written, Number(written)]] : [];
      case 'bigint':
        return (typeof written === 'number' && Number.isSafeInteger(written)) || (typeof written === 'string' && /^-?\d+$/.test(written)) ? [[`${written}n`, BigInt(written)]] : [];
      case 'decimal':
      case 'string':
        return typeof written === 'number' || typeof written === 'bigint' ? [[`'${written}'`, String(written)]] : [];
      case 'boolean':
        return written === 'true' || written === 'false' ? [[written, written === 'true']] : [];
      default:
        return [];
    }
  })();
  return candidates.find(([, value]) => problemWith(type, value) === undefined)?.[0];
}

/** A literal of the right type that is no value of the column: a misspelled member, a time where a day is wanted. */
function literalFixes(context: CheckContext, { expression }: Given, written: unknown, type: ColumnType): Fix[] {
  const { ts } = context;
  if (!expression || typeof written !== 'string' || !ts.isStringLiteralLike(expression)) {
    if (!expression || typeof written !== 'number' || type.kind !== 'int' || !Number.isFinite(written)) return [];
    const rounded = String(Math.round(written));
    return problemWith(type, Math.round(written)) ? [] : [fix(`Round it to ${rounded}`, 'MaybeIncorrect', replace(context, expression, rounded))];
  }
  const instead = (text: string, certain = true): Fix[] =>
    problemWith(type, text) ? [] : [fix(`Write '${text}'`, certain ? 'MachineApplicable' : 'MaybeIncorrect', replace(context, expression, literalText(expression, text)))];
  switch (type.kind) {
    case 'enum': {
      const near = nearNames(written, type.values);
      if (near.length > 0) return near.flatMap((name) => instead(name, near.length === 1));
      return type.values.length > 4 ? [] : type.values.flatMap((name) => instead(name, false));
    }
    case 'string': {
      const cleaned = written.replaceAll('\0', '');
      const most = type.length ?? Infinity;
      if (cleaned !== written) return instead(cleaned, false).map((one) => ({ ...one, title: 'Take the NUL character out' }));
      const cut = [...written].slice(0, most).join('');
      return cut === written ? [] : instead(cut, false).map((one) => ({ ...one, title: `Cut it after ${most} characters` }));
    }
    case 'dateOnly':
      return instead(written.slice(0, 10), /T/.test(written));
    case 'date':
      return instead(`${written}Z`, false);
    case 'decimal':
      return instead(written.replace(',', '.'), false);
    case 'uuid':
      return instead(written.replace(/[{}\s]/g, ''), false);
    default:
      return [];
  }
}

/** For values of which only the type is wrong and that no column is known of. */
export function receivedText(context: CheckContext, type: ts.Type): string {
  const category = categoryOf(context, type);
  return category === 'unknown' || type.isUnion() ? typeText(context, type) : inWords(category);
}
