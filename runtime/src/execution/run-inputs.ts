import { dfError } from '../errors/dataflow-error.js';
import { isTimeLimit, timeLimitText } from '../workflow/builder-options.js';
import { listOf, nodesOfCondition } from '../workflow/graph.js';
import { isRequired } from '../workflow/node-shape.js';
import { headOf, valueAt } from '../workflow/paths.js';
import type { Workflow } from '../workflow/workflow.js';
import type { Program } from './control-flow.js';

/**
 * Compares the inputs of a run with those that the workflow uses: DF-140 for one that a node requires and that is not
 * there, DF-141 for one that nothing uses (a misspelled optional input would otherwise go unnoticed).
 */
export function checkInputs(workflow: Workflow, program: Program, inputs: unknown): void {
  const context = { workflow: workflow.name };
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) throw dfError('DF-144', { workflow: workflow.name }, { context });
  const used = new Set<string>();
  let wholeInput = false;
  for (const node of program.levels.flat()) {
    for (const { from, output, input } of node.connections) {
      if (from !== 'input') continue;
      used.add(headOf(output));
      const required = 'node' in node.work && isRequired({ id: node.plan.id, type: '', model: node.work.node.model.schema, operation: node.work.node.operation }, input);
      if (required && valueAt(inputs, output) === undefined) throw dfError('DF-140', { input: output, node: node.plan.id, parameter: input }, { context });
    }
    if (node.when !== undefined && nodesOfCondition(node.when).includes('input')) wholeInput = true;
  }
  // A condition may look at any input; which ones it names is not worth finding out.
  if (wholeInput) return;
  for (const name of Object.keys(inputs)) {
    if (!used.has(name)) throw dfError('DF-141', { input: name, workflow: workflow.name, known: listOf([...used]) }, { context });
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
