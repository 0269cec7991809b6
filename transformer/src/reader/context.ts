import { relative } from 'node:path';
import type ts from 'typescript';
import { finding, type Code, type Finding, type Placeholders, type SourcePlace } from 'dataflow-ts/compiler';
import { PackageNames } from './package-names.js';

export type TypeScript = typeof import('typescript');

/** What all parts of the reader share: the program they read, and the models known so far. */
export class Context {
  readonly checker: ts.TypeChecker;
  /** Models by the class that declares them. */
  readonly models = new Map<ts.Node, ModelHeader>();
  readonly #packages: PackageNames;
  readonly #files = new Map<ts.SourceFile, string>();

  constructor(
    readonly ts: TypeScript,
    readonly program: ts.Program,
    readonly projectDir: string,
  ) {
    this.checker = program.getTypeChecker();
    this.#packages = new PackageNames(ts);
  }

  /** Where a node stands, relative to the project. */
  place(node: ts.Node): SourcePlace {
    const file = node.getSourceFile();
    const start = node.getStart(file);
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    return { file: this.fileName(file), line: line + 1, column: character + 1, start, end: node.end };
  }

  fileName(file: ts.SourceFile): string {
    let name = this.#files.get(file);
    if (name === undefined) this.#files.set(file, (name = relative(this.projectDir, file.fileName).replaceAll('\\', '/')));
    return name;
  }

  /** What a name means, through imports and re-exports. */
  symbolOf(name: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol && symbol.flags & this.ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** `unique` for `unique`, `df.unique` and whatever else means that export of 'dataflow-ts'; undefined for everything else. */
  dataflowName(expression: ts.Node): string | undefined {
    const { ts } = this;
    const name = ts.isPropertyAccessExpression(expression) ? expression.name : ts.isQualifiedName(expression) ? expression.right : expression;
    if (!ts.isIdentifier(name)) return undefined;
    const symbol = this.symbolOf(name);
    return symbol && this.#isOwn(symbol) ? symbol.name : undefined;
  }

  /** `ModelDecorator`, `FieldDecorator`: what a decorator is that is made by a function, so that it cannot be read. */
  decoratorType(expression: ts.Expression): string | undefined {
    const { aliasSymbol } = this.checker.getTypeAtLocation(expression);
    return aliasSymbol && this.#isOwn(aliasSymbol) ? aliasSymbol.name : undefined;
  }

  #isOwn(symbol: ts.Symbol): boolean {
    const file = symbol.declarations?.[0]?.getSourceFile();
    return file !== undefined && this.#packages.of(file.fileName) === 'dataflow-ts';
  }

  /** What a constant was made from: `model` for `entity` after `const entity = model`. Other expressions are what they are. */
  written(expression: ts.Expression): ts.Expression {
    const { ts } = this;
    let current = expression;
    for (let steps = 0; steps < 10 && ts.isIdentifier(current) && this.dataflowName(current) === undefined; steps++) {
      const declaration = this.symbolOf(current)?.valueDeclaration;
      const isConstant = declaration && ts.isVariableDeclaration(declaration) && ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
      if (!isConstant || !declaration.initializer) break;
      current = declaration.initializer;
    }
    return current;
  }

  /** A type or an expression as text for a message, cut when long. */
  text(what: ts.Type | ts.Node): string {
    const text = 'kind' in what ? what.getText() : this.checker.typeToString(what, undefined, this.ts.TypeFormatFlags.NoTruncation);
    const line = text.replace(/\s+/g, ' ');
    return line.length > 60 ? `${line.slice(0, 57)}...` : line;
  }
}

/** What is known of a model before its fields are read. */
export interface ModelHeader {
  readonly name: string;
  readonly table: string;
}

/** Collects the findings of one model. */
export class Report {
  readonly findings: Finding[] = [];

  constructor(
    readonly context: Context,
    readonly model: string,
  ) {}

  /** Adds a finding. @returns undefined, so that a reader can report and give up in one line */
  add<C extends Code>(code: C, data: Omit<Placeholders[C], 'model'>, at: ts.Node): undefined {
    this.findings.push(finding(code, { model: this.model, ...data } as unknown as Placeholders[C], this.context.place(at)));
    return undefined;
  }
}
