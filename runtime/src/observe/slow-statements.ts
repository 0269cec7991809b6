import { LRUCache } from 'lru-cache';
import type { Logger } from '../database/logger.js';
import type { Driver } from '../drivers/driver.js';
import type { Activity, StatementActivity, Watched, Watcher } from './activity.js';
import { callSiteHere } from './call-site-here.js';
import { errorCode } from './error-code.js';
import { queryPlan } from './query-plan.js';
import { oneLine, typesOf, verbOf } from './statement-text.js';
import { inMs, roundMs, writeLog } from './write-log.js';

/** A plan is asked for once in this time for each text of a statement. */
const planEveryMs = 60_000;
const mostTexts = 1000;
const hasPlan = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'WITH']);
/** Most plans asked for at once: a database that is slow already is not asked for more. */
const mostPlans = 2;

/** `slowQueryMs`: reports statements that took longer, with their plan. */
export class SlowStatements implements Watcher {
  readonly statements = true;
  readonly #limitMs: number;
  readonly #logger: Logger;
  readonly #explained = new LRUCache<string, true>({ max: mostTexts, ttl: planEveryMs });
  readonly #underWay = new Set<Promise<void>>();
  #driver: Driver | undefined;

  constructor(limitMs: number, logger: Logger) {
    this.#limitMs = limitMs;
    this.#logger = logger;
  }

  /** @param watched its driver is not observed, or plans would be statements of their own */
  opened({ driver }: Watched): void {
    this.#driver = driver;
  }

  ended(activity: Activity, ms: number, error: unknown): void {
    if (ms <= this.#limitMs || activity.kind !== 'statement' || activity.step !== undefined) return;
    const at = callSiteHere();
    const planned = this.#mayExplain(activity) ? queryPlan(this.#driver!, activity.statement, activity.values) : undefined;
    if (planned === undefined) return this.#report(activity, ms, error, at);
    const reported = planned
      // The plan is an extra: its table may be one that an open transaction has made.
      .catch((failure: unknown) => [`no plan: ${errorCode(failure)}`])
      .then((plan) => this.#report(activity, ms, error, at, plan))
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(reported));
    this.#underWay.add(reported);
  }

  async closed(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  #mayExplain({ statement, by }: StatementActivity): boolean {
    // Without an operation it is a look-up or a change of the catalog, which have no plan worth reading. A FETCH has none.
    if (by === undefined || !hasPlan.has(verbOf(statement)) || this.#driver === undefined || this.#underWay.size >= mostPlans || this.#explained.has(statement.text)) return false;
    this.#explained.set(statement.text, true);
    return true;
  }

  #report({ statement, values, size, by, rows, changes }: StatementActivity, ms: number, error: unknown, at: string | undefined, plan?: string[]): void {
    const place = by === undefined ? 'a statement' : `${by.model.name}.${by.operation}`;
    const fields = {
      event: 'slow',
      ...(by !== undefined && { model: by.model.name, operation: by.operation }),
      ms: roundMs(ms),
      limitMs: this.#limitMs,
      sql: statement.text,
      parameters: typesOf(values),
      ...(size === 1 ? {} : { size }),
      rows,
      changes,
      ...(error !== undefined && { code: errorCode(error) }),
      ...(at !== undefined && { at }),
      pool: this.#driver?.stats(),
      ...(plan !== undefined && { plan }),
    };
    const lines = [`DataFlow: ${place} took ${inMs(ms)}${at === undefined ? '' : ` at ${at}`}: ${oneLine(statement.text)}`, ...(plan ?? []).map((line) => `  ${line}`)];
    writeLog(this.#logger, 'warn', lines.join('\n'), fields);
  }
}
