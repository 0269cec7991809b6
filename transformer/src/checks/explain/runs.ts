import type ts from 'typescript';
import { listOf, nearNames, type Fix } from 'dataflow-ts/compiler';
import { insert, type CheckContext } from '../check-context.js';
import type { Recogniser } from '../recognise.js';
import { chainOf } from './chain-types.js';
import { fix, renamed } from './edits.js';
import { GivenValues, type GivenObject } from './given.js';
import { isBeyondDoubt } from './names.js';
import type { Report } from './report.js';
import { typeText } from './value-types.js';

/** Explains what is wrong with `runtime.execute(workflow, options)`: DF-219, and inputs and overrides of unknown names (DF-141, DF-142). */
export function checkRun(context: CheckContext, recogniser: Recogniser, report: Report, call: ts.CallExpression): void {
  const [workflow, options] = call.arguments;
  if (!workflow) return;
  const { checker } = context;
  const type = checker.getTypeAtLocation(workflow);
  const name = recogniser.nameOfType(type);
  if (name === 'Flow' || name === 'WorkflowBuilder') {
    const missing = chainOf(context, type)?.missing ?? [];
    const fixes = [fix('Build it first', missing.length === 0 ? 'MachineApplicable' : 'MaybeIncorrect', insert(context, workflow.getSourceFile(), workflow.end, '.build()'))];
    report.add('DF-219', { workflow: workflow.getText().split('\n')[0]!.slice(0, 40), given: name === 'Flow' ? 'a chain of nodes' : 'a WorkflowBuilder' }, workflow, undefined, { fixes });
    return;
  }
  if (name !== 'Workflow' || !options) return;
  const values = new GivenValues(context);
  const given = values.object(values.of(options));
  const [inputs, , overrides] = checker.getTypeArguments(type as ts.TypeReference);
  const label = workflow.getText().split('\n')[0]!.slice(0, 40);
  const strangers = (object: GivenObject | undefined, known: ts.Type | undefined) => {
    const names = known ? checker.getPropertiesOfType(known).map(({ name: one }) => one) : [];
    const unknown = known && !(known.flags & context.ts.TypeFlags.Any) ? [...(object?.properties.values() ?? [])].filter((property) => !names.includes(property.name)) : [];
    return { names, unknown };
  };
  const of = (part: string) => {
    const property = given?.properties.get(part);
    return property && values.object(property);
  };
  const rename = (property: Parameters<typeof renamed>[1], names: readonly string[]): Fix[] => {
    const near = nearNames(property.name, names);
    const edit = near.length === 1 ? renamed(context, property, near[0]!) : undefined;
    return edit ? [fix(`Rename '${property.name}' to '${near[0]}'`, property.direct && isBeyondDoubt(property.name, near[0]!) ? 'MachineApplicable' : 'MaybeIncorrect', edit)] : [];
  };
  const first = strangers(of('inputs'), inputs);
  for (const property of first.unknown) {
    report.add('DF-141', { workflow: label, input: property.name, known: listOf(first.names) }, property.at, undefined, { fixes: rename(property, first.names) });
  }
  const second = strangers(of('params'), overrides);
  for (const property of second.unknown) report.add('DF-142', { workflow: label, node: property.name }, property.at, undefined, { fixes: rename(property, second.names) });
  const passed = of('inputs');
  for (const symbol of passed && !passed.open && inputs && first.unknown.length === 0 ? checker.getPropertiesOfType(inputs) : []) {
    const property = passed!.properties.get(symbol.name);
    const wanted = checker.getTypeOfSymbol(symbol);
    if (!property || checker.isTypeAssignableTo(property.type, wanted)) continue;
    report.add('DF-102', { place: label, name: symbol.name, expected: typeText(context, wanted), received: typeText(context, property.type) }, property.at, undefined);
  }
}
