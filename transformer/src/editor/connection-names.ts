import type ts from 'typescript';
import { allowedMembers, memberText, typeText, type Member } from './contract-text.js';
import { tokenAt } from './node-at.js';
import type { ProgramView } from './program-view.js';
import { workflowInSight, type NodeInSight, type WorkflowInSight } from './workflow-in-sight.js';

/** A name that can stand in an argument of `addConnection`. */
export interface ConnectionName {
  /** With the path that was typed before it: `user.id`. */
  readonly name: string;
  /** Of what type it is, or for a node, what it gives or takes. */
  readonly detail: string;
  /** The most likely ones first. */
  readonly rank: number;
  readonly part: ConnectionPart;
  /** The property that an output or input is. */
  readonly symbol?: ts.Symbol | undefined;
}

const parts = ['from', 'output', 'to', 'input'] as const;
export type ConnectionPart = (typeof parts)[number];

/** A string in an `addConnection`. */
export interface ConnectionArgument {
  readonly call: ts.CallExpression;
  readonly literal: ts.StringLiteralLike;
  readonly part: ConnectionPart;
  /** The text between the quotes. */
  readonly span: ts.TextSpan;
}

/** The argument of `addConnection` at a position; undefined when it is somewhere else. */
export function connectionArgument(view: ProgramView, file: ts.SourceFile, position: number): ConnectionArgument | undefined {
  const { tsc } = view;
  const literal = tokenAt(tsc, file, position);
  if (!literal || !tsc.isStringLiteralLike(literal) || !tsc.isCallExpression(literal.parent)) return undefined;
  const call = literal.parent;
  const part = parts[call.arguments.indexOf(literal)];
  const start = literal.getStart(file) + 1;
  const isOpen = (literal as { isUnterminated?: boolean }).isUnterminated === true;
  const end = isOpen ? literal.end : literal.end - 1;
  if (part === undefined || position < start || position > end) return undefined;
  const known = view.recogniser.call(call);
  if (known?.kind !== 'builder' || known.method !== 'addConnection') return undefined;
  return { call, literal, part, span: { start, length: (isOpen ? position : end) - start } };
}

/** What can stand in the argument, given the other arguments and what was typed before the last dot. */
export function connectionNames(view: ProgramView, file: ts.SourceFile, { call, part, span }: ConnectionArgument, position: number): ConnectionName[] {
  const workflow = workflowInSight(view, call);
  const text = (index: number): string | undefined => {
    const argument = call.arguments[index];
    return argument && view.tsc.isStringLiteralLike(argument) ? argument.text : undefined;
  };
  const node = (index: number) => workflow.nodes.find(({ id }) => id === text(index));
  const typed = file.text.slice(span.start, position);
  const path = typed.split('.').slice(0, -1);
  switch (part) {
    case 'from':
      return workflow.nodes.map((each) => ({ name: each.id, detail: typeText(view, each.outputs), rank: 1, part }));
    case 'to':
      return targets(view, workflow, text(0));
    case 'output':
      return outputs(view, node(0), path);
    case 'input': {
      const [from, output] = [node(0), text(1)];
      const source = from && output !== undefined ? typeAt(view, from.outputs, output.split('.'), outputMembers) : undefined;
      return inputs(view, workflow, node(2), path, source);
    }
  }
}

/** What the name in the argument is; undefined when there is nothing of that name. */
export function connectionName(view: ProgramView, file: ts.SourceFile, argument: ConnectionArgument): ConnectionName | undefined {
  const { literal, span } = argument;
  return connectionNames(view, file, argument, span.start + span.length).find(({ name }) => name === literal.text);
}

/** Nodes that still lack an input first. */
function targets(view: ProgramView, { nodes, connected }: WorkflowInSight, from: string | undefined): ConnectionName[] {
  return nodes
    .filter(({ id }) => id !== 'input' && id !== from)
    .map(({ id, inputs: taken, required, given }) => {
      const lacking = [...required].filter((name) => !given.has(name) && !connected.has(`${id}.${name}`));
      return { name: id, detail: lacking.length ? `needs ${lacking.join(', ')}` : typeText(view, taken), rank: lacking.length ? 0 : 1, part: 'to' as const };
    });
}

