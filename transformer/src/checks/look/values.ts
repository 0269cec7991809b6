import type ts from 'typescript';
import type { Recogniser } from '../recognise.js';

/** What names mean inside a function whose call is followed: parameters stand for the caller's expressions. */
export class Env {
  readonly #bound = new Map<ts.Symbol, Bound>();

  bind(symbol: ts.Symbol, meaning: Bound): void {
    this.#bound.set(symbol, meaning);
  }

  get(symbol: ts.Symbol): Bound | undefined {
    return this.#bound.get(symbol);
  }
}

/** An expression, to be read with the names of its own place. */
export interface Bound {
  readonly expression: ts.Expression;
  readonly env: Env;
}

/**
 * A value that nothing is known of. It is an object without properties, so that something is there but nothing is known to be
 * inside.
 */
export const unknownValue: Readonly<Record<string, unknown>> = Object.freeze({});

/** Reads values as far as they stand in source code. */
export class Values {
  constructor(private readonly recogniser: Recogniser) {}

  /** What an expression stands for: through parameters of followed calls, and constants. */
  resolve({ expression, env }: Bound): Bound {
    const { ts, checker } = this.recogniser.context;
    let current: Bound = { expression: this.recogniser.plain(expression), env };
    for (let steps = 0; steps < 20 && ts.isIdentifier(current.expression); steps++) {
      const symbol = checker.getSymbolAtLocation(current.expression);
      const next: Bound | undefined = symbol && (current.env.get(symbol) ?? this.#constant(symbol, current.env));
      if (!next) break;
      current = { expression: this.recogniser.plain(next.expression), env: next.env };
    }
    return current;
  }

  /** The text that an expression is, when it is sure. */
  text(bound: Bound): string | undefined {
    const { ts, checker } = this.recogniser.context;
    const { expression, env } = this.resolve(bound);
    if (ts.isStringLiteralLike(expression)) return expression.text;
    if (ts.isTemplateExpression(expression)) {
      let text = expression.head.text;
      for (const span of expression.templateSpans) {
        const part = this.text({ expression: span.expression, env });
        if (part === undefined) return undefined;
        text += part + span.literal.text;
      }
      return text;
    }
    if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      const [left, right] = [this.text({ expression: expression.left, env }), this.text({ expression: expression.right, env })];
      return left === undefined || right === undefined ? undefined : left + right;
    }
    const type = checker.getTypeAtLocation(expression);
    return type.isStringLiteral() ? type.value : undefined;
  }

  /** The properties of an object that stands in source code; undefined when it is not sure which there are. */
  object(bound: Bound): Record<string, unknown> | undefined {
    const { ts } = this.recogniser.context;
    const { expression, env } = this.resolve(bound);
    if (!ts.isObjectLiteralExpression(expression)) return undefined;
    const entries: [string, unknown][] = [];
    for (const property of expression.properties) {
      if (ts.isSpreadAssignment(property)) {
        const spread = this.object({ expression: property.expression, env });
        if (!spread) return undefined;
        entries.push(...Object.entries(spread));
        continue;
      }
      const name = this.#nameOf(property.name, env);
      if (name === undefined) return undefined;
      if (ts.isPropertyAssignment(property)) entries.push([name, this.value({ expression: property.initializer, env })]);
      else if (ts.isShorthandPropertyAssignment(property)) entries.push([name, this.value({ expression: property.name, env })]);
      else entries.push([name, unknownValue]);
    }
    return Object.fromEntries(entries);
  }

  /** A value as far as it is known; `unknownValue` where it is not. */
  value(bound: Bound): unknown {
    const { ts, checker } = this.recogniser.context;
    const resolved = this.resolve(bound);
    const { expression, env } = resolved;
    if (ts.isObjectLiteralExpression(expression)) return this.object(resolved) ?? unknownValue;
    if (ts.isArrayLiteralExpression(expression)) {
      return expression.elements.some(ts.isSpreadElement) ? unknownValue : expression.elements.map((element) => this.value({ expression: element, env }));
    }
    if (expression.kind === ts.SyntaxKind.NullKeyword) return null;
    if (expression.kind === ts.SyntaxKind.TrueKeyword) return true;
    if (expression.kind === ts.SyntaxKind.FalseKeyword) return false;
    if (ts.isNumericLiteral(expression)) return Number(expression.text);
    const text = this.text(resolved);
    if (text !== undefined) return text;
    const type = checker.getTypeAtLocation(expression);
    if (type.isNumberLiteral()) return type.value;
    if (type.flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type) === 'true';
    return unknownValue;
  }

  #nameOf(name: ts.PropertyName | undefined, env: Env): string | undefined {
    const { ts } = this.recogniser.context;
    if (!name) return undefined;
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
    return ts.isComputedPropertyName(name) ? this.text({ expression: name.expression, env }) : undefined;
  }

  /** The initializer of a constant whose type was not declared wider than it is. In JavaScript properties may be added later. */
  #constant(symbol: ts.Symbol, env: Env): Bound | undefined {
    const { ts } = this.recogniser.context;
    const declaration = this.recogniser.meant(symbol).valueDeclaration;
    if (!declaration || !ts.isVariableDeclaration(declaration) || declaration.type || !declaration.initializer) return undefined;
    const { initializer } = declaration;
    if ((ts.isAsExpression(initializer) && !ts.isConstTypeReference(initializer.type)) || ts.isTypeAssertionExpression(initializer)) return undefined;
    if (!(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) || declaration.flags & ts.NodeFlags.JavaScriptFile) return undefined;
    return { expression: initializer, env };
  }
}
