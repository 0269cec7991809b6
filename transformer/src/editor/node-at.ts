import type ts from 'typescript';
import { nodeTypeOf, operations, type Operation } from 'dataflow-ts/compiler';
import type { TypeScript } from '../checks/check-context.js';
import { isGenerated } from './model-memory.js';
import type { ProgramView } from './program-view.js';

/** A generated node that a place in source code stands for. */
export interface NodeAt {
  /** The identifier or string that stands there. */
  readonly token: ts.Node;
  /** The generated class. */
  readonly symbol: ts.Symbol;
  /** `User`. */
  readonly model: string;
  readonly operation: Operation;
  /** How it is written: as a class, as its name in quotes, or as `db.models.User.create`. */
  readonly form: 'class' | 'name' | 'method';
}

/** The innermost token at a position; undefined in white space and comments. */
export function tokenAt(tsc: TypeScript, file: ts.SourceFile, position: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(file) || position > node.end) return;
    const before = found;
    tsc.forEachChild(node, visit);
    if (found === before && (tsc.isIdentifier(node) || tsc.isStringLiteralLike(node))) found = node;
  };
  visit(file);
  return found;
}

/** The generated node at a position. */
export function nodeAt(view: ProgramView, file: ts.SourceFile, position: number): NodeAt | undefined {
  const { tsc, recogniser } = view;
  const token = tokenAt(tsc, file, position);
  if (!token) return undefined;
  if (tsc.isStringLiteralLike(token)) {
    const { parent } = token;
    if (!tsc.isCallExpression(parent) || parent.arguments[0] !== token) return undefined;
    const call = recogniser.call(parent);
    if (call?.kind !== 'execute' && !(call?.kind === 'builder' && call.method === 'addNode')) return undefined;
    return classAt(token, classNamed(view, token.text), 'name');
  }
  const symbol = recogniser.symbolOf(token);
  const declaration = symbol?.declarations?.[0];
  if (!symbol || !declaration || !isGenerated(declaration.getSourceFile())) return undefined;
  if (tsc.isClassDeclaration(declaration)) return classAt(token, symbol, 'class');
  // A module, as `* as nodes` means it, has none.
  const owner = declaration.parent as ts.Node | undefined;
  if (!owner || !tsc.isInterfaceDeclaration(owner) || !(operations as readonly string[]).includes(symbol.name)) return undefined;
  const model = /^(.+)Operations$/.exec(owner.name.text)?.[1];
  const node = model && exportOf(view, owner.getSourceFile(), nodeTypeOf(model, symbol.name as Operation));
  return node ? classAt(token, node, 'method') : undefined;
}

/** The generated class of this name, wherever the program has it. */
export function classNamed(view: ProgramView, name: string): ts.Symbol | undefined {
  for (const file of view.generated) {
    if (!file.text.includes(`class ${name} `)) continue;
    const symbol = exportOf(view, file, name);
    if (symbol) return symbol;
  }
  return undefined;
}

/** The type of a static member of a class. */
export function staticMember({ checker }: ProgramView, symbol: ts.Symbol, name: string): ts.Type | undefined {
  const property = checker.getPropertyOfType(checker.getTypeOfSymbol(symbol), name);
  return property && checker.getTypeOfSymbol(property);
}

function exportOf(view: ProgramView, file: ts.SourceFile, name: string): ts.Symbol | undefined {
  const module = view.checker.getSymbolAtLocation(file);
  return module && view.checker.tryGetMemberInModuleExports(name, module);
}

function classAt(token: ts.Node, symbol: ts.Symbol | undefined, form: NodeAt['form']): NodeAt | undefined {
  for (const operation of operations) {
    const ending = nodeTypeOf('', operation);
    // `UserBulkCreateNode` ends like a Create, too; the longest ending is the one.
    if (symbol?.name.endsWith(ending) && !operations.some((other) => other !== operation && nodeTypeOf('', other).endsWith(ending) && symbol.name.endsWith(nodeTypeOf('', other)))) {
      return { token, symbol, model: symbol.name.slice(0, -ending.length), operation, form };
    }
  }
  return undefined;
}
