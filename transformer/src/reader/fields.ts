import type ts from 'typescript';
import { snakeCase, typeText, type ColumnType, type FieldSchema } from 'dataflow-ts/compiler';
import { columnType } from './column-type.js';
import type { Context, Report } from './context.js';
import { defaultValue } from './default-value.js';
import { fieldDecorators, refuseDecorators, type FieldDecorators } from './field-decorators.js';

const managed: ReadonlyMap<string, NonNullable<FieldSchema['managed']>> = new Map([
  ['createdAt', 'createdAt'],
  ['created_at', 'createdAt'],
  ['updatedAt', 'updatedAt'],
  ['updated_at', 'updatedAt'],
]);

export interface ReadFields {
  readonly fields: FieldSchema[];
  /** Fields with `@unique`, `@index`. */
  readonly uniques: string[];
  readonly indexes: string[];
}

/** The columns of a class: its public instance properties, inherited ones first. Findings: DF-609 to DF-626. */
export function readFields(report: Report, node: ts.ClassLikeDeclaration): ReadFields {
  const { checker, ts } = report.context;
  const type = checker.getTypeAtLocation(node);
  const read: ReadFields = { fields: [], uniques: [], indexes: [] };
  const symbols = new Map(checker.getPropertiesOfType(type).map((symbol) => [symbol.escapedName, symbol]));
  for (const name of propertyNames(report.context, type)) {
    const symbol = symbols.get(name);
    if (!symbol) continue;
    const declaration = symbol.valueDeclaration ?? symbol.declarations?.[0];
    if (!declaration) continue;
    if (symbol.flags & ts.SymbolFlags.Property) readField(report, read, symbol, declaration);
    else refuseDecorators(report, declaration, symbol.name);
  }
  for (const member of node.members) {
    if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) refuseDecorators(report, member, member.name?.getText() ?? 'static');
  }
  const [info] = checker.getIndexInfosOfType(type);
  if (info) report.add('DF-624', { field: `[${report.context.text(info.keyType)}]`, type: report.context.text(info.type) }, info.declaration ?? node);
  return read;
}

/** In the order of declaration, base classes first; a redeclared property keeps the place of the first declaration. */
function propertyNames(context: Context, type: ts.Type): ts.__String[] {
  const { checker } = context;
  const own = checker.getPropertiesOfType(type).map(({ escapedName }) => escapedName);
  const target = 'target' in type ? (type as ts.TypeReference).target : type;
  const bases = target.isClassOrInterface() ? checker.getBaseTypes(target) : [];
  return [...new Set([...bases.flatMap((base) => propertyNames(context, base)), ...own])];
}

function readField(report: Report, read: ReadFields, symbol: ts.Symbol, declaration: ts.Declaration): void {
  const { context } = report;
  const { ts } = context;
  const at = ts.getNameOfDeclaration(declaration) ?? declaration;
  const name = ts.isIdentifier(at) || ts.isStringLiteralLike(at) ? at.text : at.getText();
  const access = accessOf(context, declaration, at);
  if (access !== undefined) return report.add('DF-616', { field: name, access }, at);
  const column = columnOf(report, symbol, declaration, name, at);
  const decorators = fieldDecorators(report, declaration, name);
  if (!column) return;
  if (decorators.unique && name !== 'id') read.uniques.push(name);
  if (decorators.index && name !== 'id') read.indexes.push(name);
  const initializer = initializerOf(context, declaration);
  const type = withLength(report, column.type, decorators, name, at);
  const value = initializer && defaultValue(report, name, initializer, type);
  const isManaged = managed.get(name);
  const source = context.place(at);
  read.fields.push({
    name,
    column: decorators.column ?? snakeCase(name),
    type,
    nullable: column.nullable,
    ...(value && !(isManaged && value.kind === 'now') && { default: value }),
    ...(isManaged && { managed: isManaged }),
    ...(decorators.references && { references: decorators.references }),
    ...(decorators.check !== undefined && { check: decorators.check }),
    source,
  });
}

function accessOf({ ts }: Context, declaration: ts.Declaration, name: ts.Node): string | undefined {
  const flags = ts.getCombinedModifierFlags(declaration);
  if (ts.isPrivateIdentifier(name) || flags & ts.ModifierFlags.Private) return 'private';
  return flags & ts.ModifierFlags.Protected ? 'protected' : undefined;
}

/** Type and nullability; undefined after reporting. */
function columnOf(report: Report, symbol: ts.Symbol, declaration: ts.Declaration, name: string, at: ts.Node) {
  const { context } = report;
  const { ts, checker } = context;
  const whole = checker.getTypeOfSymbol(symbol);
  if (whole.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) {
    const json = freeJson(context, declaration);
    if (json) return { type: { kind: 'json' } as const, nullable: json.nullable || isOptional(context, symbol) };
  }
  const parts = whole.isUnion() ? whole.types : [whole];
  const nullable = isOptional(context, symbol) || parts.some(({ flags }) => flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined));
  const type = columnType(report, { name, type: nullable ? checker.getNonNullableType(whole) : whole, at });
  return type && { type, nullable };
}

function isOptional({ ts }: Context, symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Optional) !== 0;
}

/** `Json<unknown>` and `Json<any>` are to the checker what they hold, so their name is looked for where they stand. */
function freeJson(context: Context, declaration: ts.Declaration): { nullable: boolean } | undefined {
  const { ts } = context;
  const node = ts.isPropertyDeclaration(declaration) || ts.isPropertySignature(declaration) || ts.isParameter(declaration) ? declaration.type : undefined;
  if (!node) return undefined;
  const parts = ts.isUnionTypeNode(node) ? node.types : [node];
  const isJson = (part: ts.TypeNode) => ts.isTypeReferenceNode(part) && context.dataflowName(part.typeName) === 'Json';
  const isNothing = (part: ts.TypeNode) =>
    part.kind === ts.SyntaxKind.UndefinedKeyword || (ts.isLiteralTypeNode(part) && part.literal.kind === ts.SyntaxKind.NullKeyword);
  return parts.some(isJson) && parts.every((part) => isJson(part) || isNothing(part)) ? { nullable: parts.some(isNothing) } : undefined;
}

function initializerOf({ ts }: Context, declaration: ts.Declaration): ts.Expression | undefined {
  return ts.isPropertyDeclaration(declaration) || ts.isParameter(declaration) ? declaration.initializer : undefined;
}

function withLength(report: Report, type: ColumnType, { length }: FieldDecorators, field: string, at: ts.Node): ColumnType {
  if (length === undefined) return type;
  if (type.kind === 'string') return { ...type, length };
  report.add('DF-614', { decorator: 'length', field, problem: `it is for string, not for ${typeText(type)}` }, at);
  return type;
}
