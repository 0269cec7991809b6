import type ts from 'typescript';
import type { GraphNode } from 'dataflow-ts/compiler';
import type { CheckContext } from '../check-context.js';

/** Inputs and outputs of a function node, as far as its type is sure of them. */
export function functionShape(context: CheckContext, fn: ts.Expression): Pick<GraphNode, 'inputs' | 'outputs'> {
  const { checker } = context;
  const signatures = checker.getTypeAtLocation(fn).getCallSignatures();
  const [signature] = signatures;
  if (signatures.length !== 1 || !signature || signature.typeParameters) return {};
  const inputs = inputsOf(context, signature);
  const result = checker.getAwaitedType(signature.getReturnType());
  const outputs = result && namesOf(context, result);
  return { ...(inputs && { inputs }), ...(outputs && { outputs: outputs.map(({ name }) => name) }) };
}

/** The properties of a type that has no others; undefined when it may have more than it names. */
export function namesOf({ ts, checker }: CheckContext, type: ts.Type): { name: string; required: boolean }[] | undefined {
  if (!(type.flags & ts.TypeFlags.Object) || checker.isArrayLikeType(type) || checker.getIndexInfosOfType(type).length > 0) return undefined;
  const properties = checker.getPropertiesOfType(type);
  if (properties.length === 0) return undefined;
  return properties.map(({ name, flags }) => ({ name, required: (flags & ts.SymbolFlags.Optional) === 0 }));
}

function inputsOf(context: CheckContext, signature: ts.Signature): GraphNode['inputs'] | undefined {
  const { ts, checker } = context;
  const [parameter] = signature.getParameters();
  const declaration = parameter?.valueDeclaration;
  if (!parameter || !declaration || !ts.isParameter(declaration) || declaration.dotDotDotToken) return undefined;
  const names = namesOf(context, checker.getTypeOfSymbol(parameter));
  // A parameter with a default can do without any of them.
  return declaration.initializer || declaration.questionToken ? names?.map(({ name }) => ({ name, required: false })) : names;
}
