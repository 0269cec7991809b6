import { conditionHolds } from '../workflow/condition.js';
import type { PlanNode } from '../workflow/plan.js';
import { setAt, valueAt, type Path } from '../workflow/paths.js';
import type { Shape } from '../workflow/node-shape.js';
import { attempt, failureOf, stopIfAborted, type Step, type StepSettings } from './attempts.js';
import { undo, type ProgramUndo } from './compensation.js';
import type { InputRules } from './run-inputs.js';
import type { StepPort } from './step-port.js';

/** A plan made ready: levels computed, values decoded, functions and classes found. */
export interface Program {
  readonly workflow: string;
  readonly levels: readonly (readonly ProgramNode[])[];
  readonly inputs: InputRules;
  /** The results of a run before there are any, in the order of the plan. */
  readonly blank: ResultsById;
  /** Shapes of results by node id, where known. */
  readonly outputs: ReadonlyMap<string, Shape>;
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
  readonly connections: readonly ProgramConnection[];
}

/** What comes in from elsewhere. */
export interface ProgramConnection {
  /** Node id, or `input`. */
  readonly from: string;
  /** Into the result. */
  readonly output: Path;
  /** Into the parameters. */
  readonly input: Path;
}

export interface RunSettings {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly runId: string;
  /** Ends the run; undefined when nothing can. */
  readonly signal: AbortSignal | undefined;
}

/** By node id; undefined for a node that has not run. */
export type ResultsById = Readonly<Record<string, unknown>>;

/** One run of a program. */
interface Run {
  readonly port: StepPort;
  readonly program: Program;
  readonly settings: StepSettings;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly results: Record<string, unknown>;
  /** Nodes that ran, in the order in which they finished. */
  readonly completed: string[];
  /** What failed, in the order in which it did. */
  readonly failures: unknown[];
}

/**
 * Runs a program level by level. Nodes of a level start in the order of the plan and run at once; when one fails, the
 * others of its level are awaited, nothing further starts, what can be undone is undone, and the failure that came first
 * is thrown, as one DataFlowError that names node, model, operation and workflow.
 * @returns results, undefined for nodes that were skipped
 */
export async function runProgram(port: StepPort, program: Program, { inputs, runId, signal }: RunSettings): Promise<ResultsById> {
  const settings = { workflow: program.workflow, runId, signal };
  const run: Run = { port, program, settings, inputs, results: { ...program.blank }, completed: [], failures: [] };
  const { failures } = run;
  for (const level of program.levels) {
    if (program.sequential || level.length === 1) {
      for (const node of level) if (failures.length === 0) await runNode(run, node);
    } else {
      await Promise.all(level.map((node) => runNode(run, node)));
    }
    if (failures.length === 0) continue;
    const failure = failures.find((error) => port.isControlError(error)) ?? failures[0];
    if (program.compensations.size === 0 || port.isControlError(failure)) throw failure;
    throw await undo(port, program, run.completed, run.results, settings, failure);
  }
  return run.results;
}

/** Never fails: the others of its level are to be awaited. */
async function runNode(run: Run, node: ProgramNode): Promise<void> {
  const { port, program, settings, results } = run;
  try {
    stopIfAborted(settings);
    if (node.when !== undefined && !conditionHolds(node.when, (from) => sourceOf(run, from), (from) => program.outputs.get(from))) return;
    const params = gather(run, node);
    if (params === undefined) return;
    // Batches that are atomic by themselves stay when a later one fails, and nothing would undo them.
    const contained = program.contained || (program.compensations.size > 0 && params['atomic'] === 'batch');
    const result = await attempt(port, node, params, contained, settings);
    results[node.name] = result;
    run.completed.push(node.name);
  } catch (error) {
    run.failures.push(port.isControlError(error) ? error : failureOf(node, settings.workflow, error));
  }
}

/**
 * Parameters given and connected. A conditional node is skipped (undefined) together with what feeds it; any other node leaves
 * out what is absent (the rules made sure that it can do without).
 */
function gather(run: Run, node: ProgramNode): Record<string, unknown> | undefined {
  const params: Record<string, unknown> = { ...node.params };
  for (const { from, output, input } of node.connections) {
    const found = valueAt(sourceOf(run, from), output);
    if (found !== undefined) setAt(params, input, found);
    else if (node.when !== undefined && from !== 'input') return undefined;
  }
  return params;
}

function sourceOf({ inputs, results }: Run, from: string): unknown {
  return from === 'input' ? inputs : results[from];
}
