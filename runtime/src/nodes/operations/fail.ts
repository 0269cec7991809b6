import type { CompiledModel } from '../compiled-model.js';
import type { Operation } from '../node.js';
import type { Session } from '../session.js';

/** Ends an operation that failed: our own errors get its names, the driver's get their code. Throws, or rejects. */
export function fail(error: unknown, session: Session, model: CompiledModel, operation: Operation): never | Promise<never> {
  return session.raise(error, model, operation);
}
