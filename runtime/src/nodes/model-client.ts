import type { CompiledModel, Row } from './compiled-model.js';
import { operations, type DataFlowSchema, type Operation } from './node.js';
import type { BulkOptions, CallOptions } from './call-options.js';
import { runOperation } from './run-operation.js';
import { stream } from './operations/stream.js';
import type { Session } from './session.js';

/** The operations of one model, `db.models.User`. Methods may be used apart from it. */
export type ModelClient = { readonly [O in Operation]: (params?: unknown, options?: BulkOptions) => Promise<unknown> } & {
  /** All rows of a filter, a batch at a time. */
  readonly stream: (params?: unknown, options?: CallOptions) => AsyncIterable<Row>;
};

/**
 * The operations of every model of a schema on a session, `db.models`. Types are made once per schema, methods when they are asked
 * for: a transaction over a large schema costs nothing.
 */
export function createModels<Models extends object>(schema: DataFlowSchema<Models>, session: Session): Models {
  let type = types.get(schema);
  if (type === undefined) types.set(schema, (type = typeOf(schema)));
  return new type(session) as unknown as Models;
}

type ModelsType = new (session: Session) => object;

const types = new WeakMap<DataFlowSchema, ModelsType>();

function typeOf(schema: DataFlowSchema): ModelsType {
  class Models {
    readonly #session: Session;
    readonly #clients: object[] = [];
    constructor(session: Session) {
      this.#session = session;
    }
    static client(models: Models, type: ClientType, place: number): object {
      return (models.#clients[place] ??= new type(models.#session));
    }
  }
  for (const [place, [name, model]] of Object.entries(schema.models as Readonly<Record<string, CompiledModel>>).entries()) {
    const type = clientTypeOf(model);
    const get = function (this: Models): object {
      return Models.client(this, type, place);
    };
    Object.defineProperty(Models.prototype, name, { enumerable: true, get });
  }
  return Models;
}

type ClientType = new (session: Session) => object;

function clientTypeOf(model: CompiledModel): ClientType {
  class Client {
    readonly #session: Session;
    readonly #methods: ModelClient[Operation][] = [];
    #stream: ModelClient['stream'] | undefined;
    constructor(session: Session) {
      this.#session = session;
    }
    static method(client: Client, operation: Operation, place: number): ModelClient[Operation] {
      const session = client.#session;
      return (client.#methods[place] ??= (params, options) => runOperation(operation, model, session, params, options));
    }
    get stream(): ModelClient['stream'] {
      const session = this.#session;
      return (this.#stream ??= (params, options) => stream(model, session, params, options));
    }
  }
  for (const [place, operation] of operations.entries()) {
    const get = function (this: Client): ModelClient[Operation] {
      return Client.method(this, operation, place);
    };
    Object.defineProperty(Client.prototype, operation, { enumerable: true, get });
  }
  return Client;
}
