import { dfError } from '../errors/dataflow-error.js';
import { checkNotBoth } from './check-parameters.js';
import type { CompiledModel } from './compiled-model.js';
import { nodeTypeOf } from './node.js';
import type { Session } from './session.js';

/** Whether rows are to be locked. Raises DF-109, DF-121 outside of a transaction, DF-122, DF-513 in a read-only one. */
export function checkLock(model: CompiledModel, operation: 'read' | 'list', session: Session, params: Record<string, unknown>): boolean {
  const { lock, skipLocked, noWait } = params;
  if (lock === undefined && skipLocked === undefined && noWait === undefined) return false;
  const node = nodeTypeOf(model.name, operation);
  const context = { context: { model: model.name, operation, parameter: 'lock' } };
  checkNotBoth(model, operation, params, 'skipLocked', 'noWait');
  if (lock === undefined) throw dfError('DF-122', { node, name: skipLocked === undefined ? 'noWait' : 'skipLocked' }, context);
  if (!session.inTransaction) throw dfError('DF-121', { node }, context);
  if (session.readOnly) throw dfError('DF-513', { what: 'lock rows' }, context);
  return true;
}
