import type ts from 'typescript';
import type { Finding } from 'dataflow-ts/compiler';
import { nodesOf } from '../file-nodes.js';
import type { DataFlowCall, Recogniser } from '../recognise.js';
import { BuilderFollower } from './follow.js';
import { droppedPromise } from './promises.js';
import { transactionFindings } from './transactions.js';
import { workflowFindings } from './workflow-findings.js';

/**
 * What is wrong in a file that types cannot see: workflows as a whole (DF-2xx, DF-104, DF-806), databases inside their own
 * transactions (DF-554, DF-540), dropped promises (DF-555). Where something is not sure nothing is said.
 * @param diagnostics TypeScript's own of the file: what they say is not said again
 */
export function look(recogniser: Recogniser, file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): Finding[] {
  if (file.isDeclarationFile || recogniser.isGenerated(file) || !recogniser.concerns(file)) return [];
  const { context } = recogniser;
  const { creations, parameters, calls } = collect(recogniser, file);
  const isTroubled = (node: ts.Node): boolean => {
    const isLink = context.ts.isCallExpression(node) && context.ts.isPropertyAccessExpression(node.expression);
    const start = isLink ? (node.expression as ts.PropertyAccessExpression).name.getStart() : node.getStart();
    return diagnostics.some((one) => one.start !== undefined && one.start >= start && one.start < node.end);
  };
  const snapshots = creations.length + parameters.length > 0 ? new BuilderFollower(recogniser).follow(creations, parameters) : [];
  return different([
    ...snapshots.flatMap((snapshot) => workflowFindings(context, snapshot, isTroubled)),
    ...calls.flatMap((call) => [...droppedPromise(recogniser, call), ...(call.kind === 'transaction' ? transactionFindings(recogniser, call) : [])]),
  ]);
}

interface Collected {
  /** Every `new WorkflowBuilder(…)`, and calls of functions that give a builder. */
  readonly creations: (ts.NewExpression | ts.CallExpression)[];
  /** Parameters that take a builder. */
  readonly parameters: ts.ParameterDeclaration[];
  /** Calls that touch a database. */
  readonly calls: DataFlowCall[];
}

const lastNames: ReadonlySet<string> = new Set([
  'create', 'read', 'update', 'delete', 'list', 'count', 'upsert', 'bulkCreate', 'bulkUpdate', 'bulkDelete', 'bulkUpsert', 'execute', 'transaction', 'close',
]);

function collect(recogniser: Recogniser, file: ts.SourceFile): Collected {
  const { ts } = recogniser.context;
  const hasBuilders = /\bWorkflowBuilder\b|\baddConnection\b|\baddNode\b/.test(file.text);
  const collected: Collected = { creations: [], parameters: [], calls: [] };
  for (const node of nodesOf(ts, file).all) {
    if (ts.isCallExpression(node)) {
      const call = mayBeOurs(ts, node) ? recogniser.call(node) : undefined;
      if (call && call.kind !== 'builder') collected.calls.push(call);
      const given = hasBuilders && ts.isIdentifier(node.expression) ? recogniser.typeOf(node) : undefined;
      if (given === 'WorkflowBuilder' || given === 'Flow') collected.creations.push(node);
    } else if (hasBuilders && ts.isNewExpression(node)) {
      if (recogniser.isCreation(node)) collected.creations.push(node);
    } else if (hasBuilders && ts.isParameter(node)) {
      const type = ts.isIdentifier(node.name) ? recogniser.typeOf(node.name) : undefined;
      if (type === 'WorkflowBuilder' || type === 'Flow') collected.parameters.push(node);
    }
  }
  return collected;
}

/** By its looks, before the checker is asked: the name of one of our methods, or any function that is called and forgotten. */
function mayBeOurs(tsc: typeof ts, { expression, parent }: ts.CallExpression): boolean {
  if (tsc.isPropertyAccessExpression(expression)) return lastNames.has(expression.name.text);
  return tsc.isElementAccessExpression(expression) || (tsc.isIdentifier(expression) && tsc.isExpressionStatement(parent));
}

/** A helper that is called several times is looked at several times. */
function different(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, at, data }) => {
    const key = `${code} ${at?.file} ${at?.start} ${code === 'DF-204' || code === 'DF-806' ? JSON.stringify(data) : ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
