import type { Executor, Statement } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';

/** Makes sure that the tables of these models exist. */
export type CreateTables = (models: readonly CompiledModel[]) => Promise<void>;

/**
 * Which models' tables are known to exist: for a database, and, while a transaction that created some is open, for that
 * transaction (its tables are gone when it is rolled back).
 */
export class Tables {
  readonly #create: CreateTables;
  readonly #parent: Tables | undefined;
  readonly #known = new Set<CompiledModel>();
  readonly #underWay = new Map<CompiledModel, Promise<void>>();

  constructor(create: CreateTables, parent?: Tables) {
    this.#create = create;
    this.#parent = parent;
  }

  /** `undefined` when the table is known to be there; otherwise it is there when the promise resolves. Whoever comes meanwhile gets the same promise. */
  ready(model: CompiledModel): Promise<void> | undefined {
    return this.#knows(model) ? undefined : (this.#underWay.get(model) ?? this.#start(model));
  }

  /** Takes over what a committed transaction has created. */
  adopt(child: Tables): void {
    for (const model of child.#known) this.#known.add(model);
  }

  #knows(model: CompiledModel): boolean {
    return this.#known.has(model) || (this.#parent !== undefined && this.#parent.#knows(model));
  }

  #start(model: CompiledModel): Promise<void> {
    const models = [...withRelated(model)].filter((one) => !this.#knows(one));
    const started = this.#create(models).then(
      () => {
        for (const one of models) this.#known.add(one);
        this.#underWay.delete(model);
      },
      (error: unknown) => {
        this.#underWay.delete(model);
        throw error;
      },
    );
    this.#underWay.set(model, started);
    return started;
  }
}

/** The model and all that its foreign keys lead to, however far. */
function withRelated(model: CompiledModel, found = new Set<CompiledModel>()): Set<CompiledModel> {
  if (found.has(model)) return found;
  found.add(model);
  for (const other of model.related()) withRelated(other, found);
  return found;
}

const present: { readonly [D in Executor['dialect']]: Statement } = {
  sqlite: {
    text: `SELECT wanted.value FROM json_each(?) AS wanted WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = wanted.value COLLATE NOCASE)`,
    kind: 'read',
    returns: true,
  },
  postgres: { text: 'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NOT NULL', kind: 'read', returns: true },
};

/** The models whose tables are not there yet. */
export async function missingTables(executor: Executor, models: readonly CompiledModel[]): Promise<CompiledModel[]> {
  const names = models.map((model) => model.schema.table);
  const { rows } = await executor.execute(present[executor.dialect], [executor.dialect === 'sqlite' ? JSON.stringify(names) : names]);
  const there = new Set(rows.map(([name]) => name));
  return models.filter((model) => !there.has(model.schema.table));
}

const lockTimeout = once(`SELECT current_setting('lock_timeout')`, true);
const setLockTimeout = once(`SELECT set_config('lock_timeout', $1, true)`, true);
/** One key for every DataFlow on the server: the text "DataFlow" as a number. Held until the transaction ends. */
const lock = once('SELECT pg_advisory_xact_lock(4927347428462194551)', true);

/**
 * Creates the tables that are missing. Runs inside the given transaction, which on SQLite holds the write lock already;
 * on PostgreSQL an advisory lock keeps others from creating at the same time. Foreign keys come after all tables, for
 * models may refer to each other in a circle.
 */
export async function createTables(executor: Executor, models: readonly CompiledModel[], timeoutMs: number): Promise<void> {
  const { dialect } = executor;
  if (dialect === 'postgres') {
    const before = (await executor.execute(lockTimeout, [])).rows[0]![0]!;
    await executor.execute(setLockTimeout, [`${timeoutMs}ms`]);
    await executor.execute(lock, []);
    await executor.execute(setLockTimeout, [before]);
  }
  const missing = await missingTables(executor, models);
  for (const model of missing) {
    const { createTable, createIndexes } = model[dialect].sql;
    for (const text of [createTable, ...createIndexes]) await executor.execute(once(text), []);
  }
  for (const model of missing) {
    for (const text of model[dialect].sql.addForeignKeys) await executor.execute(once(text), []);
  }
}

function once(text: string, returns = false): Statement {
  return { text, kind: 'write', returns, fixed: false };
}
