import type ts from 'typescript';
import { nearNames, type Applicability, type Edit, type Fix } from 'dataflow-ts/compiler';
import { tableName } from '../../reader/table-name.js';
import { insert, replace, type CheckContext } from '../check-context.js';
import { fix, literalText, removed } from '../explain/edits.js';
import { imported } from './import-edits.js';

/** What is needed of a program whose models were read. */
export interface Repairs extends Pick<CheckContext, 'ts' | 'program'> {
  readonly project: { readonly folder: string };
}
/** The repairs of what stands at one node. */
export class ModelRepair {
  readonly #file: ts.SourceFile;
  readonly #context: CheckContext;

  constructor({ ts, program, project }: Repairs, private readonly node: ts.Node) {
    this.#file = node.getSourceFile();
    this.#context = { ts, program, project: { folder: project.folder, outDir: '' }, checker: program.getTypeChecker(), models: [] };
  }

  exported(): Fix[] {
    const { ts } = this.#context;
    const declaration = this.#classAround();
    if (!declaration) return [];
    const byDefault = declaration.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (byDefault) return [fix('Export it under its name', 'MaybeIncorrect', this.#cut(byDefault.getStart(), this.#keyword(declaration, byDefault.end)))];
    return [fix('Export the class', 'MachineApplicable', insert(this.#context, this.#file, this.#keyword(declaration), 'export '))];
  }

  withoutModifier(kind: 'AbstractKeyword', title: string): Fix[] {
    const { ts } = this.#context;
    const declaration = this.#classAround();
    const modifier = declaration?.modifiers?.find((one) => one.kind === ts.SyntaxKind[kind]);
    return modifier ? [fix(title, 'MaybeIncorrect', this.#cut(modifier.getStart(), this.#after(modifier.end)))] : [];
  }

  withoutDecorator(title: string, applicability: Applicability): Fix[] {
    return this.#context.ts.isDecorator(this.node) ? [fix(title, applicability, this.#cut(this.node.getStart(), this.#after(this.node.end)))] : [];
  }

  /** A decorator, or an option of `@model`. */
  withoutOption(): Fix[] {
    const { ts } = this.#context;
    const property = this.node.parent;
    if (ts.isDecorator(this.node)) return this.withoutDecorator(`Remove \`${short(this.node.getText())}\``, 'MaybeIncorrect');
    if (!ts.isPropertyAssignment(property)) return [];
    return [fix(`Remove '${property.name.getText()}'`, 'MaybeIncorrect', ...removed(this.#context, property.parent.properties, new Set<ts.ObjectLiteralElementLike>([property])))];
  }

  renamedOption(wrong: string, known: readonly string[]): Fix[] {
    return this.#renames(this.node, wrong, known, (name) => name);
  }

  targetAsModel(): Fix[] {
    const { ts, checker } = this.#context;
    const symbol = checker.getSymbolAtLocation(this.node);
    const declaration = (symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)?.valueDeclaration;
    if (!declaration || !ts.isClassDeclaration(declaration)) return [];
    const file = declaration.getSourceFile();
    const edits = file.isDeclarationFile ? undefined : imported(this.#context, file, 'model', false);
    return edits ? [fix(`Make ${short(this.node.getText())} a model`, 'MaybeIncorrect', ...edits, insert(this.#context, file, declaration.getStart(), '@model\n'))] : [];
  }

  public(): Fix[] {
    const { ts } = this.#context;
    const property = this.#property();
    if (property && ts.isPrivateIdentifier(property.name)) return [fix('Make it a public property', 'MaybeIncorrect', replace(this.#context, property.name, property.name.text.slice(1)))];
    const modifier = property?.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword);
    return modifier ? [fix(`Make it public, without \`${modifier.getText()}\``, 'MaybeIncorrect', this.#cut(modifier.getStart(), this.#after(modifier.end)))] : [];
  }

  /** Another type, which may have to be imported; what makes the column nullable stays. */
  typed(text: string, name: string | undefined, applicability: Applicability): Fix[] {
    const { ts } = this.#context;
    const type = this.#property()?.type;
    if (!type) return [];
    const isNull = ts.isUnionTypeNode(type) && type.types.some((part) => ts.isLiteralTypeNode(part) && part.literal.kind === ts.SyntaxKind.NullKeyword);
    return this.#withImport(name, true, `Write \`${text}\``, applicability, replace(this.#context, type, isNull ? `${text} | null` : text));
  }

  wrappedInJson(): Fix[] {
    const { ts } = this.#context;
    const type = this.#property()?.type;
    if (!type) return [];
    const parts = ts.isUnionTypeNode(type) ? type.types : [type];
    const whole = parts.filter((part) => !(ts.isLiteralTypeNode(part) && part.literal.kind === ts.SyntaxKind.NullKeyword));
    const text = whole.map((part) => part.getText()).join(' | ');
    const written = `Json<${text}>${whole.length < parts.length ? ' | null' : ''}`;
    return this.#withImport('Json', true, `Store it in one column: \`Json<${short(text)}>\``, 'MaybeIncorrect', replace(this.#context, type, written));
  }

  foreignKey(target: string): Fix[] {
    const property = this.#property();
    const type = property?.type;
    const name = property?.name.getText();
    if (!type || !name || !/^\w+$/.test(name) || type.getText().includes('[')) return [];
    const isNull = property.questionToken !== undefined || /\bnull\b|\bundefined\b/.test(type.getText());
    const text = `@references(() => ${target}) ${name}Id!: string${isNull ? ' | null' : ''};`;
    return this.#withImport('references', false, `Store the id: \`${name}Id\``, 'MaybeIncorrect', { ...replace(this.#context, property, text) });
  }

  knownDefault(text: string): Fix[] {
    const call = text === 'new Date()' || /^Date\.now\(\)$/.test(text) ? 'now' : /randomUUID\(\)|\buuid(v4)?\(\)/i.test(text) ? 'uuid' : undefined;
    return call ? this.#withImport(call, false, `Write \`${call}()\``, text === 'new Date()' || call === 'uuid' ? 'MachineApplicable' : 'MaybeIncorrect', replace(this.#context, this.node, `${call}()`)) : [];
  }

  withoutDefault(): Fix[] {
    const property = this.#property();
    if (!property?.initializer || !property.type) return [];
    const edit = { ...replace(this.#context, property.initializer, ''), start: property.type.end };
    return [fix('Remove the default', 'MaybeIncorrect', edit, insert(this.#context, this.#file, property.name.end, property.questionToken ? '' : '!'))];
  }

  withId(model: string): Fix[] {
    const { ts } = this.#context;
    const declaration = this.#classAround();
    if (!declaration) return [];
    const properties = declaration.members.filter(ts.isPropertyDeclaration);
    const keys = ['_id', 'ID', 'Id', 'uuid', 'pk', 'key', `${model}Id`, `${model}_id`].map((name) => name.toLowerCase());
    const key = properties.find((property) => keys.includes(property.name.getText().toLowerCase()));
    if (key) return [fix(`Call '${key.name.getText()}' \`id\``, 'MaybeIncorrect', replace(this.#context, key.name, 'id'))];
    const first = declaration.members[0];
    if (!first) return [fix('Add `id!: string`', 'MaybeIncorrect', insert(this.#context, this.#file, declaration.members.pos, '\n  id!: string;\n'))];
    return [fix('Add `id!: string`', 'MaybeIncorrect', insert(this.#context, this.#file, first.getStart(), `id!: string;\n${this.#indent(first)}`))];
  }

  idType(type: string): Fix[] {
    const plain = type.replace(/ \| null$/, '');
    if (plain === 'number') return this.typedAlone('Int', 'Int', 'MaybeIncorrect');
    if (['string', 'Uuid', 'Int', 'bigint'].includes(plain)) return this.typedAlone(plain, plain === 'Uuid' || plain === 'Int' ? plain : undefined, 'MachineApplicable');
    return this.typedAlone('string', undefined, 'MaybeIncorrect');
  }

  managed(field: string): Fix[] {
    const property = this.#property();
    if (!property) return [];
    const start = property.name.getStart();
    return [fix(`Declare \`${field}!: Date\``, 'MachineApplicable', { ...replace(this.#context, property, `${field}!: Date;`), start })];
  }

  /** The type without `| null` and `?`. */
  typedAlone(text: string, name: string | undefined, applicability: Applicability): Fix[] {
    const property = this.#property();
    const type = property?.type;
    if (!property || !type) return [];
    const edits: Edit[] = [replace(this.#context, type, text)];
    if (property.questionToken) edits.push(replace(this.#context, property.questionToken, property.initializer ? '' : '!'));
    return this.#withImport(name, true, `Write \`id: ${text}\``, applicability, ...edits);
  }

  renamedKey(wrong: string, option: string): Fix[] {
    const { ts } = this.#context;
    const declaration = this.#classAround();
    const uses: ts.StringLiteral[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteral(node) && node.text === wrong) uses.push(node);
      ts.forEachChild(node, visit);
    };
    const property = this.#option(option);
    if (property) visit(property);
    const known = declaration?.members.filter(ts.isPropertyDeclaration).map(({ name }) => name.getText()) ?? [];
    return uses.length === 1 ? this.#renames(uses[0]!, wrong, known, (name) => literalText(uses[0]!, name)) : [];
  }

  eachOnce(option: string): Fix[] {
    const { ts } = this.#context;
    const list = this.#option(option)?.initializer;
    if (!list || !ts.isArrayLiteralExpression(list)) return [];
    return list.elements.filter(ts.isArrayLiteralExpression).flatMap((key) => {
      const seen = new Set<string>();
      const again = key.elements.filter((name) => ts.isStringLiteral(name) && seen.size === seen.add(name.text).size);
      return again.length > 0 ? [fix('Name each field once', 'MachineApplicable', ...removed(this.#context, key.elements, new Set(again)))] : [];
    });
  }

  /** The table that the class would have without the option. */
  ownTable(model: string, taken: string): Fix[] {
    const { ts } = this.#context;
    const own = tableName(model);
    const value = this.#option('table')?.initializer;
    if (own === taken || !value || !ts.isStringLiteral(value)) return [];
    return [fix(`Call the table '${own}'`, 'MaybeIncorrect', replace(this.#context, value, literalText(value, own)))];
  }

  plainName(field: string): Fix[] {
    const property = this.#property();
    const plain = field.replace(/^\$+/, '');
    if (!property || plain === field || !/^[A-Za-z_]\w*$/.test(plain)) return [];
    return [fix(`Call it '${plain}'`, 'MaybeIncorrect', replace(this.#context, property.name, plain))];
  }

  /** A decorator of the property, by its name. */
  withoutOneOf(name: string): Fix[] {
    const property = this.#property();
    const decorator = property && this.#context.ts.getDecorators(property)?.find((one) => new RegExp(`^@${name}\\b`).test(one.getText()));
    return decorator ? [fix(`Remove \`${short(decorator.getText())}\``, 'MaybeIncorrect', this.#cut(decorator.getStart(), this.#after(decorator.end)))] : [];
  }

  keyType(wanted: string): Fix[] {
    return this.typed(wanted, wanted === 'Int' || wanted === 'Uuid' ? wanted : undefined, 'MachineApplicable');
  }

  nullable(): Fix[] {
    const type = this.#property()?.type;
    return type ? [fix('Let it be empty: `| null`', 'MaybeIncorrect', insert(this.#context, this.#file, type.end, ' | null'))] : [];
  }

  #renames(node: ts.Node, wrong: string, known: readonly string[], write: (name: string) => string): Fix[] {
    const near = nearNames(wrong, known);
    return near.map((name) => fix(`Write '${name}'`, near.length === 1 ? 'MachineApplicable' : 'MaybeIncorrect', replace(this.#context, node, write(name))));
  }

  #withImport(name: string | undefined, isType: boolean, title: string, applicability: Applicability, ...edits: Edit[]): Fix[] {
    const more = name === undefined ? [] : imported(this.#context, this.#file, name, isType);
    return more ? [fix(title, applicability, ...more, ...edits)] : [];
  }

  /** An option in the `@model({ … })` of the class around. */
  #option(name: string): ts.PropertyAssignment | undefined {
    const { ts } = this.#context;
    const declaration = this.#classAround();
    for (const { expression } of (declaration && ts.getDecorators(declaration)) ?? []) {
      const options = ts.isCallExpression(expression) ? expression.arguments[0] : undefined;
      const property = options && ts.isObjectLiteralExpression(options) ? options.properties.find((one) => one.name?.getText() === name) : undefined;
      if (property && ts.isPropertyAssignment(property)) return property;
    }
    return undefined;
  }

  #property(): ts.PropertyDeclaration | undefined {
    return this.#above(this.#context.ts.isPropertyDeclaration);
  }

  #classAround(): ts.ClassDeclaration | undefined {
    return this.#above(this.#context.ts.isClassDeclaration);
  }

  #above<T extends ts.Node>(test: (node: ts.Node) => node is T): T | undefined {
    for (let node: ts.Node | undefined = this.node; node; node = node.parent) if (test(node)) return node;
    return undefined;
  }

  /** Where `class` or `abstract` stands, behind the decorators. */
  #keyword(declaration: ts.ClassDeclaration, from = 0): number {
    const { ts } = this.#context;
    return declaration.getChildren().flatMap((child) => (child.kind === ts.SyntaxKind.SyntaxList ? child.getChildren() : [child])).find((child) => !ts.isDecorator(child) && child.getStart() >= from)!.getStart();
  }

  #cut(start: number, end: number): Edit {
    return { ...insert(this.#context, this.#file, start, ''), end };
  }

  /** Behind the blanks that follow. */
  #after(position: number): number {
    return position + /^\s*/.exec(this.#file.text.slice(position))![0].length;
  }

  #indent(node: ts.Node): string {
    return /[ \t]*$/.exec(this.#file.text.slice(0, node.getStart()))![0];
  }
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 37)}...` : line;
}
