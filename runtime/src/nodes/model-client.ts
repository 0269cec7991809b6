import type { CompiledModel } from './compiled-model.js';
import { operations, type DataFlowSchema, type Operation } from './node.js';
import { runners } from './run-operation.js';
import type { Session } from './session.js';

/** The operations of one model, `db.models.User`. Methods may be used apart from it. */
export type ModelClient = { readonly [O in Operation]: (params?: unknown) => Promise<unknown> };

/**
 * The operations of every model of a schema on a session, `db.models`. A model's methods are made when it is first asked for,
 * and once, so that a transaction over a large schema costs nothing.
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
    constructor(session: Session) {
      this.#session = session;
    }
    static session(models: Models): Session {
      return models.#session;
    }
  }
  for (const [name, model] of Object.entries(schema.models as Readonly<Record<string, CompiledModel>>)) {
    Object.defineProperty(Models.prototype, name, {
      enumerable: true,
      get(this: Models): ModelClient {
        const client = clientOf(model, Models.session(this));
        Object.defineProperty(this, name, { value: client, enumerable: true });
        return client;
      },
    });
  }
  return Models;
}

function clientOf(model: CompiledModel, session: Session): ModelClient {
  const client = {} as Record<Operation, (params?: unknown) => Promise<unknown>>;
  for (const operation of operations) {
    const run = runners[operation];
    client[operation] = (params) => run(model, session, params);
  }
  return Object.freeze(client);
}
