import type ts from 'typescript';
import type { Context } from './context.js';

export interface JsonProblem {
  /** `settings.at`. */
  readonly path: string;
  readonly type: ts.Type;
}

/** The first part of a type that would not come back from JSON as it went in. */
export function jsonProblem(context: Context, type: ts.Type, path: string, seen: Set<ts.Type> = new Set()): JsonProblem | undefined {
  const { ts, checker } = context;
  if (seen.has(type) || seen.size > 500) return undefined;
  seen.add(type);
  if (type.flags & (ts.TypeFlags.BigIntLike | ts.TypeFlags.ESSymbolLike)) return { path, type };
  if (type.isUnion()) return first(type.types, (part) => jsonProblem(context, part, path, seen));
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return first(checker.getTypeArguments(type as ts.TypeReference), (element) => jsonProblem(context, element, `${path}[]`, seen));
  }
  // What is marked is `T & { __dataflow?: … }`; a marked or branded primitive is a primitive.
  if (type.isIntersection() && type.types.some(({ flags }) => flags & primitive(ts))) {
    return first(type.types.filter(({ flags }) => flags & primitive(ts)), (part) => jsonProblem(context, part, path, seen));
  }
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return undefined;
  if (type.isIntersection() && type.types.some((part) => checker.isArrayType(part) || checker.isTupleType(part))) {
    return first(type.types, (part) => jsonProblem(context, part, path, seen));
  }
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return { path, type };
  const properties = checker.getPropertiesOfType(type);
  if (properties.some(({ flags, name }) => flags & ts.SymbolFlags.Method || name.startsWith('__@'))) return { path, type };
  return (
    first(properties, (property) => jsonProblem(context, checker.getTypeOfSymbol(property), `${path}.${property.name}`, seen)) ??
    first(checker.getIndexInfosOfType(type), (info) => jsonProblem(context, info.type, `${path}[]`, seen))
  );
}

function primitive(ts: typeof import('typescript')): ts.TypeFlags {
  return ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike | ts.TypeFlags.BooleanLike;
}

function first<T>(items: readonly T[], check: (item: T) => JsonProblem | undefined): JsonProblem | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem) return problem;
  }
  return undefined;
}
