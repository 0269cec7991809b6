import type ts from 'typescript';
import { undoName, type GraphNode } from 'dataflow-ts/compiler';
import { placeOf } from '../check-context.js';
import type { Recogniser } from '../recognise.js';
import type { TracedCompensation } from './trace.js';
import { unknownValue, type Bound, type Env, type Values } from './values.js';

/** What a call of `compensate` says, as far as it is sure; undefined when not even the node that is undone is. */
export function compensationOf(recogniser: Recogniser, values: Values, call: ts.CallExpression, env: Env, strict: boolean, via: ts.CallExpression | undefined): TracedCompensation | undefined {
  const { context } = recogniser;
  const { ts, checker } = context;
  const [ofArgument, undo, options] = call.arguments;
  if (!ofArgument || !undo || call.arguments.some(ts.isSpreadElement)) return undefined;
  const of = values.text({ expression: ofArgument, env });
  if (of === undefined) return undefined;
  const id = undoName(of);
  const resolved = values.resolve({ expression: undo, env }).expression;
  const meaning = recogniser.node(resolved);
  const common = { call, of: ofArgument, undo, strict, via };
  const at = placeOf(context, ofArgument);
  if (!meaning) return { ...common, graph: { of, connections: [], at }, from: [] };
  const given = options ? values.object({ expression: options, env }) : {};
  const property = (name: string) => (options ? propertyOf(recogniser, values, { expression: options, env }, name) : undefined);
  const from = connected(recogniser, values, property('from'));
  const params = given?.['params'] ?? {};
  // Where something cannot be seen, what seems to be missing may be there.
  const isKnown = given !== undefined && from !== undefined && given['params'] !== unknownValue;
  const node: GraphNode = {
    id,
    at: placeOf(context, undo),
    type: meaning.type ?? checker.typeToString(checker.getTypeAtLocation(resolved)),
    ...(meaning.model && meaning.operation && { model: meaning.model, operation: meaning.operation }),
    ...(isKnown && { params: params as Record<string, unknown> }),
  };
  const connections = (from ?? []).map(({ input, output, value }) => ({ from: of, output, to: id, input, at: placeOf(context, value) }));
  return { ...common, graph: { of, node, connections, at }, from: (from ?? []).map(({ name, value }) => ({ name, output: value })) };
}

interface Taken {
  readonly input: string;
  readonly output: string;
  readonly name: ts.PropertyName;
  readonly value: ts.Expression;
}

/** The pairs in `from`; undefined when not all of them are known. */
function connected({ context: { ts } }: Recogniser, values: Values, from: Bound | undefined): Taken[] | undefined {
  if (!from) return [];
  const { expression, env } = values.resolve(from);
  if (!ts.isObjectLiteralExpression(expression)) return undefined;
  const taken: Taken[] = [];
  for (const property of expression.properties) {
    if (!ts.isPropertyAssignment(property) || !(ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name))) return undefined;
    const output = values.text({ expression: property.initializer, env });
    if (output === undefined) return undefined;
    taken.push({ input: property.name.text, output, name: property.name, value: property.initializer });
  }
  return taken;
}

function propertyOf({ context: { ts } }: Recogniser, values: Values, options: Bound, name: string): Bound | undefined {
  const { expression, env } = values.resolve(options);
  if (!ts.isObjectLiteralExpression(expression)) return undefined;
  const property = expression.properties.find((one) => one.name?.getText() === name);
  if (property && ts.isPropertyAssignment(property)) return { expression: property.initializer, env };
  return property && ts.isShorthandPropertyAssignment(property) ? { expression: property.name, env } : undefined;
}
