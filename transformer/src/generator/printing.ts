/**
 * The only way for anything that comes from user code into generated text: as a Babel AST, printed. Quotes, line ends,
 * comment ends and odd names can then not break out of their place.
 */
import { generate } from '@babel/generator';
import * as t from '@babel/types';

const options = { concise: true, jsescOption: { minimal: true, quotes: 'single' as const } };

/** Source text of an expression or a type, on one line. */
export function print(node: t.Node): string {
  return generate(node, options).code;
}

/** A value JSON can hold, as a literal. */
export function printValue(value: unknown): string {
  return print(valueNode(value));
}

function valueNode(value: unknown): t.Expression {
  if (Array.isArray(value)) return t.arrayExpression(value.map(valueNode));
  if (typeof value !== 'object' || value === null) return t.valueToNode(value);
  return t.objectExpression(Object.entries(value).map(([name, part]) => property(name, valueNode(part))));
}

/** `__proto__` would set the prototype and becomes computed. */
function property(name: string, value: t.Expression): t.ObjectProperty {
  return isPropertyIdentifier(name) ? t.objectProperty(t.identifier(name), value) : t.objectProperty(t.stringLiteral(name), value, name === '__proto__');
}

const keys = new Map<string, string>();

/** A property name as it stands in an object literal or an interface: bare where it can be, else quoted. */
export function printKey(name: string): string {
  let text = keys.get(name);
  if (text === undefined) {
    if (keys.size > 10_000) keys.clear();
    text = isPropertyIdentifier(name) ? name : print(t.stringLiteral(name));
    keys.set(name, text);
  }
  return text;
}

/**
 * The same for an object literal that is a value: `__proto__` would set the prototype there and becomes computed.
 */
export function printValueKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : printKey(name);
}

/** `object.name`, or `object['odd name']`. */
export function member(object: t.Expression, name: string): t.MemberExpression {
  return isPropertyIdentifier(name)
    ? t.memberExpression(object, t.identifier(name))
    : t.memberExpression(object, t.stringLiteral(name), true);
}

/** A type made of exactly this text. */
export function literalType(text: string): t.TSLiteralType {
  return t.tsLiteralType(t.stringLiteral(text));
}

/** A template literal type: texts and the types between them. */
export function templateType(texts: readonly string[], types: readonly t.TSType[]): t.TSLiteralType {
  const quasis = texts.map((text, i) => t.templateElement({ raw: text.replace(/\\|`|\$\{/g, '\\$&'), cooked: text }, i === texts.length - 1));
  return t.tsLiteralType(t.templateLiteral(quasis, [...types]));
}

/** A reference to a named type, with type arguments. The name must be an identifier. */
export function named(name: string, ...parameters: t.TSType[]): t.TSTypeReference {
  return t.tsTypeReference(t.identifier(identifier(name)), parameters.length ? t.tsTypeParameterInstantiation(parameters) : null);
}

export function union(...types: t.TSType[]): t.TSType {
  return types.length === 1 ? types[0]! : t.tsUnionType(types);
}

/** The name unchanged when it is an identifier. Names of classes always are; anything else would be code. */
export function identifier(name: string): string {
  if (!t.isValidIdentifier(name, false)) throw new TypeError(`Not an identifier: ${JSON.stringify(name)}`);
  return name;
}

/** Text for a line comment: one line. */
export function commentText(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

/** Reserved words are fine as property names. */
function isPropertyIdentifier(name: string): boolean {
  return name !== '__proto__' && t.isValidIdentifier(name, false);
}
