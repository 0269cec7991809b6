import type ts from 'typescript';
import type { CheckContext } from '../check-context.js';

const options = new Set(['table', 'indexes', 'uniques', 'softDelete', 'appendOnly', 'tenant', 'audit', 'strict']);
/** A decorator that cannot be called, an overload that does not fit, an unknown property. */
const misfits = new Set([1238, 2345, 2353, 2561, 2769]);

/** What TypeScript says of `@model({ … })` where the reader says the same with DF-611 or DF-640, which it does for every model. */
export function explainedOptions({ ts }: CheckContext, file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): ts.Diagnostic[] {
  const suspects = diagnostics.filter(({ code }) => misfits.has(code));
  if (!suspects.some(({ code }) => code === 1238)) return [];
  const explained: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      for (const decorator of ts.getDecorators(node) ?? []) {
        const inside = suspects.filter(({ start = -1 }) => start >= decorator.getStart() && start < decorator.end);
        const isSaid = hasUnknownOption(ts, decorator) || inside.some(({ messageText }) => JSON.stringify(messageText).includes('DF-640'));
        if (isSaid) explained.push(...inside);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return explained;
}

function hasUnknownOption(tsc: typeof ts, { expression }: ts.Decorator): boolean {
  const given = tsc.isCallExpression(expression) ? expression.arguments[0] : undefined;
  return given !== undefined && tsc.isObjectLiteralExpression(given) && given.properties.some(({ name }) => name !== undefined && tsc.isIdentifier(name) && !options.has(name.text));
}
