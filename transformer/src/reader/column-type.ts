import type ts from 'typescript';
import type { ColumnType } from 'dataflow-ts/compiler';
import type { Context, Report } from './context.js';
import { jsonProblem } from './json-type.js';

/** A property whose column is to be found. */
export interface Property {
  readonly name: string;
  /** Its type, without null and undefined. */
  readonly type: ts.Type;
  /** Where messages point to. */
  readonly at: ts.Node;
}

const markedTypes: ReadonlyMap<string, ColumnType> = new Map([
  ['Int', { kind: 'int' }],
  ['Uuid', { kind: 'uuid' }],
  ['Decimal', { kind: 'decimal' }],
  ['DateOnly', { kind: 'dateOnly' }],
]);

/** Column types already found, by TypeScript's types: most fields share a handful. */
const known = new WeakMap<ts.Type, ColumnType>();

/** The column of a property's type; undefined after reporting one of DF-617 to DF-625. */
export function columnType(report: Report, property: Property): ColumnType | undefined {
  const found = known.get(property.type);
  if (found) return found;
  const column = simpleType(report.context, property.type) ?? listOrJson(report, property);
  if (!column) return explain(report, property);
  if (column === 'refused') return undefined;
  known.set(property.type, column);
  return column;
}

/** The mark of `Int`, `Uuid`, `Json` …, also behind aliases and brands of the user's own. */
function markOf({ ts, checker }: Context, type: ts.Type): string | undefined {
  const parts = type.isUnion() ? type.types : [type];
  const marks = parts.map((part) => {
    const mark = part.flags & ts.TypeFlags.Intersection ? checker.getPropertyOfType(part, '__dataflow') : undefined;
    const value = mark && checker.getNonNullableType(checker.getTypeOfSymbol(mark));
    return value?.isStringLiteral() ? value.value : undefined;
  });
  return marks.every((mark) => mark === marks[0]) ? marks[0] : undefined;
}

/** Everything that needs no message: the table of types except lists and `Json`. */
function simpleType(context: Context, type: ts.Type): ColumnType | undefined {
  const { ts } = context;
  const { flags } = type;
  if (flags & ts.TypeFlags.String) return { kind: 'string' };
  if (flags & ts.TypeFlags.Number) return { kind: 'number' };
  if (flags & ts.TypeFlags.BigInt) return { kind: 'bigint' };
  if (flags & ts.TypeFlags.Boolean) return { kind: 'boolean' };
  if (type.isStringLiteral()) return { kind: 'enum', values: [type.value] };
  const mark = markOf(context, type);
  if (mark !== undefined) return markedTypes.get(mark);
  // The order of a union's members depends on what was checked before, so it is not kept.
  if (type.isUnion() && type.types.every((part) => part.isStringLiteral())) {
    return { kind: 'enum', values: type.types.map((part) => (part as ts.StringLiteralType).value).sort() };
  }
  if (type.isIntersection()) return brandedType(context, type);
  if (isBuiltIn(context, type, 'Date')) return { kind: 'date' };
  if (isBuiltIn(context, type, 'Uint8Array')) return { kind: 'bytes' };
  return undefined;
}

/** `string & { readonly brand: 'email' }` is text to the database. */
function brandedType(context: Context, type: ts.IntersectionType): ColumnType | undefined {
  const { ts } = context;
  const primitive = ts.TypeFlags.String | ts.TypeFlags.Number | ts.TypeFlags.BigInt;
  const plain = type.types.find(({ flags }) => flags & primitive);
  return plain && simpleType(context, plain);
}

export function isBuiltIn({ program }: Context, type: ts.Type, name: string): boolean {
  const file = type.symbol?.name === name ? type.symbol.declarations?.[0]?.getSourceFile() : undefined;
  return file !== undefined && program.isSourceFileDefaultLibrary(file);
}

function listOrJson(report: Report, { name, type, at }: Property): ColumnType | 'refused' | undefined {
  const { context } = report;
  const { checker } = context;
  if (markOf(context, type) === 'Json') {
    const problem = jsonProblem(context, type, name);
    if (!problem) return { kind: 'json' };
    report.add('DF-625', { field: name, path: problem.path, type: context.text(problem.type) }, at);
    return 'refused';
  }
  if (!checker.isArrayType(type)) return undefined;
  const element = checker.getTypeArguments(type as ts.TypeReference)[0]!;
  const kind = simpleType(context, element)?.kind;
  return kind === 'string' || kind === 'int' || kind === 'number' || kind === 'boolean' ? { kind: 'array', of: kind } : undefined;
}

/** Says why a type has no column. */
function explain(report: Report, { name: field, type, at }: Property): undefined {
  const { context } = report;
  const { ts, checker } = context;
  const text = context.text(type);
  const isList = checker.isArrayType(type) || checker.isTupleType(type);
  const element = isList ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  const declaration = (element ?? type).symbol?.valueDeclaration;
  const target = declaration && context.models.get(declaration);
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return report.add('DF-617', { field, type: text }, at);
  if (target) return report.add('DF-620', { field, target: target.name }, at);
  if (isList) return report.add('DF-622', { field, element: element ? context.text(element) : text }, at);
  if (type.flags & ts.TypeFlags.NumberLike || (type.isUnion() && type.types.every(({ flags }) => flags & ts.TypeFlags.NumberLiteral))) {
    return report.add('DF-623', { field, type: text }, at);
  }
  if (type.getCallSignatures().length > 0) return report.add('DF-618', { field }, at);
  if (type.isUnion()) return report.add('DF-621', { field, type: text }, at);
  const isObject = type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection) && !isFromLibrary(context, type);
  return isObject ? report.add('DF-619', { field, type: text }, at) : report.add('DF-624', { field, type: text }, at);
}

/** `Map`, `Set`, `Buffer`, `String`: classes of the platform, not data of the user's. */
function isFromLibrary({ program }: Context, type: ts.Type): boolean {
  const file = type.symbol?.declarations?.[0]?.getSourceFile();
  const isMapped = type.aliasSymbol !== undefined || type.symbol?.name.startsWith('__');
  return file !== undefined && !isMapped && (program.isSourceFileDefaultLibrary(file) || program.isSourceFileFromExternalLibrary(file));
}
