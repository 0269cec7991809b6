import type { CompiledModel } from './compiled-model.js';

/** The eleven operations, in the order in which everything lists them. */
export const operations = [
  'create', 'read', 'update', 'delete', 'list', 'count', 'upsert', 'bulkCreate', 'bulkUpdate', 'bulkDelete', 'bulkUpsert',
] as const;
export type Operation = (typeof operations)[number];

/** `User`, `bulkCreate` → `UserBulkCreateNode`. */
export function nodeTypeOf(model: string, operation: Operation): string {
  return `${model}${operation[0]!.toUpperCase()}${operation.slice(1)}Node`;
}

/** What a generated node class is to the runtime: a name for one operation on one model. Never instantiated by the runtime. */
export interface NodeClass {
  /** `UserCreateNode`. */
  readonly type: string;
  /** Version of the node's contract, kept in plans. */
  readonly version: number;
  readonly model: CompiledModel;
  readonly operation: Operation;
}

/** Base of the generated node classes; the static parts are filled in by the generated module. */
export abstract class DataFlowNode {
  static readonly version: number = 1;
}

/**
 * What a generated node class is to the type checker. The `$` members exist in types only.
 *
 * - `$in`: every parameter with its type, none optional, none with undefined; forbidden ones hold a teaching message.
 * - `$required`: names of the parameters that must be given or connected.
 * - `$out`: the result.
 */
export interface TypedNodeClass<Type extends string = string, In extends object = object, Required extends PropertyKey = never, Out = unknown>
  extends NodeClass {
  readonly type: Type;
  readonly $in: In;
  readonly $required: Required;
  readonly $out: Out;
}

/** Generated nodes by name, so that `addNode('UserCreateNode', …)` is typed. The generated index augments it. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface NodeRegistry {}

/** What `import { schema } from '#dataflow'` is: every model, and every node by its type name. */
export interface DataFlowSchema<Models extends object = object> {
  readonly models: { readonly [Name in keyof Models]: CompiledModel };
  readonly nodes: Readonly<Record<string, NodeClass>>;
  /** Exists in types only: the operations of `db.models`. */
  readonly $models?: Models;
}

/** Collects the generated models and nodes. */
export function defineSchema(models: Record<string, CompiledModel>, nodes: readonly NodeClass[]): DataFlowSchema {
  return Object.freeze({ models: Object.freeze(models), nodes: Object.freeze(Object.fromEntries(nodes.map((node) => [node.type, node]))) });
}
