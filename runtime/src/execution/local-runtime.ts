import { setTimeout as delay } from 'node:timers/promises';
import { DataFlow } from '../database/dataflow.js';
import { markDeep } from '../errors/call-site.js';
import { dfError } from '../errors/dataflow-error.js';
import type { Observation } from '../observe/observation.js';
import { watching } from '../observe/observations.js';
import { observedPort } from '../observe/observed-port.js';
import type { TransactionSettings } from '../workflow/plan.js';
import type { Workflow } from '../workflow/workflow.js';
import { cancelled } from './attempts.js';
import { runProgram, type Program, type ResultsById, type RunSettings } from './control-flow.js';
import { programOf, type Overrides } from './program.js';
import { checkInputs, checkRunOptions } from './run-inputs.js';
import type { OperationRunner, StepPort } from './step-port.js';
import { timeLimit } from './time-limit.js';
import type { WorkflowDatabase } from './workflow-database.js';

/** What a single run is given. */
export type ExecuteOptions<Inputs, Overrides> = {
  /** Parameters that this run gives differently, by node id. */
  readonly params?: Overrides;
  /** Ends the run with DF-553: no further node starts, statements under way are cancelled, functions see it in their second argument. */
  readonly signal?: AbortSignal;
  /** Time limit of the run in milliseconds; ends it like `signal`, with DF-557. */
  readonly timeoutMs?: number;
} & ({} extends Inputs ? { readonly inputs?: Inputs } : { readonly inputs: Inputs });

/** What a builder has and a workflow has not. It stands first, so that compilers print this and not all that a builder lacks. */
interface Built {
  readonly build?: 'DF-219: this is not built yet; call build() and run what it gives';
}

type Arguments<Inputs, Overrides> = {} extends Inputs ? [options?: ExecuteOptions<Inputs, Overrides>] : [options: ExecuteOptions<Inputs, Overrides>];

export interface RunResult<Results> {
  /** Results by node id; undefined for a node that was skipped. */
  readonly results: Results;
  /** A UUID. */
  readonly runId: string;
}

/**
 * Runs workflows in this process, over one database. Holds no state of its own: any number of runs may go on at once.
 */
export class LocalRuntime {
  readonly #db: WorkflowDatabase;
  readonly #port: StepPort;

  /** @param db a `DataFlow`, or the `tx` of one of its transactions */
  constructor(db: WorkflowDatabase) {
    if (typeof (db as WorkflowDatabase | undefined)?.execute !== 'function') throw dfError('DF-802', {});
    this.#db = db;
    this.#port = portOn(db);
  }

  /**
   * Runs a workflow level by level, independent nodes at once, and gives all results. In a transaction (a workflow with
   * `.transaction()`) the nodes share one connection and run one after the other.
   *
   * A failing node ends the run: nodes already running are awaited, nothing further starts, and the promise is rejected
   * with one DataFlowError that has the failure's own code and names node, model, operation and workflow; the driver's
   * or the function's error is its `cause`. A node that has used up its `timeoutMs` fails: a statement is cancelled, and
   * counts as finished when it had taken effect by then; a function sees its signal aborted and is not waited for.
   *
   * Where a workflow has compensations, nodes that have finished are undone before the error is thrown, in the reverse
   * order of their completion, also after an abort; `context.compensated` of the error names them. On the `tx` of a
   * transaction the compensations run in that transaction, which therefore stays usable: each operation has a savepoint.
   *
   * Raises DF-140, DF-141, DF-142 for inputs and overrides that do not fit, DF-215 for wrong options, DF-803 for a
   * function that is missing, DF-804 for an unknown node type, DF-805 when a transaction is asked of a database that has
   * none, DF-550 for a function that fails, DF-552 for a node's timeout, DF-553 for an abort, DF-556 when a compensation
   * fails, DF-557 for the timeout of the run.
   */
  async execute<Inputs, Results, Overridable>(
    workflow: Built & Workflow<Inputs, Results, Overridable>,
    ...[options]: Arguments<Inputs, Overridable>
  ): Promise<RunResult<Results>> {
    const { inputs = {}, params = {}, signal, timeoutMs } = (options ?? {}) as ExecuteOptions<object, Overrides>;
    const program = programOf(workflow, this.#db.schema, params as Overrides);
    checkRunOptions(workflow, options);
    checkInputs(workflow.name, program.inputs, inputs);
    const limit = timeoutMs === undefined ? undefined : timeLimit(signal, timeoutMs, () => dfError('DF-557', { workflow: workflow.name, limit: timeoutMs }));
    try {
      const settings = { inputs: inputs as Readonly<Record<string, unknown>>, runId: crypto.randomUUID(), signal: limit?.signal ?? signal };
      const observation = watching(this.#db);
      const run = (): Promise<ResultsById> => this.#run(workflow, program, settings, observation);
      const results = await (observation === undefined ? run() : observation.workflow(workflow.name, settings.runId, run));
      return { results: results as Results, runId: settings.runId };
    } finally {
      limit?.end();
    }
  }

  #run({ plan, name }: Workflow, program: Program, settings: RunSettings, observation: Observation | undefined): Promise<ResultsById> {
    const watched = (port: StepPort): StepPort => (observation === undefined ? port : observedPort(port, observation, name, settings.runId));
    if (plan.transaction !== undefined) return this.#runInTransaction(plan.transaction, program, settings, watched);
    // On anything but a pool, a failed statement would take the transaction along that the compensations need.
    const contained = program.compensations.size > 0 && !(this.#db instanceof DataFlow);
    return runProgram(watched(this.#port), contained ? { ...program, contained } : program, settings);
  }

  async #runInTransaction(
    transaction: TransactionSettings, program: Program, settings: RunSettings, watched: (port: StepPort) => StepPort,
  ): Promise<ResultsById> {
    const db = this.#db;
    const name = program.workflow;
    if (db.transaction === undefined) throw dfError('DF-805', { workflow: name });
    try {
      // The database may run this more than once, after a serialization failure: every time from the beginning.
      const options = { ...transaction, ...endedBy(db, settings.signal) };
      const run = (tx: WorkflowDatabase): Promise<ResultsById> => runProgram(watched(portOn(tx)), { ...program, sequential: true }, settings);
      return await markDeep(() => db.transaction!(run, options));
    } catch (error) {
      throw cancelled(error, settings.signal, name);
    }
  }
}

/** Only a transaction of its own can be ended as a whole; within another one its statements are. */
function endedBy(db: WorkflowDatabase, signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal !== undefined && db instanceof DataFlow ? { signal } : {};
}

/** A port without a memory: what fails is told to the caller, and a crash ends the run. */
function portOn(db: WorkflowDatabase): StepPort {
  const run = runnerOn(db);
  return {
    tx: (_name, work, contained, signal) => {
      // Inside a PostgreSQL transaction a failed statement spoils the connection; a savepoint keeps it usable.
      if (contained && db.transaction !== undefined) return db.transaction((inner) => work(runnerOn(inner)), endedBy(db, signal));
      return work(run);
    },
    step: (_name, work) => work(),
    // An abort ends the wait; the caller looks at the signal next.
    sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
    now: async () => Date.now(),
    uuid: async () => crypto.randomUUID(),
    isControlError: () => false,
  };
}

function runnerOn(db: WorkflowDatabase): OperationRunner {
  return (node, params, options) => db.execute(node, params, options);
}
