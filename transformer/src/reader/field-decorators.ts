import type ts from 'typescript';
import { databaseNameProblem, type Reference, type ReferenceAction } from 'dataflow-ts/compiler';
import type { Context, Report } from './context.js';
import { literalOf, withoutTypes, type LiteralValue } from './literal.js';
import { readOptions } from './options.js';

/** What the decorators of one property say. */
export interface FieldDecorators {
  unique?: true;
  index?: true;
  column?: string;
  length?: number;
  check?: string;
  references?: Reference;
}

const actions: readonly LiteralValue[] = ['cascade', 'restrict', 'setNull', 'setDefault', 'noAction'] satisfies ReferenceAction[];
const ownNames = new Set(['unique', 'index', 'column', 'length', 'check', 'references', 'version', 'encrypted']);
/** PostgreSQL's limit of `varchar(n)`. */
const longestText = 10_485_760;

/** Stands for a decorator that is made by a function, so that it cannot be read. */
const hiddenDecorator = 'decorator';

interface OwnDecorator {
  readonly name: string;
  readonly args: readonly ts.Expression[];
  readonly node: ts.Decorator;
}

/** The decorators of 'dataflow-ts' on a member; those of other libraries are left alone. */
export function ownDecorators(context: Context, member: ts.Node): OwnDecorator[] {
  const { ts } = context;
  if (!ts.canHaveDecorators(member)) return [];
  return (ts.getDecorators(member) ?? []).flatMap((node) => {
    const expression = context.written(node.expression);
    const call = ts.isCallExpression(expression) ? expression : undefined;
    const name = context.dataflowName(context.written(call?.expression ?? expression));
    if (name !== undefined && ownNames.has(name)) return [{ name, args: call?.arguments ?? [], node }];
    return context.decoratorType(node.expression) === 'FieldDecorator' ? [{ name: hiddenDecorator, args: [], node }] : [];
  });
}

/** DF-612: decorators on members that are no columns. */
export function refuseDecorators(report: Report, member: ts.Node, name: string): void {
  for (const decorator of ownDecorators(report.context, member)) {
    report.add('DF-612', { decorator: decorator.name, member: name }, decorator.node);
  }
}

/** Reads the decorators of a property. Findings: DF-609, DF-610, DF-611, DF-613, DF-614, DF-615. */
export function fieldDecorators(report: Report, member: ts.Node, field: string): FieldDecorators {
  const found: FieldDecorators = {};
  const seen = new Set<string>();
  for (const decorator of ownDecorators(report.context, member)) {
    const { name, node } = decorator;
    if (seen.has(name)) report.add('DF-613', { decorator: name, subject: `${report.model}.${field}` }, node);
    else readInto(report, found, decorator, field);
    seen.add(name);
  }
  return found;
}

function readInto(report: Report, found: FieldDecorators, { name, args, node }: OwnDecorator, field: string): void {
  const { context } = report;
  const refuse = (problem: string) => report.add('DF-614', { decorator: name, field, problem }, node);
  const argument = () => argumentOf(report, name, args[0], node);
  switch (name) {
    case 'unique':
    case 'index':
      found[name] = true;
      return;
    case 'column': {
      const value = argument()?.value;
      if (value === undefined) return;
      const problem = typeof value === 'string' ? databaseNameProblem(value, 'column') : 'its argument is a text';
      if (problem) refuse(problem);
      else found.column = value as string;
      return;
    }
    case 'length': {
      const value = argument()?.value;
      if (value === undefined) return;
      if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= longestText) found.length = value as number;
      else refuse(`its argument is a whole number from 1 to ${longestText}`);
      return;
    }
    case 'check': {
      const value = argument()?.value;
      if (value === undefined) return;
      if (typeof value === 'string' && value.trim() !== '') found.check = value;
      else refuse('its argument is a condition in SQL');
      return;
    }
    case 'references': {
      const reference = referenceOf(report, args, node, field);
      if (reference) found.references = reference;
      return;
    }
    case hiddenDecorator:
      return report.add('DF-609', { what: `the decorator of '${field}'`, text: context.text(node.expression) }, node);
    default:
      report.add('DF-610', { option: `@${name}` }, node);
  }
}

/** DF-609 unless the argument stands there as a literal. */
function argumentOf(report: Report, name: string, argument: ts.Expression | undefined, node: ts.Decorator) {
  const literal = argument && literalOf(report.context, argument);
  return literal ?? report.add('DF-609', { what: `the argument of @${name}`, text: argument ? report.context.text(argument) : `@${name}()` }, argument ?? node);
}

function referenceOf(report: Report, args: readonly ts.Expression[], node: ts.Decorator, field: string): Reference | undefined {
  const { context } = report;
  const [given, options] = args;
  const name = given && namedClass(context, given);
  if (!name) {
    return report.add('DF-609', { what: 'the class of @references', text: context.text(given ?? node.expression) }, given ?? node);
  }
  const chosen = { onDelete: 'noAction' as ReferenceAction, onUpdate: 'noAction' as ReferenceAction };
  const values = readOptions(report, '@references', options, ['onDelete', 'onUpdate']);
  for (const [option, { value, node: at }] of values ?? []) {
    if (actions.includes(value)) chosen[option as 'onDelete' | 'onUpdate'] = value as ReferenceAction;
    else if (value !== undefined) report.add('DF-614', { decorator: 'references', field, problem: `${option} is one of ${actions.join(', ')}` }, at);
  }
  const declaration = context.symbolOf(name)?.valueDeclaration;
  const model = declaration && context.models.get(declaration);
  if (!model) return report.add('DF-615', { field, target: context.text(name) }, name);
  return { model: model.name, table: model.table, column: 'id', ...chosen };
}

/** `User` in `() => User`, `() => models.User`, `() => { return User; }`. */
function namedClass(context: Context, expression: ts.Expression): ts.Node | undefined {
  const { ts } = context;
  const node = withoutTypes(context, expression);
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const statement = ts.isBlock(node.body) ? node.body.statements[0] : undefined;
  const body = ts.isBlock(node.body) ? statement && ts.isReturnStatement(statement) && statement.expression : node.body;
  if (!body) return undefined;
  const named = withoutTypes(context, body);
  if (ts.isIdentifier(named)) return named;
  return ts.isPropertyAccessExpression(named) ? named.name : undefined;
}
