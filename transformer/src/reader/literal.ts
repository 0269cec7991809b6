import type ts from 'typescript';
import type { Context } from './context.js';

/** A value that stands in source code. */
export interface Literal {
  readonly value: LiteralValue;
}
export type LiteralValue = undefined | null | boolean | number | string | bigint | Date | Uint8Array | LiteralValue[] | { [key: string]: LiteralValue };

/** The value of an expression that is known without running it; undefined when it is not. */
export function literalOf(context: Context, expression: ts.Expression): Literal | undefined {
  const { ts } = context;
  const node = withoutTypes(context, expression);
  if (ts.isStringLiteralLike(node)) return { value: node.text };
  if (ts.isNumericLiteral(node)) return numberOf(Number(node.text));
  if (ts.isBigIntLiteral(node)) return { value: BigInt(node.text.slice(0, -1)) };
  if (ts.isPrefixUnaryExpression(node)) return signed(context, node);
  if (ts.isArrayLiteralExpression(node)) return all(node.elements, (element) => literalOf(context, element));
  if (ts.isObjectLiteralExpression(node)) return objectOf(context, node);
  if (ts.isNewExpression(node)) return instanceOf(context, node);
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { value: true };
    case ts.SyntaxKind.FalseKeyword:
      return { value: false };
    case ts.SyntaxKind.NullKeyword:
      return { value: null };
    default:
      return constantOf(context, node);
  }
}

/** Without parentheses, `as T`, `satisfies T`, `<T>` and `!`. */
export function withoutTypes({ ts }: Context, expression: ts.Expression): ts.Expression {
  let node = expression;
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}

function numberOf(value: number): Literal | undefined {
  return Number.isFinite(value) ? { value: value === 0 ? 0 : value } : undefined;
}

function signed(context: Context, node: ts.PrefixUnaryExpression): Literal | undefined {
  const { ts } = context;
  const operand = withoutTypes(context, node.operand);
  const value = ts.isNumericLiteral(operand) || ts.isBigIntLiteral(operand) ? literalOf(context, operand)?.value : undefined;
  if (node.operator === ts.SyntaxKind.MinusToken && typeof value === 'bigint') return { value: -value };
  if (typeof value !== 'number') return undefined;
  if (node.operator === ts.SyntaxKind.MinusToken) return numberOf(-value);
  return node.operator === ts.SyntaxKind.PlusToken ? { value } : undefined;
}

function all<T>(items: Iterable<T>, read: (item: T) => Literal | undefined): { value: LiteralValue[] } | undefined {
  const value: LiteralValue[] = [];
  for (const item of items) {
    const literal = read(item);
    if (!literal) return undefined;
    value.push(literal.value);
  }
  return { value };
}

function objectOf(context: Context, node: ts.ObjectLiteralExpression): Literal | undefined {
  const { ts } = context;
  const names = node.properties.map(({ name }) => {
    const known = name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name));
    return known ? name.text : undefined;
  });
  if (names.includes(undefined) || names.includes('__proto__')) return undefined;
  const values = all(node.properties, (property) => (ts.isPropertyAssignment(property) ? literalOf(context, property.initializer) : undefined));
  return values && { value: Object.fromEntries(values.value.map((value, index) => [names[index]!, value])) };
}

/** `new Date('2024-01-01T00:00:00Z')`, `new Uint8Array([1, 2])`. A time without zone would depend on the machine that compiles. */
function instanceOf(context: Context, node: ts.NewExpression): Literal | undefined {
  const args = node.arguments ?? [];
  const argument = args[0] && literalOf(context, args[0])?.value;
  if (args.length > 1) return undefined;
  if (isGlobal(context, node.expression, 'Date')) {
    const exact = typeof argument === 'number' || (typeof argument === 'string' && /^\d{4}-\d\d-\d\d$|(Z|[+-]\d\d:\d\d)$/.test(argument));
    const date = exact ? new Date(argument) : undefined;
    return date && !Number.isNaN(date.getTime()) ? { value: date } : undefined;
  }
  if (isGlobal(context, node.expression, 'Uint8Array')) {
    if (args.length === 0) return { value: new Uint8Array() };
    const bytes = Array.isArray(argument) && argument.every((byte) => Number.isInteger(byte) && (byte as number) >= 0 && (byte as number) <= 255);
    return bytes ? { value: Uint8Array.from(argument as number[]) } : undefined;
  }
  return undefined;
}

function isGlobal(context: Context, expression: ts.Expression, name: string): boolean {
  if (!context.ts.isIdentifier(expression) || expression.text !== name) return false;
  const file = context.symbolOf(expression)?.declarations?.[0]?.getSourceFile();
  return file !== undefined && context.program.isSourceFileDefaultLibrary(file);
}

/** Enum members, constants and `undefined`: names whose declared type has one value only. */
function constantOf(context: Context, node: ts.Expression): Literal | undefined {
  const { ts, checker } = context;
  if (ts.isIdentifier(node) && node.text === 'undefined') return { value: undefined };
  const name = ts.isPropertyAccessExpression(node) ? node.name : ts.isElementAccessExpression(node) ? node.argumentExpression : node;
  if (!ts.isIdentifier(name) && !ts.isStringLiteralLike(name)) return undefined;
  const symbol = context.symbolOf(name);
  const type = symbol && symbol.flags & ts.SymbolFlags.Value ? checker.getTypeOfSymbol(symbol) : undefined;
  if (!type) return undefined;
  if (type.isStringLiteral() || type.isNumberLiteral()) return typeof type.value === 'number' ? numberOf(type.value) : { value: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { value: checker.typeToString(type) === 'true' };
  if (!(type.flags & ts.TypeFlags.BigIntLiteral)) return undefined;
  const { negative, base10Value } = (type as ts.BigIntLiteralType).value;
  return { value: BigInt(`${negative ? '-' : ''}${base10Value}`) };
}
