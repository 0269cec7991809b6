import type { Logger } from '../database/logger.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { callSiteHere } from './call-site-here.js';
import type { Activity, OperationActivity, StatementActivity, Watched, Watcher } from './activity.js';
import { errorCode } from './error-code.js';
import { oneLine, typesOf } from './statement-text.js';
import { inMs, roundMs, writeLog } from './write-log.js';

/** `debug: true`: a line for everything that begins or ends. */
export class DebugLog implements Watcher {
  readonly statements = true;
  readonly #logger: Logger;
  readonly #seen = new WeakSet<CompiledModel>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  opened({ driver, place }: Watched): void {
    const { max } = driver.stats();
    const { adapter, dialect } = driver;
    this.#write(`opened ${place.database} (${dialect} through ${adapter}, up to ${max} connections)`, { event: 'init', dialect, adapter, max, ...place });
  }

  closed(): void {
    this.#write('closed', { event: 'close' });
  }

  started(activity: Activity): void {
    switch (activity.kind) {
      case 'operation': {
        const { model } = activity;
        const { name, table, fields } = model.schema;
        if (!this.#seen.has(model)) this.#write(`model ${name}, table ${table}, ${fields.length} fields`, { event: 'model', model: name, table, fields: fields.length });
        this.#seen.add(model);
        return this.#write(`${numbered(activity)} ${nameOf(activity)}`, { event: 'exec', ...namesOf(activity), at: callSiteHere() });
      }
      case 'tables':
        // Its first statement was sent before this was known to take time.
        return;
      case 'statement': {
        if (activity.step !== undefined) return;
        const { statement, values, size, by } = activity;
        const sql = statement.text;
        const rows = size === 1 ? {} : { size };
        return this.#write(`${numbered(by)} ${oneLine(sql)}${size === 1 ? '' : ` (${size} times)`}`, { event: 'sql', ...namesOf(by), sql, parameters: typesOf(values), ...rows });
      }
      case 'workflow':
        return this.#write(`workflow ${activity.workflow} begins`, { event: 'workflow', state: 'start', workflow: activity.workflow, runId: activity.runId });
      case 'node':
        return this.#write(`workflow ${activity.workflow}: ${activity.name} begins`, { event: 'node', state: 'start', ...nodeFields(activity) });
      case 'transaction':
        return this.#write('transaction begins', { event: 'transaction', state: 'start', at: callSiteHere() });
    }
  }

  ended(activity: Activity, ms: number, error: unknown): void {
    const failed = error === undefined ? {} : { code: errorCode(error) };
    const outcome = error === undefined ? '' : ` failed: ${errorCode(error)}`;
    const time = { ms: roundMs(ms) };
    switch (activity.kind) {
      case 'operation':
        return this.#write(`${numbered(activity)} ${nameOf(activity)}${outcome || ' done'}, ${inMs(ms)}`, { event: 'result', ...namesOf(activity), ...time, ...failed });
      case 'tables': {
        const { name, schema } = activity.model;
        const text = `${numbered(activity.by)} ${name}: looked for table ${schema.table}${outcome || ', it is there'}, ${inMs(ms)}`;
        return this.#write(text, { event: 'cache', state: 'miss', ...namesOf(activity.by), table: schema.table, ...time, ...failed });
      }
      case 'statement': {
        const { step, rows, changes, by } = activity;
        if (step !== undefined) return this.#write(`${step.toUpperCase()}${outcome}, ${inMs(ms)}`, { event: 'transaction', state: step, ...time, ...failed });
        const text = `${numbered(by)} ${outcome.trim() || counts(activity)}, ${inMs(ms)}`;
        return this.#write(text, { event: 'rows', ...namesOf(by), rows, changes, ...time, ...failed });
      }
      case 'workflow':
        return this.#write(`workflow ${activity.workflow}${outcome || ' done'}, ${inMs(ms)}`, {
          event: 'workflow', state: 'end', workflow: activity.workflow, runId: activity.runId, ...time, ...failed,
        });
      case 'node':
        return this.#write(`workflow ${activity.workflow}: ${activity.name}${outcome || ' done'}, ${inMs(ms)}`, { event: 'node', state: 'end', ...nodeFields(activity), ...time, ...failed });
      case 'transaction':
        return this.#write(`transaction${outcome || ' done'}, ${inMs(ms)}`, { event: 'transaction', state: 'end', ...time, ...failed });
    }
  }

  #write(message: string, fields: object): void {
    writeLog(this.#logger, 'debug', `DataFlow: ${message.trimStart()}`, fields);
  }
}

function numbered(by: OperationActivity | undefined): string {
  return by?.call === undefined ? '' : `#${by.call}`;
}

function nameOf({ model, operation }: OperationActivity): string {
  return `${model.name}.${operation}`;
}

function namesOf(by: OperationActivity | undefined): object {
  if (by === undefined) return {};
  return { ...(by.call !== undefined && { call: by.call }), model: by.model.name, operation: by.operation };
}

function nodeFields({ workflow, runId, name }: Activity & { kind: 'node' }): object {
  return { workflow, runId, node: name };
}

function counts({ statement, rows, changes }: StatementActivity): string {
  if (statement.returns) return rows === 1 ? '1 row' : `${rows} rows`;
  return changes === 1 ? '1 change' : `${changes} changes`;
}
