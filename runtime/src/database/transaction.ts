import { dfError } from '../errors/dataflow-error.js';
import type { Executor, TransactionOptions } from '../drivers/driver.js';
import { createModels } from '../nodes/model-client.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import type { BulkOptions } from '../nodes/call-options.js';
import type { OperationObserver } from '../nodes/observer.js';
import { runNode } from '../nodes/run-operation.js';
import type { Session } from '../nodes/session.js';
import type { Observation } from '../observe/observation.js';
import { observations } from '../observe/observations.js';
import { raiseDriverError, type Naming } from './driver-errors.js';
import { isSchemaConflict } from './error-kinds.js';
import type { NodeParams, NodeResult } from './node-types.js';
import type { Tables } from './tables.js';
import type { TransactionScope } from './transaction-scope.js';

/** What the transactions of a `DataFlow` take from it. */
export interface Surroundings<Models extends object> {
  readonly schema: DataFlowSchema<Models> | undefined;
  /** What a `DataFlow` without a schema has. */
  readonly models: DataFlowSchema<Models>;
  readonly observation: Observation;
  readonly naming: Naming;
}

/**
 * An open transaction: the same `models` and `execute` as on the `DataFlow`, on one connection. Once it has ended every
 * call raises DF-540; after a failed statement DF-502, unless a nested transaction contained it.
 */
export class Transaction<Models extends object = object> {
  /** The operations of every model of the schema. */
  readonly models: Models;
  /** The schema of the `DataFlow`. */
  readonly schema: DataFlowSchema<Models> | undefined;
  readonly #scope: TransactionScope;
  readonly #tables: Tables;
  readonly #session: Session;
  readonly #surroundings: Surroundings<Models>;

  /** Made by `transaction` only. */
  constructor(scope: TransactionScope, tables: Tables, surroundings: Surroundings<Models>) {
    this.#scope = scope;
    this.#tables = tables;
    this.#surroundings = surroundings;
    const { observer } = surroundings.observation;
    this.#session = new TransactionSession(scope, tables, observer, surroundings.naming);
    if (observer !== undefined) observations.set(this, surroundings.observation);
    this.schema = surroundings.schema;
    this.models = createModels(surroundings.models, this.#session);
  }

  /** Runs a node's operation in this transaction. */
  execute<N extends NodeClass>(node: N, params: NodeParams<N>, options?: BulkOptions): Promise<NodeResult<N>> {
    return runNode(node, this.#session, params, options) as Promise<NodeResult<N>>;
  }

  /**
   * Runs a nested transaction, a savepoint: when it throws, only its own work is undone. Those of one level run one after
   * the other. Raises DF-403 for options, which only the outermost can have.
   */
  async transaction<T>(work: (tx: Transaction<Models>) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const [option] = Object.keys(options);
    if (option !== undefined) throw dfError('DF-403', { option: `transaction.${option}`, problem: 'only the outermost transaction can have it' });
    let tables: Tables | undefined;
    const result = await this.#scope.nested((scope) => {
      tables = this.#tables.within(scope);
      return work(new Transaction(scope, tables, this.#surroundings));
    });
    if (tables !== undefined) this.#tables.adopt(tables);
    return result;
  }
}

class TransactionSession implements Session {
  readonly inTransaction = true;
  readonly reads = undefined;
  readonly readOnly: boolean;
  readonly observer: OperationObserver | undefined;
  readonly #scope: TransactionScope;
  readonly #tables: Tables;
  readonly #naming: Naming;

  constructor(scope: TransactionScope, tables: Tables, observer: OperationObserver | undefined, naming: Naming) {
    this.#scope = scope;
    this.readOnly = scope.settings.readOnly;
    this.#tables = tables;
    this.observer = observer;
    this.#naming = naming;
  }

  get executor(): Executor {
    this.#scope.refuseWhenEnded();
    return this.#scope;
  }

  ready(model: Parameters<Session['ready']>[0]): Promise<void> | undefined {
    this.#scope.refuseWhenEnded();
    return this.#tables.ready(model);
  }

  atomically<T>(work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#scope.atomically(work, signal);
  }

  raise(error: unknown, model: Parameters<Session['ready']>[0], operation: string): never | Promise<never> {
    if (isSchemaConflict(error)) this.#tables.forget(model);
    return raiseDriverError(error, { model, operation, ...this.#naming }, () => this.#scope.bare);
  }

  now(): Date {
    return new Date();
  }
}
