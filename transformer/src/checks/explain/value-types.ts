import type ts from 'typescript';
import type { CheckContext } from '../check-context.js';

/** What a value is, as far as columns tell values apart. */
export type Category = 'undefined' | 'null' | 'string' | 'number' | 'bigint' | 'boolean' | 'date' | 'bytes' | 'list' | 'promise' | 'function' | 'object' | 'unknown';

const words: { readonly [C in Category]: string } = {
  undefined: 'undefined', null: 'null', string: 'a string', number: 'a number', bigint: 'a bigint', boolean: 'a boolean', date: 'a Date',
  bytes: 'a Uint8Array', list: 'a list', promise: 'a promise (await is missing)', function: 'a function', object: 'an object', unknown: 'something else',
};

/** A category in words, like those of the runtime: `a string`. */
export function inWords(category: Category): string {
  return words[category];
}

/** The members of a union; of everything else the type itself. Booleans count as one. */
export function membersOf({ ts }: CheckContext, type: ts.Type): readonly ts.Type[] {
  return type.isUnion() && !(type.flags & ts.TypeFlags.Boolean) ? type.types : [type];
}

/** What one member of a union is. Type parameters are what they extend; `any` and the like are `unknown`. */
export function categoryOf(context: CheckContext, given: ts.Type): Category {
  const { ts, checker } = context;
  const { TypeFlags } = ts;
  const type = given.flags & TypeFlags.Instantiable ? (checker.getBaseConstraintOfType(given) ?? given) : given;
  const { flags } = type;
  if (flags & TypeFlags.Undefined || flags & TypeFlags.Void) return 'undefined';
  if (flags & TypeFlags.Null) return 'null';
  if (flags & TypeFlags.StringLike) return 'string';
  if (flags & TypeFlags.NumberLike) return 'number';
  if (flags & TypeFlags.BigIntLike) return 'bigint';
  if (flags & TypeFlags.BooleanLike) return 'boolean';
  if (type.isIntersection()) {
    const parts = type.types.map((part) => categoryOf(context, part));
    return parts.find((part) => part !== 'object' && part !== 'unknown') ?? (parts.includes('unknown') ? 'unknown' : 'object');
  }
  if (!(flags & TypeFlags.Object)) return 'unknown';
  if (checker.isArrayType(type) || checker.isTupleType(type)) return 'list';
  const name = (type.symbol as ts.Symbol | undefined)?.name;
  if (name === 'Date') return 'date';
  if (name === 'Uint8Array' || name === 'Buffer') return 'bytes';
  if (name === 'Promise' || name === 'PromiseLike') return 'promise';
  if (type.getCallSignatures().length > 0) return 'function';
  return 'object';
}

/** The value of a literal type; undefined for all others. */
export function literalOf({ ts }: CheckContext, type: ts.Type): { readonly value: unknown } | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return { value: type.value };
  if (type.flags & ts.TypeFlags.BigIntLiteral) {
    const { negative, base10Value } = (type as ts.BigIntLiteralType).value;
    return { value: BigInt(base10Value) * (negative ? -1n : 1n) };
  }
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { value: (type as ts.Type & { intrinsicName: string }).intrinsicName === 'true' };
  return undefined;
}

/** What a loop over an iterable gives, async or not: `element` where its type is known. Undefined for what is no iterable. */
export function iterated({ checker }: CheckContext, type: ts.Type): { readonly element: ts.Type | undefined; readonly isAsync: boolean } | undefined {
  const iterate = checker.getPropertiesOfType(type).find(({ name }) => /^__@(?:asyncIterator|iterator)(?:@|$)/.test(name));
  if (!iterate) return undefined;
  const iterator = checker.getTypeOfSymbol(iterate).getCallSignatures()[0]?.getReturnType() as Partial<ts.TypeReference> | undefined;
  return { element: iterator?.target && checker.getTypeArguments(iterator as ts.TypeReference)[0], isAsync: iterate.name.startsWith('__@async') };
}

/** The models whose id a value is, from `Id<'User'>`; undefined for a plain value. */
export function modelsOfId({ checker }: CheckContext, type: ts.Type): readonly string[] | undefined {
  const mark = type.isIntersection() ? checker.getPropertyOfType(type, '__idOf') : undefined;
  if (!mark) return undefined;
  const names = checker.getTypeOfSymbol(mark);
  const models = (names.isUnion() ? names.types : [names]).flatMap((one) => (one.isStringLiteral() ? (/ of a (\S+)$/.exec(one.value)?.slice(1) ?? []) : []));
  return models.length > 0 ? models : undefined;
}

/** A type as a message shows it, at most about 60 characters. */
export function typeText({ ts, checker }: CheckContext, type: ts.Type): string {
  const text = checker.typeToString(type, undefined, ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope | ts.TypeFormatFlags.NoTruncation).replaceAll(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
