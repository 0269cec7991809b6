import { conditionHolds } from '../workflow/condition.js';
import type { Connection, PlanNode } from '../workflow/plan.js';
import { valueAt, withValueAt } from '../workflow/paths.js';
import type { Shape } from '../workflow/node-shape.js';
import { attempt, failureOf, stopIfAborted, type Step, type StepSettings } from './attempts.js';
import { undo, type ProgramUndo } from './compensation.js';
import type { StepPort } from './step-port.js';

/** A plan made ready: levels computed, values decoded, functions and classes found. */
export interface Program {
  readonly workflow: string;
  readonly levels: readonly (readonly ProgramNode[])[];
  /** What undoes nodes, by node id. */
  readonly compensations: ReadonlyMap<string, ProgramUndo>;
  /** Nodes of a level one after the other: they share one connection. */
  readonly sequential: boolean;
  /** A failed operation must leave the connection usable: the compensations run on it. */
  readonly contained: boolean;
}

export interface ProgramNode extends Step {
  readonly plan: PlanNode;
  readonly params: Readonly<Record<string, unknown>>;
  readonly when: Readonly<Record<string, unknown>> | undefined;
  readonly connections: readonly Connection[];
  /** Shape of the result, where known. */
  readonly output: Shape | undefined;
}

export interface RunSettings {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runId: string;
  /** Ends the run; undefined when nothing can. */
  readonly signal: AbortSignal | undefined;
}

/** One run of a program. */
interface Run {
  readonly port: StepPort;
  readonly program: Program;
  readonly settings: StepSettings;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly results: Map<string, unknown>;
  readonly shapes: ReadonlyMap<string, Shape | undefined>;
  /** Nodes that ran, in the order in which they finished. */
  readonly completed: string[];
}

/** The result of a node that did not run. */
const skipped = undefined;

/**
 * Runs a program level by level. Nodes of a level start in the order of the plan and run at once; when one fails, the
 * others of its level are awaited, nothing further starts, what can be undone is undone, and the failure that came first
 * is thrown, as one DataFlowError that names node, model, operation and workflow.
 * @returns results by node id, undefined for nodes that were skipped
 */
export async function runProgram(port: StepPort, program: Program, { inputs, runId, signal }: RunSettings): Promise<Map<string, unknown>> {
  const shapes = new Map(program.levels.flat().map((node) => [node.plan.id, node.output]));
  const settings = { workflow: program.workflow, runId, signal };
  const run: Run = { port, program, settings, inputs, results: new Map(), shapes, completed: [] };
  for (const level of program.levels) {
    const failures = await runLevel(run, level);
    if (failures.length === 0) continue;
    const failure = failures.find((error) => port.isControlError(error)) ?? failures[0];
    if (program.compensations.size === 0 || port.isControlError(failure)) throw failure;
    throw await undo(port, program, run.completed, run.results, settings, failure);
  }
  return run.results;
}

/** @returns what failed, in the order in which it did */
async function runLevel(run: Run, level: readonly ProgramNode[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  const start = async (node: ProgramNode): Promise<void> => {
    try {
      run.results.set(node.plan.id, await runNode(run, node));
    } catch (error) {
      failures.push(error);
    }
  };
  if (run.program.sequential || level.length === 1) {
    for (const node of level) if (failures.length === 0) await start(node);
  } else {
    await Promise.all(level.map(start));
  }
  return failures;
}

async function runNode({ port, program, settings, inputs, results, shapes, completed }: Run, node: ProgramNode): Promise<unknown> {
  const value = (from: string) => (from === 'input' ? inputs : results.get(from));
  try {
    stopIfAborted(settings);
    if (node.when !== undefined && !conditionHolds(node.when, value, (from) => shapes.get(from))) return skipped;
    const params = gather(node, value);
    if (params === skipped) return skipped;
    // Batches that are atomic by themselves stay when a later one fails, and nothing would undo them.
    const contained = program.contained || (program.compensations.size > 0 && params['atomic'] === 'batch');
    const result = await attempt(port, node, params, contained, settings);
    completed.push(node.plan.id);
    return result;
  } catch (error) {
    throw port.isControlError(error) ? error : failureOf(node, settings.workflow, error);
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
