import { DataFlowError } from '../../errors/dataflow-error.js';
import type { CompiledModel } from '../compiled-model.js';
import type { Operation } from '../node.js';
import type { Session } from '../session.js';

/** Ends an operation that failed: our own errors get its names, the driver's get their code. */
export function fail(error: unknown, session: Session, model: CompiledModel, operation: Operation): never {
  if (error instanceof DataFlowError) throw error.within({ model: model.name, operation });
  return session.raise(error, model, operation);
}
