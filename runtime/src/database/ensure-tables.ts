import type { Executor } from '../drivers/driver.js';
import { DataFlowError, dfError, type ErrorMode } from '../errors/dataflow-error.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { creationError } from './creation-error.js';
import { createTables, missingTables } from './create-tables.js';
import { differences, isHarmful } from './drift.js';
import { liveColumns } from './live-columns.js';
import { tableConflict } from './schema-conflict.js';
import type { Settings } from './settings.js';

/** What is done about tables. */
export interface TablePolicy {
  /** Missing ones are created. */
  readonly create: boolean;
  /** Columns are compared with the model's. */
  readonly validate: boolean;
  /** How long creating waits for others that create. */
  readonly timeoutMs: number;
  readonly mode: ErrorMode;
}

/** Undefined when tables are nobody's business: they are neither created nor compared. */
export function tablePolicy({ createTables: create, schemaCache: { validate }, pool, errors: { mode } }: Settings): TablePolicy | undefined {
  return create || validate ? { create, validate, timeoutMs: pool.acquireTimeoutMs, mode } : undefined;
}

/** Waiting for others that create has its own limit in the database; this long a server may be silent before it counts as gone, however short that limit is. */
const leastSilenceMs = 10_000;

/** What came of looking at tables. */
export interface Outcome {
  readonly created: number;
  readonly validated: number;
  /** Why not all of them are as they should be. */
  readonly problem?: {
    /** The database refused to create them, or they are not there and may not be created, or are not as the models describe them. */
    readonly kind: 'failure' | 'mismatch';
    readonly error: unknown;
  };
}

/** Where tables are looked for and created. */
export interface TablePlace {
  readonly executor: Executor;
  /** Runs work all or nothing. */
  atomically<T>(work: (executor: Executor) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * Looks whether these tables are there and as the models describe them, and creates what is missing, as the policy says. One query when
 * all is well. Throws what kept it from looking, such as a lost connection; a server that does not answer in time is DF-303.
 * @param models the one that was asked for first, and those it refers to
 */
export async function ensureTables(place: TablePlace, models: readonly CompiledModel[], policy: TablePolicy): Promise<Outcome> {
  const limit = new AbortController();
  const late: Outcome = { created: 0, validated: 0, problem: { kind: 'failure', error: dfError('DF-303', { model: models[0]!.name }).within({}, policy.mode) } };
  const timer = setTimeout(() => limit.abort(late.problem!.error), Math.max(policy.timeoutMs, leastSilenceMs));
  try {
    const outcome = await look(limited(place, limit.signal), models, policy);
    return outcome.problem !== undefined && limit.signal.aborted ? late : outcome;
  } catch (error) {
    if (limit.signal.aborted) return late;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The place, every statement under the limit: others wait for the same look-up, and would wait as long. */
function limited(place: TablePlace, signal: AbortSignal): TablePlace {
  const within = (executor: Executor): Executor => ({
    dialect: executor.dialect,
    execute: (statement, values) => executor.execute(statement, values, signal),
    executeMany: (statement, rows) => executor.executeMany(statement, rows, signal),
  });
  return {
    get executor() {
      return within(place.executor);
    },
    atomically: (work) => place.atomically((executor) => work(within(executor)), signal),
  };
}

async function look(place: TablePlace, models: readonly CompiledModel[], policy: TablePolicy): Promise<Outcome> {
  if (!policy.validate) return create(place, models, policy);
  const found = await compare(place.executor, models, false);
  if (found.missing === undefined || !policy.create) return found.outcome;
  const made = await create(place, models, policy);
  // Somebody else may have made them meanwhile, from another model; a transaction with an older snapshot does not see them yet.
  return made.problem === undefined ? { ...(await compare(place.executor, models, true)).outcome, created: made.created } : made;
}

async function create(place: TablePlace, models: readonly CompiledModel[], policy: TablePolicy): Promise<Outcome> {
  // Usually all are there, and no transaction is needed to see that.
  if ((await missingTables(place.executor, models)).length === 0) return { created: 0, validated: 0 };
  try {
    const { length } = await place.atomically((inside) => createTables(inside, models, policy.timeoutMs));
    return { created: length, validated: 0 };
  } catch (cause) {
    const error = creationError(cause, models[0]!, policy.mode);
    if (!isRefusal(creationError(cause, models[0]!))) throw error;
    return { created: 0, validated: 0, problem: { kind: 'failure', error } };
  }
}

/** Whether the database has refused, and would do so again: not a lost connection, nor what no driver has raised. */
function isRefusal(error: unknown): boolean {
  return error instanceof DataFlowError && (error.code === 'DF-302' || error.code === 'DF-303');
}

/** @param created what cannot be seen is no problem */
async function compare(executor: Executor, models: readonly CompiledModel[], created: boolean): Promise<{ outcome: Outcome; missing: CompiledModel | undefined }> {
  const { dialect } = executor;
  const live = await liveColumns(executor, models.map((model) => model.schema.table));
  const place = models[0]!.name;
  const outcome = { created: 0, validated: models.length };
  let error: DataFlowError | undefined;
  let missing: CompiledModel | undefined;
  for (const model of models) {
    const columns = live.get(model.schema.table);
    const context = { model: model.name };
    if (columns === undefined) {
      missing ??= model;
      if (!created) error ??= dfError('DF-308', { place, table: model.schema.table, model: model.name }, { context });
    } else {
      const found = differences(model, dialect, columns);
      if (found.some(isHarmful)) error ??= tableConflict(place, model, dialect, found, { context });
    }
  }
  return { outcome: error === undefined ? outcome : { ...outcome, problem: { kind: 'mismatch', error } }, missing };
}
