import { DataFlowError, dfError } from '../errors/dataflow-error.js';
import type { NodeClass } from '../nodes/node.js';
import type { NodeFunction } from '../workflow/builder-types.js';
import { conditionHolds } from '../workflow/condition.js';
import type { Connection, PlanNode } from '../workflow/plan.js';
import { valueAt, withValueAt } from '../workflow/paths.js';
import type { Shape } from '../workflow/node-shape.js';

/** All that control flow asks of its surroundings. The local runtime has one, a durable engine another. */
export interface StepPort {
  /**
   * An effect on the database: atomic with its record, where there is one. `repeatable`: a failure must leave nothing
   * behind that hinders another attempt.
   */
  tx<T>(name: string, work: (run: OperationRunner) => Promise<T>, repeatable: boolean): Promise<T>;
  /** Any other effect: may be done again after a crash. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
  /** Milliseconds since 1970. */
  now(): Promise<number>;
  uuid(): Promise<string>;
  /** An error of the engine itself, to be passed on and never repeated. */
  isControlError(error: unknown): boolean;
}

export type OperationRunner = (node: NodeClass, params: Record<string, unknown>) => Promise<unknown>;

/** A plan made ready: levels computed, values decoded, functions and classes found. */
export interface Program {
  readonly workflow: string;
  readonly levels: readonly (readonly ProgramNode[])[];
  /** Nodes of a level one after the other: they share one connection. */
  readonly sequential: boolean;
}

export interface ProgramNode {
  readonly plan: PlanNode;
  readonly params: Readonly<Record<string, unknown>>;
  readonly when: Readonly<Record<string, unknown>> | undefined;
  readonly connections: readonly Connection[];
  readonly work: { readonly node: NodeClass } | { readonly fn: NodeFunction };
  /** Shape of the result, where known. */
  readonly output: Shape | undefined;
}

export interface RunSettings {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runId: string;
  readonly signal: AbortSignal;
}

/** The result of a node that did not run. */
const skipped = undefined;

/**
 * Runs a program level by level. Nodes of a level start in the order of the plan and run at once; when one fails, the
 * others of its level are awaited, nothing further starts, and the failure that came first is thrown, as one
 * DataFlowError that names node, model, operation and workflow.
 * @returns results by node id, undefined for nodes that were skipped
 */
export async function runProgram(port: StepPort, program: Program, settings: RunSettings): Promise<Map<string, unknown>> {
  const results = new Map<string, unknown>();
  const shapes = new Map(program.levels.flat().map((node) => [node.plan.id, node.output]));
  for (const level of program.levels) {
    const failures: unknown[] = [];
    const run = async (node: ProgramNode) => {
      try {
        results.set(node.plan.id, await runNode(port, node, program.workflow, settings, results, shapes));
      } catch (error) {
        failures.push(error);
      }
    };
    if (program.sequential || level.length === 1) {
      for (const node of level) if (failures.length === 0) await run(node);
    } else {
      await Promise.all(level.map(run));
    }
    if (failures.length > 0) throw failures.find((error) => port.isControlError(error)) ?? failures[0];
  }
  return results;
}

async function runNode(
  port: StepPort,
  node: ProgramNode,
  workflow: string,
  settings: RunSettings,
  results: ReadonlyMap<string, unknown>,
  shapes: ReadonlyMap<string, Shape | undefined>,
): Promise<unknown> {
  const { id, retry } = node.plan;
  const value = (from: string) => (from === 'input' ? settings.inputs : results.get(from));
  try {
    stopIfAborted(settings.signal, workflow);
    if (node.when !== undefined && !conditionHolds(node.when, value, (from) => shapes.get(from))) return skipped;
    const params = gather(node, value);
    if (params === skipped) return skipped;
    for (let attempt = 0; ; attempt++) {
      try {
        return await runOnce(port, node, attempt === 0 ? id : `${id}#${attempt + 1}`, params, settings);
      } catch (error) {
        if (port.isControlError(error) || attempt >= (retry?.max ?? 0) || isLasting(error)) throw error;
        if (retry?.backoffMs) await port.sleep(retry.backoffMs * 2 ** attempt);
        stopIfAborted(settings.signal, workflow);
      }
    }
  } catch (error) {
    throw port.isControlError(error) ? error : failureOf(node, workflow, error);
  }
}

/**
 * Parameters given and connected. A conditional node is skipped together with what feeds it; any other node leaves out
 * what is absent (the rules made sure that it can do without).
 */
function gather(node: ProgramNode, value: (from: string) => unknown): Record<string, unknown> | typeof skipped {
  let params: Record<string, unknown> = { ...node.params };
  for (const { from, output, input } of node.connections) {
    const found = valueAt(value(from), output);
    if (found !== undefined) params = withValueAt(params, input, found);
    else if (node.when !== undefined && from !== 'input') return skipped;
  }
  return params;
}

function runOnce(port: StepPort, node: ProgramNode, name: string, params: Record<string, unknown>, settings: RunSettings): Promise<unknown> {
  const { timeoutMs, id } = node.plan;
  if (timeoutMs === undefined) return perform(port, node, name, params, settings);
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = dfError('DF-552', { node: id, limit: timeoutMs });
      limit.abort(error);
      reject(error);
    }, timeoutMs);
  });
  const signal = AbortSignal.any([settings.signal, limit.signal]);
  return Promise.race([perform(port, node, name, params, { ...settings, signal }), late]).finally(() => clearTimeout(timer));
}

function perform(port: StepPort, { work, plan }: ProgramNode, name: string, params: Record<string, unknown>, { signal, runId }: RunSettings): Promise<unknown> {
  if ('node' in work) return port.tx(name, (run) => run(work.node, params), plan.retry !== undefined);
  return port.step(name, async () => work.fn(params, { signal, runId }));
}

export function stopIfAborted(signal: AbortSignal, workflow: string): void {
  if (signal.aborted) throw dfError('DF-553', { workflow }, { cause: signal.reason });
}

/** Wrong parameters stay wrong however often one tries, and an abort is meant. */
function isLasting(error: unknown): boolean {
  return error instanceof DataFlowError && (error.code.startsWith('DF-1') || error.code === 'DF-553');
}

function failureOf(node: ProgramNode, workflow: string, error: unknown): DataFlowError {
  const { work, plan } = node;
  const names = 'node' in work ? { model: work.node.model.name, operation: work.node.operation } : {};
  const failure =
    error instanceof DataFlowError
      ? error
      : 'node' in work
        ? dfError('DF-551', { node: plan.id, type: work.node.type }, { cause: error })
        : dfError('DF-550', { node: plan.id, function: plan.kind === 'function' ? plan.function : plan.id }, { cause: error });
  // A code's own placeholder may be called `node`; from here on it means the workflow's. A workflow run by a function
  // of this one has named its own already.
  if (failure.context.workflow === undefined) failure.context = { ...names, ...failure.context, node: plan.id, workflow };
  return failure;
}
