import type ts from 'typescript';
import type { CheckContext } from '../check-context.js';
import { categoryOf, literalOf, membersOf } from './value-types.js';

/** What the type of a builder chain knows: its nodes in order, and inputs still to be fed as `node.input`. */
export interface Chain {
  readonly nodes: ReadonlyMap<string, ChainNode>;
  readonly missing: readonly string[];
}

/** One node of the chain, in types. */
export interface ChainNode {
  readonly id: string;
  readonly in: ts.Type;
  readonly out: ts.Type;
  /** Parameters given, also as `filter.id`. */
  readonly given: ReadonlySet<string>;
  readonly maySkip: boolean;
  readonly kind: string;
}

/** Reads the type of a `Flow` or `WorkflowBuilder`; undefined for others. */
export function chainOf(context: CheckContext, type: ts.Type): Chain | undefined {
  const { checker, ts } = context;
  const name = (type.symbol as ts.Symbol | undefined)?.name;
  if (name !== 'Flow' && name !== 'WorkflowBuilder') return undefined;
  const [states, missing] = checker.getTypeArguments(type as ts.TypeReference);
  if (!states) return undefined;
  const nodes = checker.getPropertiesOfType(states).map((symbol): [string, ChainNode] => {
    const state = checker.getTypeOfSymbol(symbol);
    const part = (key: string) => {
      const property = checker.getPropertyOfType(state, key);
      return property ? checker.getTypeOfSymbol(property) : checker.getAnyType();
    };
    const kind = literalOf(context, part('kind'))?.value;
    return [symbol.name, {
      id: symbol.name, in: part('in'), out: part('out'), given: new Set(textsOf(context, part('given'))),
      maySkip: (part('skipped').flags & ts.TypeFlags.Undefined) !== 0, kind: typeof kind === 'string' ? kind : '',
    }];
  });
  return { nodes: new Map(nodes), missing: missing ? textsOf(context, missing) : [] };
}

/** The texts of a union of string literals. */
function textsOf(context: CheckContext, type: ts.Type): string[] {
  return membersOf(context, type).flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
}

export interface AtPath {
  readonly type: ts.Type;
  /** Something on the way may be null or undefined. */
  readonly absent: boolean;
}

/** What stands at a dot path inside a type; undefined when there is nothing of that name. */
export function atPath(context: CheckContext, root: ts.Type, path: string): AtPath | undefined {
  const { checker } = context;
  let types: readonly ts.Type[] = [root];
  let absent = false;
  for (const part of path.split('.')) {
    const next: ts.Type[] = [];
    for (const type of types.flatMap((one) => membersOf(context, one))) {
      const category = categoryOf(context, type);
      if (category === 'undefined' || category === 'null') absent = true;
      else if (category === 'unknown') return { type: checker.getAnyType(), absent };
      else if (category === 'list' && /^\d+$/.test(part)) {
        next.push(...checker.getTypeArguments(type as ts.TypeReference));
        absent = true;
      } else if (category === 'object' || category === 'list') {
        const property = checker.getPropertyOfType(type, part);
        if (property) next.push(checker.getTypeOfSymbol(property));
      }
    }
    if (next.length === 0) return undefined;
    types = next;
  }
  return { type: unionOf(context, types), absent };
}

/** The names at the top of a type, without those that only hold a message. */
export function namesIn(context: CheckContext, type: ts.Type): string[] {
  const { checker } = context;
  const objects = membersOf(context, type).filter((member) => categoryOf(context, member) === 'object');
  return [...new Set(objects.flatMap((object) => checker.getPropertiesOfType(object)).filter((symbol) => teachingOf(context, checker.getTypeOfSymbol(symbol)) === undefined).map(({ name }) => name))];
}

/** The message that stands in a contract in place of a type. */
export function teachingOf(context: CheckContext, type: ts.Type): { readonly code: string; readonly text: string } | undefined {
  for (const member of membersOf(context, type)) {
    const match = member.isStringLiteral() ? /^(DF-\d{3}): (.*)$/s.exec(member.value) : null;
    if (match) return { code: match[1]!, text: match[2]! };
  }
  return undefined;
}

function unionOf({ checker }: CheckContext, types: readonly ts.Type[]): ts.Type {
  // The checker has no public way to make unions; of several members' properties the first stands for all.
  return types[0] ?? checker.getAnyType();
}
