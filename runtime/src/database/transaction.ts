import { dfError } from '../errors/dataflow-error.js';
import type { Executor, TransactionOptions } from '../drivers/driver.js';
import { createModels } from '../nodes/model-client.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import { runOperation } from '../nodes/run-operation.js';
import type { Session } from '../nodes/session.js';
import { creationError } from './creation-error.js';
import { nameDriverError } from './driver-errors.js';
import type { NodeParams, NodeResult } from './node-types.js';
import { createTables, missingTables, Tables } from './tables.js';
import type { TransactionScope } from './transaction-scope.js';

/** What the transactions of a `DataFlow` take from it. */
export interface Surroundings<Models extends object> {
  readonly schema: DataFlowSchema<Models> | undefined;
  /** What a `DataFlow` without a schema has. */
  readonly models: DataFlowSchema<Models>;
  readonly createTables: boolean;
  readonly timeoutMs: number;
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
    this.#session = new TransactionSession(scope, surroundings.createTables ? tables : undefined);
    this.schema = surroundings.schema;
    this.models = createModels(surroundings.models, this.#session);
  }

  /** Runs a node's operation in this transaction. */
  execute<N extends NodeClass>(node: N, params: NodeParams<N>): Promise<NodeResult<N>> {
    return runOperation(node, this.#session, params) as Promise<NodeResult<N>>;
  }

  /**
   * Runs a nested transaction, a savepoint: when it throws, only its own work is undone. Those of one level run one after
   * the other. Raises DF-403 for options, which only the outermost can have.
   */
  async transaction<T>(work: (tx: Transaction<Models>) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const [option] = Object.keys(options);
    if (option !== undefined) throw dfError('DF-403', { option: `transaction.${option}`, problem: 'only the outermost transaction can have it' });
    const { timeoutMs } = this.#surroundings;
    let tables: Tables | undefined;
    const result = await this.#scope.nested((scope) => {
      tables = tablesWithin(scope, timeoutMs, this.#tables);
      return work(new Transaction(scope, tables, this.#surroundings));
    });
    if (tables !== undefined) this.#tables.adopt(tables);
    return result;
  }
}

/** Tables as a transaction knows them; what it creates it creates itself, so that a rollback takes it along. */
export function tablesWithin(scope: TransactionScope, timeoutMs: number, outer: Tables): Tables {
  return new Tables(async (models) => {
    try {
      // Usually all are there, and the lock, which this transaction would keep until its end, is not needed.
      if ((await missingTables(scope, models)).length > 0) await createTables(scope, models, timeoutMs);
    } catch (error) {
      throw creationError(error, models[0]!);
    }
  }, outer);
}

class TransactionSession implements Session {
  readonly #scope: TransactionScope;
  readonly #tables: Tables | undefined;

  constructor(scope: TransactionScope, tables: Tables | undefined) {
    this.#scope = scope;
    this.#tables = tables;
  }

  get executor(): Executor {
    this.#scope.refuseWhenEnded();
    return this.#scope;
  }

  ready(model: Parameters<Session['ready']>[0]): Promise<void> | undefined {
    this.#scope.refuseWhenEnded();
    return this.#tables?.ready(model);
  }

  atomically<T>(work: (executor: Executor) => Promise<T>): Promise<T> {
    return this.#scope.atomically(work);
  }

  raise(error: unknown, model: Parameters<Session['ready']>[0], operation: string): never {
    throw nameDriverError(error, { model, operation });
  }

  now(): Date {
    return new Date();
  }
}
