import { dfError } from '../errors/dataflow-error.js';
import type { Finding } from '../errors/finding.js';
import type { NodeClass } from '../nodes/node.js';
import type {
  AnyNode, AnyState, ClassOf, Flow, FunctionEntry, Given, InputEntry, InputsOf, KnownClass, LackingIn, LackingOf, NodeFunction, OperationEntry, ParamNames,
} from './builder-types.js';
import { freeze, isolationLevels, planFormat, type Connection, type NodeOptions, type PlanData, type PlanNode, type TransactionSettings } from './plan.js';
import { checkWorkflow } from './rules.js';
import { encodeValue } from './tagged-values.js';
import type { JsonObject } from './plan.js';
import type { Workflow } from './workflow.js';
import { graphOf } from './graph.js';

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
    const place = `node '${id}'`;
    const type = this.#register(node, id);
    const given = params ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) throw dfError('DF-217', { place: `the parameters of ${place}`, what: Array.isArray(given) ? 'a list' : typeof given });
    const encoded = Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, encodeValue(value, place, key)]),
    );
    const version = this.#classes.get(type)?.version ?? null;
    this.#nodes.push({ id, kind: 'operation', type, version, params: encoded, ...planOptions(options, id) });
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
      if (typeof value !== 'string' || value === '' || value.split('.').includes('')) {
        throw dfError('DF-201', { connection: `${from}.${output} -> ${to}.${input}`, problem: `'${part}' is ${describe(value)}, not a name or dot path` });
      }
    }
    this.#connections.push(parts);
    return this;
  }

  /** Runs the workflow in one database transaction: all of it takes effect, or nothing. Raises DF-215 for an unknown isolation level. */
  transaction(settings: TransactionSettings = {}): this {
    const { isolation } = settings;
    if (isolation !== undefined && !isolationLevels.includes(isolation)) {
      throw dfError('DF-215', { option: 'isolation', owner: `workflow '${this.#name}'`, wanted: isolationLevels.map((level) => `'${level}'`).join(', ') });
    }
    this.#transaction = isolation === undefined ? {} : { isolation };
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
    };
    const classes = new Map(this.#classes);
    raiseFindings(checkWorkflow(graphOf(plan, classes)), this.#name);
    // Copied before it is frozen: the builder may be added to and built again.
    const workflow: Workflow = { name: plan.name, plan: freeze(structuredClone(plan)), functions: new Map(this.#functions), classes };
    return Object.freeze(workflow) as never;
  }

  #register(node: unknown, id: string): string {
    if (typeof node === 'string' && node !== '') return node;
    if (!isNodeClass(node)) throw dfError('DF-208', { node: id, given: describe(node), wanted: 'a generated node class or its name' });
    this.#classes.set(node.type, node);
    return node.type;
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

/** Ids are the first part of dot paths and the keys of conditions, where operators begin with `$`. */
function checkId(id: unknown): void {
  if (typeof id !== 'string' || !/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(id) || id === 'input') throw dfError('DF-213', { what: 'a node', name: String(id) });
}

function planOptions(options: NodeOptions | undefined, id: string): Pick<PlanNode, 'when' | 'retry' | 'timeoutMs'> {
  if (options === undefined) return {};
  const wrong = (option: string, wanted: string) => dfError('DF-215', { option, owner: `node '${id}'`, wanted }, { context: { node: id } });
  if (typeof options !== 'object' || options === null) throw wrong('options', 'an object');
  const { when, retry, timeoutMs, ...others } = options;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw wrong(unknown, 'one of when, retry, timeoutMs');
  if (when !== undefined && (typeof when !== 'object' || when === null || Array.isArray(when))) throw wrong('when', 'an object of conditions by node id');
  if (retry !== undefined && !(isCount(retry?.max) && (retry.backoffMs === undefined || isCount(retry.backoffMs)))) {
    throw wrong('retry', '{ max, backoffMs? }, both whole numbers of at least 0');
  }
  if (timeoutMs !== undefined && !(isCount(timeoutMs) && timeoutMs > 0)) throw wrong('timeoutMs', 'a whole number of milliseconds, at least 1');
  return {
    ...(when && { when: encodeValue(when, `node '${id}'`, 'when') as JsonObject }),
    ...(retry && { retry: { max: retry.max, ...(retry.backoffMs !== undefined && { backoffMs: retry.backoffMs }) } }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'function' ? `the function ${value.name || 'without a name'}` : typeof value;
}
