import type ts from 'typescript';
import type { CheckContext } from '../check-context.js';
import { categoryOf, iterated, membersOf, type Category } from './value-types.js';

/** A value that the user's code gives: what is known of it, and where it stands. */
export interface Given {
  /** Where to report something about the value as a whole. */
  readonly at: ts.Node;
  /** Of an expression it is asked for when it is read: the checker then looks at an object literal once more. */
  readonly type: ts.Type;
  /** The expression, when it stands in the call itself: it may be edited, and its literals are what they say. */
  readonly expression?: ts.Expression;
  /** The value may be left out; then undefined in its type is no value. */
  readonly optional: boolean;
}

/** A property of a given object. */
export interface GivenProperty extends Given {
  readonly name: string;
  /** The property in an object literal; undefined when it comes from somewhere else. */
  readonly assignment?: ts.ObjectLiteralElementLike;
  /** Whether `assignment` stands in the call itself, not in a variable. */
  readonly direct: boolean;
}

export interface GivenObject {
  readonly properties: ReadonlyMap<string, GivenProperty>;
  /** There may be others, as of an `any` or a computed name. */
  readonly open: boolean;
  /** The object literal in the call itself. */
  readonly literal?: ts.ObjectLiteralExpression;
}

/** Looks at the arguments of calls: at literals as they are written, at everything else through its type. */
export class GivenValues {
  readonly #types = new Map<ts.Node, ts.Type>();
  readonly #objects = new Map<ts.ObjectLiteralExpression, GivenObject>();

  constructor(readonly context: CheckContext) {}

  of(expression: ts.Expression): Given {
    const typeOf = () => this.#typeAt(expression);
    return { at: expression, get type() { return typeOf(); }, expression, optional: false };
  }

  /** What a value may be, one category for each member of its type. Literals say it themselves. */
  categories(given: Given): readonly Category[] {
    const written = given.expression && this.#written(given.expression);
    return written ? [written] : membersOf(this.context, given.type).map((member) => categoryOf(this.context, member));
  }

  /** Properties of an object; undefined for what is none. Of a union, those of all members that are objects. */
  object(given: Given): GivenObject | undefined {
    const { ts } = this.context;
    const literal = given.expression && this.#literal(given.expression);
    if (!literal || !ts.isObjectLiteralExpression(literal)) return this.#ofType(given.type, given.at);
    const object = this.#objects.get(literal) ?? this.#ofLiteral(literal);
    this.#objects.set(literal, object);
    return object;
  }

  /** Elements of a list, as far as they are known; undefined for what is no list. */
  elements(given: Given): readonly Given[] | undefined {
    const { ts, checker } = this.context;
    const literal = given.expression && this.#literal(given.expression);
    if (literal && ts.isArrayLiteralExpression(literal)) {
      return literal.elements.flatMap((element): readonly Given[] => {
        if (!ts.isSpreadElement(element)) return [this.of(element)];
        return this.elements({ at: element, type: checker.getTypeAtLocation(element.expression), optional: false }) ?? [];
      });
    }
    if (given.expression && this.#written(given.expression)) return undefined;
    const lists = membersOf(this.context, given.type).filter((member) => categoryOf(this.context, member) === 'list');
    if (lists.length === 0) return undefined;
    return lists.flatMap((list) => checker.getTypeArguments(list as ts.TypeReference)).map((type) => ({ at: given.at, type, optional: false }));
  }

  /** Rows of a list, or of something that gives them one after the other. */
  rows(given: Given): readonly Given[] {
    const listed = this.elements(given);
    if (listed) return listed;
    return membersOf(this.context, given.type).flatMap((member) => {
      const type = iterated(this.context, member)?.element;
      return type ? [{ at: given.at, type, optional: false }] : [];
    });
  }

  /** How many elements a list has, where that is certain. */
  length(given: Given): number | undefined {
    const { ts, checker } = this.context;
    const literal = given.expression && this.#literal(given.expression);
    if (literal && ts.isArrayLiteralExpression(literal)) return literal.elements.some(ts.isSpreadElement) ? undefined : literal.elements.length;
    if (!checker.isTupleType(given.type)) return undefined;
    const { target } = given.type as ts.TupleTypeReference;
    return target.hasRestElement || target.minLength !== target.fixedLength ? undefined : target.fixedLength;
  }

  #ofLiteral(literal: ts.ObjectLiteralExpression): GivenObject {
    const { ts, checker } = this.context;
    const properties = new Map<string, GivenProperty>();
    let open = false;
    for (const element of literal.properties) {
      if (ts.isSpreadAssignment(element)) {
        const type = checker.getTypeAtLocation(element.expression);
        const spread = this.#ofType(type, element);
        if (!spread) continue;
        open ||= spread.open;
        const surely = membersOf(this.context, type).every((member) => categoryOf(this.context, member) === 'object');
        for (const [name, property] of spread.properties) {
          // Spreading an absent property keeps the one before it.
          const before = properties.get(name);
          properties.set(name, { ...property, optional: (property.optional || !surely) && (before?.optional ?? true) });
        }
        continue;
      }
      const name = this.#nameOf(element);
      if (name === undefined) {
        open = true;
        continue;
      }
      const value = ts.isPropertyAssignment(element) ? element.initializer : ts.isShorthandPropertyAssignment(element) ? element.name : undefined;
      const at = element.name ?? element;
      const typeOf = () => this.#typeAt(value ?? element);
      properties.set(name, { name, at, get type() { return typeOf(); }, ...(value && { expression: value }), optional: false, assignment: element, direct: true });
    }
    return { properties, open, literal };
  }

