import MagicString, { type SourceMap } from 'magic-string';
import type ts from 'typescript';

type TypeScript = typeof import('typescript');

export interface Stripped {
  readonly code: string;
  readonly map: SourceMap;
}

/** The decorators of 'dataflow-ts'. Nothing needs them in a running program. */
export const decoratorNames: ReadonlySet<string> = new Set(['model', 'unique', 'index', 'version', 'encrypted', 'references', 'column', 'length', 'check']);

/**
 * A module without the decorators of 'dataflow-ts' and without their imports, for tools that cannot parse decorators, and so that
 * a model class has no side effect. Undefined when there is nothing to take out: the decorators count only when they are
 * imported from 'dataflow-ts' by this module.
 * @param path with the extension that says what language it is
 */
export function stripDecorators(tsc: TypeScript, code: string, path: string): Stripped | undefined {
  if (!code.includes('dataflow-ts') || !code.includes('@')) return undefined;
  const file = tsc.createSourceFile(path, code, tsc.ScriptTarget.Latest, true);
  const imports = importsOf(tsc, file);
  const names = new Names(tsc, imports);
  const text = new MagicString(code);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (tsc.isImportDeclaration(node)) return;
    if (tsc.isDecorator(node) && names.isOwn(node)) return remove(tsc, file, text, node);
    if (tsc.isIdentifier(node) && !isMemberName(tsc, node)) used.add(node.text);
    tsc.forEachChild(node, visit);
  };
  visit(file);
  if (!text.hasChanged()) return undefined;
  for (const declaration of imports) removeUnused(tsc, text, declaration, used);
  return { code: text.toString(), map: text.generateMap({ source: path, includeContent: true, hires: 'boundary' }) };
}

/** Declarations that import values of 'dataflow-ts'. */
function importsOf(tsc: TypeScript, file: ts.SourceFile): ts.ImportDeclaration[] {
  return file.statements.filter(
    (statement): statement is ts.ImportDeclaration =>
      tsc.isImportDeclaration(statement) &&
      tsc.isStringLiteral(statement.moduleSpecifier) &&
      statement.moduleSpecifier.text === 'dataflow-ts' &&
      statement.importClause?.isTypeOnly === false,
  );
}

/** What a module calls the decorators. */
class Names {
  readonly #decorators = new Set<string>();
  readonly #namespaces = new Set<string>();

  constructor(private readonly tsc: TypeScript, imports: readonly ts.ImportDeclaration[]) {
    for (const { importClause } of imports) {
      const bindings = importClause?.namedBindings;
      if (!bindings) continue;
      if (tsc.isNamespaceImport(bindings)) this.#namespaces.add(bindings.name.text);
      else for (const specifier of bindings.elements) if (isDecoratorImport(specifier)) this.#decorators.add(specifier.name.text);
    }
  }

  isOwn({ expression }: ts.Decorator): boolean {
    const { tsc } = this;
    const plain = withoutParentheses(tsc, expression);
    const named = tsc.isCallExpression(plain) ? withoutParentheses(tsc, plain.expression) : plain;
    if (tsc.isIdentifier(named)) return this.#decorators.has(named.text);
    return tsc.isPropertyAccessExpression(named) && tsc.isIdentifier(named.expression) && this.#namespaces.has(named.expression.text) && decoratorNames.has(named.name.text);
  }
}

function withoutParentheses(tsc: TypeScript, expression: ts.Expression): ts.Expression {
  return tsc.isParenthesizedExpression(expression) ? withoutParentheses(tsc, expression.expression) : expression;
}

function isDecoratorImport({ isTypeOnly, name, propertyName }: ts.ImportSpecifier): boolean {
  return !isTypeOnly && decoratorNames.has((propertyName ?? name).text);
}

/** Takes a decorator out with the blanks behind it. */
function remove(tsc: TypeScript, file: ts.SourceFile, text: MagicString, decorator: ts.Decorator): void {
  const start = decorator.getStart(file);
  const end = decorator.end + /^[ \t]*/.exec(file.text.slice(decorator.end))![0].length;
  if (!endsField(tsc, decorator)) text.remove(start, end);
  else text.overwrite(start, end, ';');
}

/**
 * Whether the field before has no semicolon and ends where the decorator begins: without it, `a = 1` and `['b']` on the next line
 * would become one expression.
 */
function endsField(tsc: TypeScript, decorator: ts.Decorator): boolean {
  const member = decorator.parent;
  if (!tsc.isClassElement(member) || !tsc.isClassLike(member.parent)) return false;
  const { members } = member.parent;
  const before = members[members.indexOf(member) - 1];
  return before !== undefined && tsc.isPropertyDeclaration(before) && !before.getText().endsWith(';') && tsc.canHaveModifiers(member) && member.modifiers?.[0] === decorator;
}

/** `name` in `x.name`, `{ name: … }`, `class { name }`: no use of something that is called so. */
function isMemberName(tsc: TypeScript, node: ts.Identifier): boolean {
  const { parent } = node;
  if (tsc.isPropertyAccessExpression(parent) || tsc.isClassElement(parent) || tsc.isTypeElement(parent) || tsc.isPropertyAssignment(parent)) return parent.name === node;
  return false;
}

/** Takes the decorators that are no longer used out of an import, and the import when only types are left. */
function removeUnused(tsc: TypeScript, text: MagicString, declaration: ts.ImportDeclaration, used: ReadonlySet<string>): void {
  const clause = declaration.importClause;
  const bindings = clause?.namedBindings;
  if (!bindings) return;
  if (tsc.isNamespaceImport(bindings)) {
    if (!used.has(bindings.name.text) && !clause.name) text.remove(declaration.getStart(), declaration.end);
    return;
  }
  const left = bindings.elements.filter((specifier) => !isDecoratorImport(specifier) || used.has(specifier.name.text));
  if (left.length === bindings.elements.length) return;
  if (!clause.name && left.every(({ isTypeOnly }) => isTypeOnly)) text.remove(declaration.getStart(), declaration.end);
  else text.overwrite(bindings.getStart(), bindings.end, `{ ${left.map((specifier) => specifier.getText()).join(', ')} }`);
}
