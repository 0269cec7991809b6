import { dfError } from '../errors/dataflow-error.js';
import type { Finding } from '../errors/finding.js';
import type { NodeClass } from '../nodes/node.js';
import type {
  AnyNode, AnyState, ClassOf, Flow, FunctionEntry, Given, InputEntry, InputsOf, KnownClass, LackingIn, LackingOf, NodeFunction, OperationEntry, ParamNames,
} from './builder-types.js';
import { checkId, describe, isPath, planOptions, planParams, transactionSettings, undoFunctionOptions, undoOptions } from './builder-options.js';
import { unknownNode } from './compensation-rules.js';
import type { LooseUndoOptions, UndoFunction } from './compensation-types.js';
import { freeze, planFormat, undoName, type Compensation, type Connection, type NodeOptions, type PlanData, type PlanNode, type TransactionSettings } from './plan.js';
import { graphOf } from './graph.js';
import { checkWorkflow } from './rules.js';
import type { Workflow } from './workflow.js';

type Skips<O> = O extends { readonly when: object } ? undefined : never;

/**
 * Describes a workflow: nodes, and connections from outputs to inputs. `build()` checks it and makes an immutable plan.
 *
 * From the first chained `addNode` or `addFunction` on, the chain's type knows every node, and mistakes are compile
 * errors. A builder in a variable that is filled by statements is typed loosely; there `build()` (and, earlier, the
 * compiler plugin) reports the same mistakes.
 */
export class WorkflowBuilder<N extends { readonly [id: string]: AnyState } = {}> {
  readonly #name: string;
  readonly #nodes: PlanNode[] = [];
  readonly #connections: Connection[] = [];
  readonly #compensations: Compensation[] = [];
  readonly #functions = new Map<string, NodeFunction>();
  readonly #classes = new Map<string, NodeClass>();
  #transaction: TransactionSettings | undefined;

  /** @param name the workflow's name, for errors, logs and the inspector */
  constructor(name: string) {
    if (typeof name !== 'string' || name.trim() === '') throw dfError('DF-213', { what: 'the workflow', name: String(name) });
    this.#name = name;
  }

  /** Declares the workflow's inputs. They are the outputs of the pseudo-node `input`. */
  withInput<T extends object>(): WorkflowBuilder<InputEntry<T>> {
    return this as never;
  }

  /**
   * Adds a generated node.
   * @param node its class, or its name (then the database's schema must know it)
   * @param id its name in the workflow, unique
   * @param params what is given; the rest is connected
   * @param options `when`, `retry`, `timeoutMs`
   *
   * Raises DF-208 for something that is no node class, DF-213 for an impossible id, DF-215 for wrong options, DF-217 for
   * a value that cannot stand in a plan.
   */
  addNode<C extends AnyNode | string, const I extends string, const P extends ParamNames<ClassOf<C>> = {}, O extends NodeOptions = {}, D extends AnyNode = ClassOf<C>>(
    node: KnownClass<C>,
    id: I,
    params?: [P] extends [never] ? P : Given<D, P>,
    options?: O,
  ): Flow<N & OperationEntry<I, D, P, Skips<O>>, LackingIn<I, D, P>> {
    checkId(id);
    const { type, version } = this.#register(node, id);
    this.#nodes.push({ id, kind: 'operation', type, version, params: planParams(params, `node '${id}'`), ...planOptions(options, id) });
    return this as never;
  }

