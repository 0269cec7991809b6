import type ts from 'typescript';
import { didYouMean, finding, listOf, nearNames, operations, type Code, type Finding, type Fix, type Placeholders } from 'dataflow-ts/compiler';
import { placeOf, replace, type CheckContext } from '../check-context.js';
import type { Recogniser } from '../recognise.js';
import { fix } from './edits.js';
import type { Explained } from './index.js';
import { isBeyondDoubt } from './names.js';

const unknownMember = new Set([2339, 2551]);
const unknownExport = new Set([2305, 2724]);

/** Names of models, operations and nodes that were not generated: DF-702, DF-703, DF-704. */
export function checkNodeNames(context: CheckContext, recogniser: Recogniser, file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): Explained {
  const findings: Finding[] = [];
  const explained = new Set<ts.Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, start } = diagnostic;
    if (start === undefined || !(unknownMember.has(code) || unknownExport.has(code))) continue;
    const node = identifierAt(context, file, start);
    const found = node && (unknownMember.has(code) ? member(context, recogniser, node) : exported(context, recogniser, node));
    if (!found) continue;
    findings.push(found);
    explained.add(diagnostic);
  }
  return { findings, explained };
}

function member(context: CheckContext, recogniser: Recogniser, name: ts.Identifier): Finding | undefined {
  const { ts, checker } = context;
  if (!ts.isPropertyAccessExpression(name.parent) || name.parent.name !== name) return undefined;
  const symbol = checker.getTypeAtLocation(name.parent.expression).symbol as ts.Symbol | undefined;
  const declaration = symbol?.declarations?.[0];
  if (!symbol || !declaration || !ts.isInterfaceDeclaration(declaration) || !recogniser.isGenerated(declaration.getSourceFile())) return undefined;
  if (symbol.name === 'Models') {
    const known = context.models.map((model) => model.name);
    return unknown(context, 'DF-702', { name: name.text, hint: didYouMean(name.text, known), known: listOf(known) }, name, known);
  }
  const model = /^(.*)Operations$/.exec(symbol.name)?.[1];
  if (model === undefined) return undefined;
  const meant = Object.hasOwn(elsewhere, name.text) ? elsewhere[name.text] : undefined;
  const hint = meant === undefined ? didYouMean(name.text, operations) : `; did you mean '${meant}'?`;
  return unknown(context, 'DF-703', { model, name: name.text, hint, known: operations.join(', ') }, name, operations, meant);
}

/** What other libraries call an operation. */
const elsewhere: Readonly<Record<string, string>> = {
  findUnique: 'read', findOne: 'read', findById: 'read', get: 'read', findMany: 'list', find: 'list', findAll: 'list', all: 'list', query: 'list', findFirst: 'list',
  insert: 'create', add: 'create', save: 'upsert', put: 'upsert', remove: 'delete', destroy: 'delete', createMany: 'bulkCreate', insertMany: 'bulkCreate',
  updateMany: 'bulkUpdate', deleteMany: 'bulkDelete', upsertMany: 'bulkUpsert',
};

function exported(context: CheckContext, recogniser: Recogniser, name: ts.Identifier): Finding | undefined {
  const { ts, checker } = context;
  const specifier = name.parent;
  if (!ts.isImportSpecifier(specifier)) return undefined;
  const { moduleSpecifier } = specifier.parent.parent.parent as ts.ImportDeclaration;
  const module = checker.getSymbolAtLocation(moduleSpecifier);
  const file = module?.declarations?.[0];
  if (!module || !file || !ts.isSourceFile(file) || !recogniser.isGenerated(file)) return undefined;
  const known = checker.getExportsOfModule(module).map((symbol) => symbol.name);
  // Names of nodes are long and alike: UserCreateNode is near TeamCreateNode.
  const near = nearNames(name.text, known).filter((other) => isBeyondDoubt(name.text, other));
  return unknown(context, 'DF-704', { module: (moduleSpecifier as ts.StringLiteral).text, name: name.text, hint: didYouMean(name.text, near) }, name, near);
}

function unknown<C extends Code>(context: CheckContext, code: C, data: Placeholders[C], name: ts.Identifier, known: readonly string[], meant?: string): Finding {
  const near = meant === undefined ? nearNames(name.text, known) : [meant];
  // An imported name is used elsewhere under the same name.
  const isImport = context.ts.isImportSpecifier(name.parent) && name.parent.propertyName !== name;
  const fixes = near.map((other): Fix => {
    const applicability = near.length === 1 && meant === undefined && isBeyondDoubt(name.text, other) ? 'MachineApplicable' : 'MaybeIncorrect';
    const places = isImport ? uses(context, name) : [name];
    return fix(`Write '${other}'`, applicability, ...places.map((place) => replace(context, place, other)));
  });
  return finding(code, data, placeOf(context, name), fixes.length > 0 ? { fixes } : {});
}

/** Every identifier of the file that means the same import. */
function uses({ ts, checker }: CheckContext, name: ts.Identifier): ts.Identifier[] {
  const symbol = checker.getSymbolAtLocation(name);
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && (node === name || checker.getSymbolAtLocation(node) === symbol)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(name.getSourceFile());
  return found;
}

function identifierAt({ ts }: CheckContext, file: ts.SourceFile, start: number): ts.Identifier | undefined {
  let found: ts.Identifier | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > start || node.end <= start) return;
    if (ts.isIdentifier(node) && node.getStart(file) === start) found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
