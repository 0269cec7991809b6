import { dfError } from '../errors/dataflow-error.js';
import { isTimeLimit, timeLimitText } from '../workflow/builder-options.js';
import { listOf, nodesOfCondition } from '../workflow/graph.js';
import { isRequired } from '../workflow/node-shape.js';
import { valueAt, type Path } from '../workflow/paths.js';
import type { Workflow } from '../workflow/workflow.js';
import type { ProgramNode } from './control-flow.js';

/** What the inputs of a workflow's runs must be. */
export interface InputRules {
  /** Those that a node cannot do without. */
  readonly required: readonly { readonly output: Path; readonly node: string; readonly parameter: string }[];
  /** All that are used. Undefined when a condition may look at any; which ones it names is not worth finding out. */
  readonly used: ReadonlySet<string> | undefined;
}

export function inputRules(nodes: readonly ProgramNode[]): InputRules {
  const connected = nodes.flatMap((node) => node.connections.filter(({ from }) => from === 'input').map(({ output, input }) => ({ node, output, parameter: input.join('.') })));
  const anyUsed = nodes.some(({ when }) => nodesOfCondition(when).includes('input'));
  return {
    required: connected.filter(({ node, parameter }) => isNeeded(node, parameter)).map((one) => ({ ...one, node: one.node.name })),
    used: anyUsed ? undefined : new Set(connected.map(({ output }) => output[0]!)),
  };
}

function isNeeded({ name, work }: ProgramNode, input: string): boolean {
  return 'node' in work && isRequired({ id: name, type: '', model: work.node.model.schema, operation: work.node.operation }, input);
}

/**
 * Compares the inputs of a run with those that the workflow uses: DF-140 for one that a node requires and that is not
 * there, DF-141 for one that nothing uses (a misspelled optional input would otherwise go unnoticed).
 */
export function checkInputs(workflow: string, { required, used }: InputRules, inputs: unknown): void {
  const context = { workflow };
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) throw dfError('DF-144', { workflow }, { context });
  for (const { output, node, parameter } of required) {
    if (valueAt(inputs, output) === undefined) throw dfError('DF-140', { input: output.join('.'), node, parameter }, { context });
  }
  if (used === undefined) return;
  for (const name of Object.keys(inputs)) {
    if (!used.has(name)) throw dfError('DF-141', { input: name, workflow, known: listOf([...used]) }, { context });
  }
}

const runOptions = ['inputs', 'params', 'signal', 'timeoutMs'];

/** Checks the options of a run by name and kind: DF-215. */
export function checkRunOptions(workflow: Workflow, options: unknown): void {
  if (options === undefined) return;
  const wrong = (option: string, wanted: string) => dfError('DF-215', { option, owner: `the run of '${workflow.name}'`, wanted }, { context: { workflow: workflow.name } });
  if (typeof options !== 'object' || options === null) throw wrong('options', 'an object');
  const { signal, timeoutMs } = options as Record<string, unknown>;
  const unknown = Object.keys(options).find((name) => !runOptions.includes(name));
  if (unknown !== undefined) throw wrong(unknown, `one of ${runOptions.join(', ')}`);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrong('signal', 'an AbortSignal');
  if (timeoutMs !== undefined && !isTimeLimit(timeoutMs)) throw wrong('timeoutMs', timeLimitText);
}
