import type { Logger } from '../database/logger.js';
import type { TransactionAttempt } from '../errors/attempts.js';
import { callSiteHere } from './call-site-here.js';
import { inMs, writeLog } from './write-log.js';

/** Reports attempts of transactions that failed with a deadlock or a serialization failure. */
export class RetryLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  retried({ code, durationMs, waitMs }: TransactionAttempt, number: number): void {
    const at = callSiteHere();
    const place = at === undefined ? '' : ` at ${at}`;
    writeLog(this.#logger, 'warn', `DataFlow: run ${number} of the transaction${place} failed with ${code} after ${inMs(durationMs)}, again in ${inMs(waitMs)}`, {
      event: 'retry', attempt: number, code, durationMs, waitMs, ...(at !== undefined && { at }),
    });
  }
}