function outputs(view: ProgramView, node: NodeInSight | undefined, path: readonly string[]): ConnectionName[] {
  const type = node && typeAt(view, node.outputs, path, outputMembers);
  if (!type) return [];
  return outputMembers(view, type).map((member) => ({ name: [...path, member.name].join('.'), detail: typeText(view, member.type), rank: 1, part: 'output' as const, symbol: member.symbol }));
}

function inputs(view: ProgramView, { connected }: WorkflowInSight, node: NodeInSight | undefined, path: readonly string[], source: ts.Type | undefined): ConnectionName[] {
  const type = node && typeAt(view, node.inputs, path, inputMembers);
  if (!node || !type) return [];
  return inputMembers(view, type).flatMap((member) => {
    const full = [...path, member.name].join('.');
    if (node.given.has(full) || connected.has(`${node.id}.${full}`)) return [];
    const fits = source === undefined || view.checker.isTypeAssignableTo(source, member.type);
    const isRequired = node.required.has(full);
    return [{ name: full, detail: `${memberText(view, member)}${isRequired ? ', required' : ''}`, rank: (fits ? 0 : 2) + (isRequired ? 0 : 1), part: 'input' as const, symbol: member.symbol }];
  });
}

type MembersOf = (view: ProgramView, type: ts.Type) => readonly Member[];

function typeAt(view: ProgramView, type: ts.Type, path: readonly string[], membersOf: MembersOf): ts.Type | undefined {
  let current: ts.Type | undefined = type;
  for (const part of path) current = current && membersOf(view, current).find(({ name }) => name === part)?.type;
  return current;
}

/** What a path into a result can go on with. */
function outputMembers(view: ProgramView, type: ts.Type): readonly Member[] {
  const { checker } = view;
  const value = view.checker.getNonNullableType(type);
  if (checker.isArrayType(value) || checker.isTupleType(value)) {
    const element = checker.getIndexTypeOfType(value, view.tsc.IndexKind.Number);
    const length = checker.getPropertyOfType(value, 'length');
    return [...(element ? [{ name: '0', type: element, optional: false }] : []), ...(length ? [{ name: 'length', type: checker.getTypeOfSymbol(length), optional: false }] : [])];
  }
  if (isLeaf(view, value)) return [];
  const optional = (property: ts.Symbol) => (property.flags & view.tsc.SymbolFlags.Optional) !== 0;
  return checker.getPropertiesOfType(value).map((property) => ({ name: property.name, type: checker.getTypeOfSymbol(property), optional: optional(property), symbol: property }));
}

/** What a path into a parameter can go on with. Lists are connected as a whole. */
function inputMembers(view: ProgramView, type: ts.Type): readonly Member[] {
  const value = view.checker.getNonNullableType(type);
  return view.checker.isArrayType(value) || isLeaf(view, value) ? [] : allowedMembers(view, value);
}

/** Whether a type has no inside that a path could enter: texts, numbers, dates, bytes, functions. */
function isLeaf(view: ProgramView, type: ts.Type): boolean {
  const { TypeFlags } = view.tsc;
  if (type.isUnion()) return type.types.some((member) => isLeaf(view, member));
  // An id is a text that is also marked with its model.
  if (type.isIntersection()) return type.types.some((member) => isLeaf(view, member));
  if (type.flags & (TypeFlags.StringLike | TypeFlags.NumberLike | TypeFlags.BigIntLike | TypeFlags.BooleanLike | TypeFlags.ESSymbolLike | TypeFlags.Any | TypeFlags.Unknown | TypeFlags.Never)) return true;
  return type.getCallSignatures().length > 0 || ['Date', 'Uint8Array'].includes(type.symbol?.name ?? '');
}
