import type ts from 'typescript';
import { finding, type Finding, type Fix } from 'dataflow-ts/compiler';
import { placeOf, replace, type CheckContext } from '../check-context.js';
import { fix, literalText, removed } from '../explain/edits.js';
import { namesOf } from './function-shape.js';
import type { Snapshot, TracedNode } from './trace.js';

/**
 * What `addNode` refuses when it runs, and inputs that nothing uses: DF-213, DF-215, DF-806.
 * @param isWrong whether something else is wrong with the workflow, so that a connection may be missing for that reason
 */
export function ownProblems(context: CheckContext, snapshot: Snapshot, isTroubled: (node: ts.Node) => boolean, isWrong: boolean): Finding[] {
  return [
    ...snapshot.nodes.flatMap((node) => [...impossibleId(context, snapshot, node), ...(isTroubled(node.call) ? [] : impossibleOptions(context, node))]),
    ...(snapshot.complete && snapshot.build && !isWrong && !snapshot.connections.some(({ call }) => isTroubled(call)) ? unusedInputs(context, snapshot) : []),
  ];
}

function impossibleId(context: CheckContext, { nodes, connections }: Snapshot, { graph: { id, model, operation }, id: at }: TracedNode): Finding[] {
  const { ts } = context;
  if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(id) && id !== 'input') return [];
  const other = id === 'input' ? `${operation ?? 'node'}_${model?.name.toLowerCase() ?? 'input'}` : id.replace(/^[^\p{L}_]+/u, '').replace(/[^\p{L}\p{N}_-]+/gu, '_');
  const taken = nodes.some(({ graph }) => graph.id === other);
  const uses = [at, ...(id === 'input' ? [] : connections.flatMap(({ parts: [from, , to] }) => [from, to]))].filter((use) => ts.isStringLiteralLike(use) && use.text === id);
  const usable = other !== '' && !taken && ts.isStringLiteralLike(at);
  const fixes = usable ? [fix(`Call the node '${other}'`, 'MaybeIncorrect', ...uses.map((use) => replace(context, use, literalText(use as ts.StringLiteral, other))))] : [];
  return [finding('DF-213', { what: 'a node', name: id }, placeOf(context, at), { fixes })];
}

function impossibleOptions(context: CheckContext, { graph: { id }, options }: TracedNode): Finding[] {
  const { ts } = context;
  if (!options || !ts.isObjectLiteralExpression(options)) return [];
  const wrong = (option: string, wanted: string, at: ts.Node, ...fixes: Fix[]) => finding('DF-215', { option, owner: `node '${id}'`, wanted }, placeOf(context, at), { fixes });
  return options.properties.flatMap((property): Finding[] => {
    if (!ts.isPropertyAssignment(property)) return [];
    const name = property.name.getText();
    if (name === 'timeoutMs') {
      const value = numberOf(context, property.initializer);
      return value !== undefined && !(Number.isSafeInteger(value) && value > 0) ? [wrong(name, 'a whole number of milliseconds, at least 1', property.initializer, fix('Give no time limit', 'MaybeIncorrect', ...removed(context, options.properties, new Set<ts.ObjectLiteralElementLike>([property]))))] : [];
    }
    if (name !== 'retry' || !ts.isObjectLiteralExpression(property.initializer)) return [];
    return property.initializer.properties.flatMap((part): Finding[] => {
      const value = ts.isPropertyAssignment(part) ? numberOf(context, part.initializer) : undefined;
      return value !== undefined && !(Number.isSafeInteger(value) && value >= 0) ? [wrong('retry', '{ max, backoffMs? }, both whole numbers of at least 0', part, fix(`Write ${rounded(value)}`, 'MaybeIncorrect', replace(context, (part as ts.PropertyAssignment).initializer, rounded(value))))] : [];
    });
  });
}

function rounded(value: number): string {
  return String(Math.max(0, Math.round(value)));
}

function numberOf({ ts }: CheckContext, node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  return ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken && ts.isNumericLiteral(node.operand) ? -Number(node.operand.text) : undefined;
}

function unusedInputs(context: CheckContext, { name, nodes, connections, input }: Snapshot): Finding[] {
  const { ts, checker } = context;
  const [typeNode] = input?.typeArguments ?? [];
  if (!typeNode || nodes.some(({ graph, optionsKnown }) => !optionsKnown || (graph.when !== undefined && JSON.stringify(graph.when).includes('"input"')))) return [];
  const type = checker.getTypeFromTypeNode(typeNode);
  const used = new Set(connections.filter(({ graph }) => graph.from === 'input').map(({ graph }) => graph.output.split('.')[0]));
  // A named type may be shared by several workflows; what is optional in it need not be for this one.
  const unused = (namesOf(context, type) ?? []).filter(({ name: one, required }) => !used.has(one) && (required || ts.isTypeLiteralNode(typeNode)));
  return unused.map(({ name: one }) => {
    const declaration = checker.getPropertyOfType(type, one)?.valueDeclaration;
    const member = declaration && ts.isPropertySignature(declaration) && declaration.getSourceFile() === typeNode.getSourceFile() ? declaration : undefined;
    const fixes = member ? [fix(`Take '${one}' out of the inputs`, 'MaybeIncorrect', ...removed(context, member.parent.members, new Set<ts.TypeElement>([member])))] : [];
    return finding('DF-806', { workflow: name, input: one }, placeOf(context, member && ts.isTypeLiteralNode(typeNode) ? member.name : typeNode), { fixes, severity: 'warning' });
  });
}
