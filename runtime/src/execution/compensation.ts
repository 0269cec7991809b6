import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import { setAt, valueAt, type Path } from '../workflow/paths.js';
import { attempt, failureOf, type Step, type StepSettings } from './attempts.js';
import type { Program, ResultsById } from './control-flow.js';
import type { StepPort } from './step-port.js';

/** What undoes a node. */
export interface ProgramUndo extends Step {
  readonly params: Readonly<Record<string, unknown>>;
  /** Inputs of an operation that come from the result; `required`: without it there is nothing to undo. */
  readonly from: readonly { readonly input: Path; readonly output: Path; readonly required: boolean }[];
}

/**
 * Undoes a run that has failed: nodes that have finished, in the reverse order of that, one after the other. What fails
 * does not keep the others from being undone. Nothing ends this but the compensations' own time limits.
 * @param completed ids of nodes in the order in which they finished
 * @returns what the run is to throw: the failure, its context saying what was undone, or DF-556 with it as the cause
 */
export async function undo(
  port: StepPort,
  program: Program,
  completed: readonly string[],
  results: ResultsById,
  settings: StepSettings,
  failure: unknown,
): Promise<unknown> {
  const { workflow } = settings;
  const compensated: string[] = [];
  const failures: DataFlowError[] = [];
  const failed: string[] = [];
  for (const id of [...completed].reverse()) {
    const step = program.compensations.get(id);
    const input = step && inputOf(step, results[id]);
    if (step === undefined || input === nothing) continue;
    try {
      await attempt(port, step, input, program.contained, { ...settings, signal: undefined });
      compensated.push(id);
    } catch (error) {
      if (port.isControlError(error)) return error;
      failures.push(failureOf(step, workflow, error));
      failed.push(`'${id}'`);
    }
  }
  const original = failure as DataFlowError;
  if (failures.length === 0) {
    original.context = { ...original.context, compensated };
    return original;
  }
  const { node } = original.context;
  return dfError('DF-556', { workflow, failed: failed.join(', ') }, { cause: original, context: { ...(node !== undefined && { node }), compensated, failures } });
}

const nothing = Symbol('nothing to undo');

/** A function is given the whole result. */
function inputOf(step: ProgramUndo, result: unknown): unknown {
  if ('fn' in step.work) return result;
  const params: Record<string, unknown> = { ...step.params };
  for (const { input, output, required } of step.from) {
    const found = valueAt(result, output);
    if (found !== undefined) setAt(params, input, found);
    else if (required) return nothing;
  }
  return params;
}
