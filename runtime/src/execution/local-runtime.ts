import { v4 as uuid } from 'uuid';
import { setTimeout as delay } from 'node:timers/promises';
import { dfError } from '../errors/dataflow-error.js';
import type { Workflow } from '../workflow/workflow.js';
import { runProgram, type StepPort } from './control-flow.js';
import { programOf, type Overrides } from './program.js';
import { checkInputs } from './run-inputs.js';
import type { WorkflowDatabase } from './workflow-database.js';

/** What a single run is given. */
export type ExecuteOptions<Inputs, Overrides> = {
  /** Parameters that this run gives differently, by node id. */
  readonly params?: Overrides;
  /** Ends the run between two nodes with DF-553; function nodes see it in their second argument. */
  readonly signal?: AbortSignal;
} & ({} extends Inputs ? { readonly inputs?: Inputs } : { readonly inputs: Inputs });

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

  /** @param db a `DataFlow`, or the `tx` of one of its transactions */
  constructor(db: WorkflowDatabase) {
    if (typeof (db as WorkflowDatabase | undefined)?.execute !== 'function') throw dfError('DF-802', {});
    this.#db = db;
  }

  /**
   * Runs a workflow level by level, independent nodes at once, and gives all results. In a transaction (a workflow with
   * `.transaction()`, or a runtime on a `tx`) the nodes share one connection and run one after the other.
   *
   * A failing node ends the run: nodes already running are awaited, nothing further starts, and the promise is rejected
   * with one DataFlowError that has the failure's own code and names node, model, operation and workflow; the driver's
   * or the function's error is its `cause`. A node that ran out of `timeoutMs` is not awaited: a function sees its
   * signal aborted, a statement already sent may still take effect (not so in a transaction, which is rolled back).
   *
   * Raises DF-140, DF-141, DF-142 for inputs and overrides that do not fit, DF-803 for a function that is missing,
   * DF-804 for an unknown node type, DF-805 when a transaction is asked of a database that has none, DF-550 for a
   * function that fails, DF-552 for a timeout, DF-553 for an abort.
   */
  async execute<Inputs, Results, Overridable>(
    workflow: Workflow<Inputs, Results, Overridable>,
    ...[options]: Arguments<Inputs, Overridable>
  ): Promise<RunResult<Results>> {
    const { inputs = {}, params = {}, signal = new AbortController().signal } = (options ?? {}) as ExecuteOptions<object, Overrides>;
    const program = programOf(workflow, this.#db.schema, params as Overrides);
    checkInputs(workflow, program, inputs);
    const settings = { inputs: inputs as Readonly<Record<string, unknown>>, runId: uuid(), signal };
    const { transaction } = workflow.plan;
    let results: Map<string, unknown>;
    if (transaction === undefined) {
      results = await runProgram(portOn(this.#db, signal), program, settings);
    } else {
      if (this.#db.transaction === undefined) throw dfError('DF-805', { workflow: workflow.name });
      // The database may run this more than once, after a serialization failure: every time from the beginning.
      results = await this.#db.transaction((tx) => runProgram(portOn(tx, signal), { ...program, sequential: true }, settings), transaction);
    }
    return { results: Object.fromEntries(workflow.plan.nodes.map(({ id }) => [id, results.get(id)])) as Results, runId: settings.runId };
  }
}

/** A port without a memory: what fails is told to the caller, and a crash ends the run. */
function portOn(db: WorkflowDatabase, signal: AbortSignal): StepPort {
  return {
    tx: (_name, work, repeatable) => {
      // Inside a PostgreSQL transaction a failed statement spoils the connection; a savepoint keeps another attempt possible.
      if (repeatable && db.transaction !== undefined) return db.transaction((inner) => work((node, params) => inner.execute(node, params)));
      return work((node, params) => db.execute(node, params));
    },
    step: (_name, work) => work(),
    // An abort ends the wait; the caller looks at the signal next.
    sleep: (ms) => delay(ms, undefined, { signal }).catch(() => undefined),
    now: async () => Date.now(),
    uuid: async () => uuid(),
    isControlError: () => false,
  };
}
