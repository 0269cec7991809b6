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
import type { Session } from './session.js';

/** What runs an operation: checks its parameters, encodes, executes, decodes. */
export type Runner = (model: CompiledModel, session: Session, params: unknown) => Promise<unknown>;

export const runners: { readonly [O in Operation]: Runner } = {
  create, read, update, delete: deleteOne, list, count, upsert, bulkCreate, bulkUpdate, bulkDelete, bulkUpsert,
};

/** Runs a generated node: what `db.models` does, under the node's name. */
export function runOperation(node: NodeClass, session: Session, params: unknown): Promise<unknown> {
  return runners[node.operation](node.model, session, params);
}
