import type ts from 'typescript';
import { didYouMean } from 'dataflow-ts/compiler';
import type { Report } from './context.js';
import { literalOf, withoutTypes, type LiteralValue } from './literal.js';

export interface OptionValue {
  readonly value: LiteralValue;
  readonly node: ts.Expression;
}

/** The properties of an options object that stands in the code. Findings: DF-609 not written out, DF-611 unknown option. */
export function readOptions(
  report: Report,
  decorator: string,
  argument: ts.Expression | undefined,
  known: readonly string[],
): Map<string, OptionValue> | undefined {
  const { context } = report;
  const { ts } = context;
  const values = new Map<string, OptionValue>();
  if (!argument) return values;
  const unreadable = (node: ts.Node) => report.add('DF-609', { what: `the options of ${decorator}`, text: context.text(node) }, node);
  const object = withoutTypes(context, argument);
  if (!ts.isObjectLiteralExpression(object)) return unreadable(argument);
  for (const property of object.properties) {
    const name = property.name && (ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name)) ? property.name.text : undefined;
    if (name === undefined) {
      unreadable(property);
      continue;
    }
    if (!known.includes(name)) {
      report.add('DF-611', { decorator, option: name, hint: didYouMean(name, known), known: known.join(', ') }, property.name!);
      continue;
    }
    const node = ts.isPropertyAssignment(property) ? property.initializer : undefined;
    const literal = node && literalOf(context, node);
    if (literal) values.set(name, { value: literal.value, node });
    else report.add('DF-609', { what: `option '${name}' of ${decorator}`, text: context.text(node ?? property) }, node ?? property);
  }
  return values;
}