  /**
   * Adds a function as a node. The keys of its first parameter are its inputs, its awaited result gives its outputs.
   * Raises DF-213 for an impossible id, DF-208 for something that is no function, DF-215 for wrong options.
   */
  addFunction<const I extends string, F extends NodeFunction, O extends NodeOptions = {}>(
    id: I,
    fn: F,
    options?: O,
  ): Flow<N & FunctionEntry<I, F, Skips<O>>, LackingOf<I, F>> {
    checkId(id);
    if (typeof fn !== 'function') throw dfError('DF-208', { node: id, given: describe(fn), wanted: 'a function' });
    if (!this.#functions.has(id)) this.#functions.set(id, fn);
    this.#nodes.push({ id, kind: 'function', function: fn.name || id, ...planOptions(options, id) });
    return this as never;
  }

  /**
   * Feeds an input from an output. Both may be dot paths: `('prepare', 'user.id', 'rename', 'filter.id')`.
   * The workflow's own inputs are outputs of the pseudo-node `input`. Raises DF-201 when a part is missing or empty.
   */
  addConnection(from: string, output: string, to: string, input: string): this {
    const parts = { from, output, to, input };
    for (const [part, value] of Object.entries(parts)) {
      if (!isPath(value)) {
        throw dfError('DF-201', { connection: `${from}.${output} -> ${to}.${input}`, problem: `'${part}' is ${describe(value)}, not a name or dot path` });
      }
    }
    this.#connections.push(parts);
    return this;
  }

  /**
   * Says what undoes a node when the run fails after the node has finished: a saga. What was done is undone in the reverse
   * order of its completion, one node after the other. Where the node gave nothing that the undoing node needs (nothing was
   * found, nothing deleted) there is nothing to undo.
   * @param node id of the node that is undone
   * @param undo a generated node, its name, or a function of the result
   * @param options for a node: `from`, inputs of the undoing node taken from the result (dot paths on both sides), and `params`;
   *   for both `retry` and `timeoutMs`
   *
   * Raises DF-220 when `node` is no id, DF-208 for what can undo nothing, DF-215 and DF-217 for wrong options; `build()` raises
   * DF-220 to DF-222 and the codes of connections and inputs.
   */
  compensate<C extends AnyNode | string | UndoFunction, const P extends ParamNames<ClassOf<C>> = {}>(
    node: string,
    undo: C extends string ? KnownClass<C> : C,
    options?: LooseUndoOptions<C, P>,
  ): this {
    if (typeof node !== 'string' || node === '') raiseFindings([unknownNode(this.#name, String(node), this.#nodes.map(({ id }) => id))], this.#name);
    const name = undoName(node);
    if (typeof undo === 'function' && !isNodeClass(undo)) {
      if (!this.#functions.has(name)) this.#functions.set(name, undo);
      this.#compensations.push({ node, kind: 'function', function: undo.name || name, ...undoFunctionOptions(options, node) });
    } else {
      const { type, version } = this.#register(undo, name, 'a generated node class, its name, or a function');
      const { from, params, step } = undoOptions(options, node);
      this.#compensations.push({ node, kind: 'operation', type, version, from, params, ...step });
    }
    return this;
  }

  /**
   * Runs the workflow in one database transaction: all of it takes effect, or nothing.
   * @param settings `isolation`, `readOnly`, `deferrable`, `retries`
   *
   * Raises DF-215 for settings that are wrong or do not go together.
   */
  transaction(settings: TransactionSettings = {}): this {
    this.#transaction = transactionSettings(settings, this.#name);
    return this;
  }

  /**
   * Checks the workflow as a whole and makes the immutable plan. Raises the first finding of the workflow rules
   * (DF-201 to DF-229); further ones stand in the error's context as `findings`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  build(): Workflow<N extends { input: unknown } ? InputsOf<N> : any, any, any> {
    const plan: PlanData = {
      format: planFormat,
      name: this.#name,
      nodes: this.#nodes,
      connections: this.#connections,
      ...(this.#transaction && { transaction: this.#transaction }),
      ...(this.#compensations.length > 0 && { compensations: this.#compensations }),
    };
    const classes = new Map(this.#classes);
    raiseFindings(checkWorkflow(graphOf(plan, classes)), this.#name);
    // Copied before it is frozen: the builder may be added to and built again.
    const workflow: Workflow = { name: plan.name, plan: freeze(structuredClone(plan)), functions: new Map(this.#functions), classes };
    return Object.freeze(workflow) as never;
  }

  #register(node: unknown, id: string, wanted = 'a generated node class or its name'): { readonly type: string; readonly version: number | null } {
    if (typeof node === 'string' && node !== '') return { type: node, version: this.#classes.get(node)?.version ?? null };
    if (!isNodeClass(node)) throw dfError('DF-208', { node: id, given: describe(node), wanted });
    this.#classes.set(node.type, node);
    return node;
  }
}

/** Throws the first finding as an error; all others are in its context. */
export function raiseFindings(findings: readonly Finding[], workflow: string): void {
  const [first, ...others] = findings;
  if (first === undefined) return;
  throw dfError(first.code, first.data as never, {
    context: { workflow, ...(others.length > 0 && { findings: others.map(({ code, data }) => ({ code, data })) }) },
  });
}

function isNodeClass(value: unknown): value is NodeClass {
  const node = value as Partial<NodeClass> | null | undefined;
  return typeof node?.type === 'string' && typeof node.operation === 'string' && typeof node.model === 'object';
}
