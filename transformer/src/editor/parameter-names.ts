import type ts from 'typescript';
import { allowedMembers, memberText, typeText } from './contract-text.js';
import { classNamed, staticMember } from './node-at.js';
import type { ProgramView } from './program-view.js';
import { workflowInSight } from './workflow-in-sight.js';

/** A name that can stand as a key in the parameters or in the `when` of an `addNode`. */
export interface ParameterName {
  readonly name: string;
  readonly detail: string;
  /** The most likely ones first. */
  readonly rank: number;
}

/**
 * The keys that can stand at a position in `addNode(Node, 'id', { … }, { when: { … } })`; undefined elsewhere. TypeScript itself
 * offers nothing there, because it infers what it would have to offer.
 */
export function parameterNames(view: ProgramView, file: ts.SourceFile, position: number): ParameterName[] | undefined {
  const { tsc, recogniser } = view;
  const object = objectAt(tsc, file, position);
  const owner = object && ownerOf(tsc, object);
  const known = owner && recogniser.call(owner.call);
  if (!object || known?.kind !== 'builder' || known.method !== 'addNode') return undefined;
  const names = owner!.part === 'when' ? conditionNames(view, owner!.call) : inputNames(view, owner!.call);
  const taken = new Set(object.properties.filter((property) => position < property.getStart(file) || position > property.end).map((property) => property.name?.getText(file)));
  return names.filter(({ name }) => !taken.has(name));
}

function inputNames(view: ProgramView, call: ts.CallExpression): ParameterName[] {
  const node = call.arguments[0];
  if (!node) return [];
  const symbol = view.tsc.isStringLiteralLike(node) ? classNamed(view, node.text) : view.recogniser.symbolOf(node);
  const [inputs, required] = [symbol && staticMember(view, symbol, '$in'), symbol && staticMember(view, symbol, '$required')];
  if (!inputs || !required) return [];
  return allowedMembers(view, inputs).map((member) => {
    const isRequired = view.checker.isTypeAssignableTo(view.checker.getStringLiteralType(member.name), required);
    return { name: member.name, detail: `${memberText(view, member)}${isRequired ? ', required' : ''}`, rank: isRequired ? 0 : 1 };
  });
}

function conditionNames(view: ProgramView, call: ts.CallExpression): ParameterName[] {
  return workflowInSight(view, call).nodes.filter(({ id }) => id !== 'input').map(({ id, outputs }) => ({ name: id, detail: typeText(view, outputs), rank: 0 }));
}

/** The call that an object is an argument of: as its parameters, or as the condition in its options. */
function ownerOf(tsc: typeof import('typescript'), object: ts.ObjectLiteralExpression): { call: ts.CallExpression; part: 'params' | 'when' } | undefined {
  const { parent } = object;
  if (tsc.isCallExpression(parent)) return parent.arguments[2] === object ? { call: parent, part: 'params' } : undefined;
  if (!tsc.isPropertyAssignment(parent) || parent.name.getText() !== 'when') return undefined;
  const call = parent.parent.parent;
  return tsc.isCallExpression(call) && call.arguments[3] === parent.parent ? { call, part: 'when' } : undefined;
}

/** The object literal in which a key stands, or could stand, at a position. */
function objectAt(tsc: typeof import('typescript'), file: ts.SourceFile, position: number): ts.ObjectLiteralExpression | undefined {
  let found: ts.ObjectLiteralExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (position <= node.getStart(file) || position >= node.end) return;
    if (tsc.isObjectLiteralExpression(node)) found = node;
    else if (tsc.isStringLiteralLike(node) || tsc.isTemplateExpression(node) || tsc.isFunctionLike(node)) found = undefined;
    tsc.forEachChild(node, visit);
  };
  visit(file);
  if (!found) return undefined;
  const property = found.properties.find((each) => position >= each.getStart(file) && position <= each.end);
  if (property) return property.name && position <= property.name.end && tsc.isIdentifier(property.name) ? found : undefined;
  return /[{,]\s*$/.test(file.text.slice(found.getStart(file), position)) ? found : undefined;
}
