import type { CompiledModel } from './compiled-model.js';
import type { NodeClass, Operation } from './node.js';
import { bulkCreate, bulkUpsert } from './operations/bulk-create.js';
import { bulkDelete } from './operations/bulk-delete.js';
import { bulkUpdate } from './operations/bulk-update.js';
import { create } from './operations/create.js';
import { deleteOne } from './operations/delete.js';
import { count, list } from './operations/list.js';
import { read } from './operations/read.js';
import { update } from './operations/update.js';
import { upsert } from './operations/upsert.js';
import type { BulkOptions } from './call-options.js';
import type { Session } from './session.js';
import { within } from './limited-session.js';

/** What runs an operation: checks its parameters, encodes, executes, decodes. */
export type Runner = (model: CompiledModel, session: Session, params: unknown, options?: BulkOptions) => Promise<unknown>;

export const runners: { readonly [O in Operation]: Runner } = {
  create, read, update, delete: deleteOne, list, count, upsert, bulkCreate, bulkUpdate, bulkDelete, bulkUpsert,
};

/**
 * Runs an operation: what `db.models` and nodes come down to.
 * @param options limits of this call; most calls have none
 */
export function runOperation(operation: Operation, model: CompiledModel, session: Session, params: unknown, options?: BulkOptions): Promise<unknown> {
  if (options === undefined && session.observer === undefined) return runners[operation](model, session, params);
  const run = (on: Session): Promise<unknown> =>
    options === undefined ? runners[operation](model, on, params) : within(on, options, model, operation, (limited) => runners[operation](model, limited, params, options));
  return session.observer === undefined ? run(session) : session.observer.operation(model, operation, session, run);
}

/** Runs a generated node: what `db.models` does, under the node's name. */
export function runNode(node: NodeClass, session: Session, params: unknown, options?: BulkOptions): Promise<unknown> {
  return runOperation(node.operation, node.model, session, params, options);
}