  #ofType(type: ts.Type, at: ts.Node): GivenObject | undefined {
    const { ts, checker } = this.context;
    const members = membersOf(this.context, type);
    if (members.some((member) => categoryOf(this.context, member) === 'unknown')) return { properties: new Map(), open: true };
    const objects = members.filter((member) => categoryOf(this.context, member) === 'object');
    if (objects.length === 0) return undefined;
    const found = new Map<string, GivenProperty[]>();
    let open = false;
    for (const object of objects) {
      if (object.flags & ts.TypeFlags.Instantiable || checker.getIndexInfosOfType(object).length > 0) open = true;
      for (const symbol of checker.getPropertiesOfType(checker.getApparentType(object))) {
        // Methods stand on the prototype, where nobody looks for fields.
        if (symbol.flags & ts.SymbolFlags.Method) continue;
        // What a contract leaves open says nothing about what is there.
        if (symbol.flags & ts.SymbolFlags.Optional && symbol.declarations?.[0]?.getSourceFile().isDeclarationFile) {
          open = true;
          continue;
        }
        found.set(symbol.name, [...(found.get(symbol.name) ?? []), this.#ofSymbol(symbol, at)]);
      }
    }
    const properties = new Map([...found].map(([name, all]): [string, GivenProperty] => {
      const optional = all.length < objects.length || all.some((one) => one.optional);
      // Of several members' properties the first that gives a type of interest: undefined ones come from normalised literals.
      const best = all.find((one) => !(one.type.flags & ts.TypeFlags.Undefined)) ?? all[0]!;
      return [name, { ...best, optional }];
    }));
    return { properties, open };
  }

  #ofSymbol(symbol: ts.Symbol, fallback: ts.Node): GivenProperty {
    const { ts, checker } = this.context;
    const declaration = symbol.valueDeclaration;
    const assignment = declaration && ts.isObjectLiteralElementLike(declaration) && declaration.getSourceFile() === fallback.getSourceFile() ? declaration : undefined;
    return {
      name: symbol.name,
      at: assignment?.name ?? fallback,
      type: checker.getTypeOfSymbol(symbol),
      optional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      ...(assignment && { assignment }),
      direct: false,
    };
  }

  #nameOf(element: ts.ObjectLiteralElementLike): string | undefined {
    const { ts, checker } = this.context;
    const { name } = element;
    if (!name) return undefined;
    if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
    if (!ts.isComputedPropertyName(name)) return undefined;
    const type = checker.getTypeAtLocation(name.expression);
    return type.isStringLiteral() ? type.value : undefined;
  }

  #typeAt(node: ts.Node): ts.Type {
    const type = this.#types.get(node) ?? this.context.checker.getTypeAtLocation(node);
    this.#types.set(node, type);
    return type;
  }

  /** The category of a literal; undefined for other expressions, and for objects into which something is spread. */
  #written(expression: ts.Expression): Category | undefined {
    const { ts } = this.context;
    const literal = this.#literal(expression);
    // In JavaScript, parentheses with a comment before them give another type.
    if (literal !== expression && expression.flags & ts.NodeFlags.JavaScriptFile) return undefined;
    if (ts.isObjectLiteralExpression(literal)) return literal.properties.some(ts.isSpreadAssignment) ? undefined : 'object';
    if (ts.isArrayLiteralExpression(literal)) return 'list';
    if (ts.isStringLiteralLike(literal)) return 'string';
    if (ts.isNumericLiteral(literal)) return 'number';
    return literal.kind === ts.SyntaxKind.TrueKeyword || literal.kind === ts.SyntaxKind.FalseKeyword ? 'boolean' : undefined;
  }

  /** Without parentheses, `satisfies T` and `as const`. */
  #literal(expression: ts.Expression): ts.Expression {
    const { ts } = this.context;
    let node = expression;
    while (
      ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node) ||
      (ts.isAsExpression(node) && ts.isConstTypeReference(node.type))
    ) node = node.expression;
    return node;
  }
}
