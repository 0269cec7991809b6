import type ts from 'typescript';
import { checkCallOptions, DataFlowError, type Fix, type ModelFacts, type Operation } from 'dataflow-ts/compiler';
import { insert, replace } from '../check-context.js';
import { fix } from './edits.js';
import type { Given, GivenProperty, GivenValues } from './given.js';
import { renameFixes } from './names.js';
import type { Report } from './report.js';
import { literalOf } from './value-types.js';

const known: readonly string[] = ['signal', 'timeoutMs'];
const knownForBulk: readonly string[] = [...known, 'onProgress'];

/** The options of a call, the argument after its parameters (DF-120): names, and values as far as their types tell. */
export function checkOptions(values: GivenValues, report: Report, model: ModelFacts, operation: Operation, options: ts.Expression): void {
  const { context } = values;
  const given = values.of(options);
  /** By the rule of the runtime, which is asked about a value of the same kind. */
  const check = (like: unknown, at: ts.Node, certain: boolean, fixes: readonly Fix[] = []): void => {
    try {
      checkCallOptions(like, model, operation);
    } catch (error) {
      if (!(error instanceof DataFlowError)) throw error;
      report.addError(error, at, model, { certain, fixes });
    }
  };
  if (isNamed(given, 'AbortSignal')) {
    return check(new AbortController().signal, options, true, [fix('Put the signal into an object', 'MachineApplicable', replace(context, options, `{ signal: ${options.getText()} }`))]);
  }
  if (values.categories(given).some((category) => !['object', 'unknown', 'undefined'].includes(category))) return check(0, options, false);
  const names = operation === 'bulkCreate' || operation === 'bulkUpsert' ? knownForBulk : known;
  for (const property of values.object(given)?.properties.values() ?? []) {
    if (names.includes(property.name)) checkOption(values, property, check);
    else check({ [property.name]: 0 }, property.at, !property.optional, renameFixes(context, property, names));
  }
}

function checkOption(values: GivenValues, property: GivenProperty, check: (like: unknown, at: ts.Node, certain: boolean, fixes?: readonly Fix[]) => void): void {
  const { context } = values;
  const { name, at, type, expression } = property;
  if (name === 'timeoutMs' && literalOf(context, type)) return check({ timeoutMs: literalOf(context, type)!.value }, at, true);
  if (name === 'signal' && isNamed(property, 'AbortController')) {
    const fixes = expression && property.direct ? [fix("Give the controller's signal", 'MachineApplicable', ofController(context, property, expression))] : [];
    return check({ signal: new AbortController() }, at, true, fixes);
  }
  const wanted = name === 'timeoutMs' ? 'number' : name === 'signal' ? 'object' : 'function';
  if (values.categories(property).some((category) => category !== wanted && category !== 'unknown' && category !== 'undefined')) check({ [name]: null }, at, false);
}

/** `signal: controller` → `signal: controller.signal`, also where the name is a shorthand. */
function ofController(context: GivenValues['context'], { assignment }: GivenProperty, expression: ts.Expression) {
  const isShorthand = assignment !== undefined && context.ts.isShorthandPropertyAssignment(assignment);
  return isShorthand ? replace(context, assignment, `signal: ${expression.getText()}.signal`) : insert(context, expression.getSourceFile(), expression.end, '.signal');
}

function isNamed({ type }: Given, name: string): boolean {
  return (type.symbol as ts.Symbol | undefined)?.name === name;
}
