import { DataFlowError, dfError } from '../errors/dataflow-error.js';
import type { NodeClass } from '../nodes/node.js';
import type { FunctionContext, NodeFunction } from '../workflow/builder-types.js';
import type { UndoFunction } from '../workflow/compensation-types.js';
import type { RetryPolicy, StepOptions } from '../workflow/plan.js';
import type { StepPort } from './step-port.js';
import { timeLimit } from './time-limit.js';

/** A node or a compensation, as far as running it goes. */
export interface Step {
  /** The node's id, or `undo(id)`. */
  readonly name: string;
  readonly plan: StepOptions;
  readonly work: { readonly node: NodeClass } | { readonly fn: NodeFunction | UndoFunction; readonly called: string };
}

export interface StepSettings {
  readonly workflow: string;
  readonly runId: string;
  /** Undefined when nothing can end the run. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs a step, again after failures as its `retry` has it. Whatever fails is thrown as it is; an abort as DF-553, or as
 * what the signal was aborted with when that is a time limit of ours.
 * @param input parameters of an operation, first argument of a function
 * @param contained see `StepPort.tx`
 */
export function attempt(port: StepPort, step: Step, input: unknown, contained: boolean, settings: StepSettings): Promise<unknown> {
  const { retry } = step.plan;
  return retry === undefined ? once(port, step, step.name, input, contained, settings) : repeatedly(port, step, retry, input, settings);
}

async function repeatedly(port: StepPort, step: Step, { max, backoffMs }: RetryPolicy, input: unknown, settings: StepSettings): Promise<unknown> {
  for (let number = 0; ; number++) {
    try {
      return await once(port, step, number === 0 ? step.name : `${step.name}#${number + 1}`, input, true, settings);
    } catch (error) {
      if (port.isControlError(error) || number >= max || isLasting(error)) throw error;
      if (backoffMs) await port.sleep(backoffMs * 2 ** number, settings.signal);
      stopIfAborted(settings);
    }
  }
}

function once(port: StepPort, step: Step, name: string, input: unknown, contained: boolean, settings: StepSettings): Promise<unknown> {
  const { signal, runId, workflow } = settings;
  if (step.plan.timeoutMs !== undefined) return limited(port, step, name, input, contained, step.plan.timeoutMs, settings);
  const work = perform(port, step, name, input, contained, signal, runId);
  return signal === undefined
    ? work
    : work.catch((error: unknown) => {
        throw cancelled(error, signal, workflow);
      });
}

async function limited(port: StepPort, step: Step, name: string, input: unknown, contained: boolean, timeoutMs: number, settings: StepSettings): Promise<unknown> {
  const limit = timeLimit(settings.signal, timeoutMs, () => dfError('DF-552', { node: step.name, limit: timeoutMs }));
  try {
    const work = perform(port, step, name, input, contained, limit.signal, settings.runId);
    // A statement is cancelled, and then it is known whether it took effect. A function may look at its signal or not.
    return await ('node' in step.work ? work : Promise.race([work, whenLate(limit.signal, settings.signal)]));
  } catch (error) {
    throw cancelled(error, limit.signal, settings.workflow);
  } finally {
    limit.end();
  }
}

/** Rejected when the step's own time is over; an abort of the run waits for what is running. */
function whenLate(signal: AbortSignal, outer: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      if (outer?.aborted !== true) reject(signal.reason as Error);
    }, { once: true });
  });
}

function perform(port: StepPort, { work }: Step, name: string, input: unknown, contained: boolean, signal: AbortSignal | undefined, runId: string): Promise<unknown> {
  if ('node' in work) {
    const options = signal === undefined ? undefined : { signal };
    return port.tx(name, (run) => run(work.node, input as Record<string, unknown>, options), contained, signal);
  }
  return port.step(name, async () => work.fn(input, signal === undefined ? new EndlessContext(runId) : { signal, runId }));
}

/** Where nothing can end the run: a signal costs more than the rest of a step, and hardly a function looks at it. */
class EndlessContext implements FunctionContext {
  #signal: AbortSignal | undefined;

  constructor(readonly runId: string) {}

  get signal(): AbortSignal {
    return (this.#signal ??= new AbortController().signal);
  }
}

/** Raises what the run was aborted with. */
export function stopIfAborted({ signal, workflow }: Pick<StepSettings, 'signal' | 'workflow'>): void {
  if (signal?.aborted === true) throw abortError(signal, workflow);
}

/** What a failure that the signal has led to is called. */
export function cancelled(error: unknown, signal: AbortSignal | undefined, workflow: string): unknown {
  if (signal?.aborted !== true) return error;
  const isOfSignal = error === signal.reason || (error instanceof Error && (error.name === 'AbortError' || error.cause === signal.reason));
  return isOfSignal ? abortError(signal, workflow) : error;
}

function abortError({ reason }: AbortSignal, workflow: string): Error {
  const isOwn = reason instanceof DataFlowError && (reason.code === 'DF-552' || reason.code === 'DF-557');
  return isOwn ? reason : dfError('DF-553', { workflow }, { cause: reason });
}

/** Wrong parameters stay wrong however often one tries, and an abort is meant. */
function isLasting(error: unknown): boolean {
  return error instanceof DataFlowError && (error.code.startsWith('DF-1') || error.code === 'DF-553' || error.code === 'DF-557');
}

/** One DataFlowError that names node, model, operation and workflow. */
export function failureOf({ name, work }: Step, workflow: string, error: unknown): DataFlowError {
  const names = 'node' in work ? { model: work.node.model.name, operation: work.node.operation } : {};
  const failure =
    error instanceof DataFlowError
      ? error
      : 'node' in work
        ? dfError('DF-551', { node: name, type: work.node.type }, { cause: error })
        : dfError('DF-550', { node: name, function: work.called }, { cause: error });
  // A code's own placeholder may be called `node`; from here on it means the workflow's. A workflow run by a function
  // of this one has named its own already.
  if (failure.context.workflow === undefined) failure.context = { ...names, ...failure.context, node: name, workflow };
  return failure;
}
