import type ts from 'typescript';
import type { Context, Report } from './context.js';

/** What must be true of the class itself before it can be a table: DF-601 to DF-607, DF-647. @returns whether it is */
export function checkShape(report: Report, node: ts.ClassLikeDeclaration): boolean {
  const { context } = report;
  const { ts } = context;
  const at = node.name ?? node;
  const before = report.findings.length;
  const place = placeOf(context, node);
  if (place !== undefined) report.add('DF-602', { place }, at);
  else if (!isExported(context, node)) report.add('DF-601', {}, at);
  if (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword)) report.add('DF-603', {}, at);
  if (node.typeParameters?.length) report.add('DF-604', {}, node.typeParameters[0]!);
  checkBase(report, node);
  return report.findings.length === before;
}

/** `the function 'models'` for a class that is not at the top level. */
function placeOf(context: Context, node: ts.Node): string | undefined {
  const { ts } = context;
  for (let around = node.parent; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isModuleDeclaration(around)) return `the namespace '${around.name.text}'`;
    if (ts.isFunctionLike(around)) return around.name ? `the function '${around.name.getText()}'` : 'a function';
    if (ts.isBlock(around) && !ts.isFunctionLike(around.parent)) return 'a block';
    if (ts.isClassLike(around)) return 'another class';
  }
  return undefined;
}

function isExported(context: Context, node: ts.ClassLikeDeclaration): boolean {
  const { ts, checker } = context;
  const has = (wanted: ts.SyntaxKind) => node.modifiers?.some(({ kind }) => kind === wanted);
  if (has(ts.SyntaxKind.ExportKeyword) && !has(ts.SyntaxKind.DefaultKeyword)) return true;
  const module = checker.getSymbolAtLocation(node.getSourceFile());
  if (!module) return false;
  return checker.getExportsOfModule(module).some((symbol) => {
    const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return symbol.name === node.name?.text && meant.valueDeclaration === node;
  });
}

/** DF-606, DF-607, DF-647: every class above is known with its source, and none is a model. */
function checkBase(report: Report, node: ts.ClassLikeDeclaration): void {
  const { context } = report;
  const { ts, checker } = context;
  const clause = extendsClause(context, node);
  if (!clause) return;
  const base = checker.getTypeAtLocation(clause);
  if (base.flags & ts.TypeFlags.Any) return report.add('DF-607', {}, clause);
  const declaration = base.symbol?.valueDeclaration;
  if (!declaration || !ts.isClassLike(declaration)) return;
  const header = context.models.get(declaration);
  if (header) return report.add('DF-606', { base: header.name }, clause);
  if (declaration.getSourceFile().isDeclarationFile) return report.add('DF-647', { base: context.text(clause.expression) }, clause);
  checkBase(report, declaration);
}

function extendsClause(context: Context, node: ts.ClassLikeDeclaration): ts.ExpressionWithTypeArguments | undefined {
  return node.heritageClauses?.find(({ token }) => token === context.ts.SyntaxKind.ExtendsKeyword)?.types[0];
}
