import { isOutcomeUnknown } from '../drivers/outcome.js';
import type { TransactionConnection } from '../drivers/driver.js';
import { dfError, type ErrorMode } from '../errors/dataflow-error.js';

/** Commits. DF-512 when nobody can know whether it took effect; other errors are the driver's. */
export async function commit(connection: TransactionConnection, mode: ErrorMode | undefined, signal?: AbortSignal): Promise<void> {
  try {
    await connection.commit(signal);
  } catch (error) {
    throw mode !== 'disabled' && isOutcomeUnknown(error) ? dfError('DF-512', {}, { cause: error }).within({}, mode) : error;
  }
}
