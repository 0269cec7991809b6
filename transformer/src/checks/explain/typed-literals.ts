import type ts from 'typescript';
import { operations, pascalOperation, type ModelFacts, type ModelSchema, type Operation } from 'dataflow-ts/compiler';
import type { Recogniser } from '../recognise.js';
import { checkFilter } from './filters.js';
import type { GivenValues } from './given.js';
import { checkOperation } from './operation.js';
import type { Report } from './report.js';
import { checkRow } from './rows.js';

/** A literal that the generated contracts have a type for, outside of any call: `const filter: UserFilter = { … }`. */
export interface TypedLiteral {
  readonly literal: ts.ObjectLiteralExpression;
  readonly model: ModelSchema;
  /** `Create`, `Filter`, `UpdateParams` … */
  readonly part: string;
}

/** The outermost such literal around a position. */
export function typedLiteralAt(recogniser: Recogniser, file: ts.SourceFile, position: number): TypedLiteral | undefined {
  const { context } = recogniser;
  const { ts } = context;
  let found: TypedLiteral | undefined;
  const visit = (node: ts.Node): void => {
    if (found || node.getStart(file) > position || node.end <= position) return;
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.getStart(file) === position && node.initializer) {
      found = ofNode(recogniser, node.initializer);
    } else if (ts.isSatisfiesExpression(node) && ts.isObjectLiteralExpression(node.expression)) {
      found = ofNode(recogniser, node.expression) ?? ofType(recogniser, node.expression, context.checker.getTypeFromTypeNode(node.type));
    } else if (ts.isObjectLiteralExpression(node)) {
      found = ofNode(recogniser, node);
    }
    if (!found) ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function ofNode(recogniser: Recogniser, node: ts.Expression): TypedLiteral | undefined {
  const { ts, checker } = recogniser.context;
  const type = ts.isObjectLiteralExpression(node) ? checker.getContextualType(node) : undefined;
  return type && ofType(recogniser, node as ts.ObjectLiteralExpression, type);
}

function ofType(recogniser: Recogniser, literal: ts.ObjectLiteralExpression, type: ts.Type): TypedLiteral | undefined {
  const symbol = type.aliasSymbol ?? (type.symbol as ts.Symbol | undefined);
  const file = symbol?.declarations?.[0]?.getSourceFile();
  if (!symbol || !file || !recogniser.isGenerated(file)) return undefined;
  for (const model of recogniser.context.models) {
    const part = symbol.name.startsWith(model.name) ? symbol.name.slice(model.name.length) : '';
    if (parts.has(part)) return { literal, model, part };
  }
  return undefined;
}

const ofParams = new Map<string, Operation>(operations.map((operation) => [`${pascalOperation(operation)}Params`, operation]));
const parts: ReadonlySet<string> = new Set(['Create', 'Fields', 'Patch', 'Filter', ...ofParams.keys()]);

/** Checks a literal as the part of the contract that it is meant for. */
export function checkTypedLiteral(values: GivenValues, report: Report, { literal, part }: TypedLiteral, model: ModelFacts): void {
  const given = values.of(literal);
  const operation = ofParams.get(part);
  if (operation) checkOperation(values, report, { model, operation, at: literal, params: literal });
  else if (part === 'Filter') checkFilter(values, report, given, model);
  else if (part === 'Create') checkRow(values, report, given, { model, operation: 'create', purpose: 'create', partial: false, isCall: true });
  else checkRow(values, report, given, { model, operation: part === 'Patch' ? 'bulkUpdate' : 'update', purpose: part === 'Patch' ? 'patch' : 'update', partial: false, isCall: false });
}
