import type { Executor, Statement } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';

const present: { readonly [D in Executor['dialect']]: Statement } = {
  sqlite: {
    text: `SELECT wanted.value FROM json_each(?) AS wanted WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type IN ('table', 'view') AND name = wanted.value COLLATE NOCASE)`,
    kind: 'read',
    returns: true,
  },
  // Not by to_regclass: it remembers within a transaction that there was none, also when another process has created it meanwhile.
  postgres: {
    text: 'SELECT name FROM unnest($1::text[]) AS name WHERE EXISTS (SELECT 1 FROM pg_class WHERE relname = name::name AND pg_table_is_visible(oid))',
    kind: 'read',
    returns: true,
  },
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
 * Creates the tables that are missing, and gives their models. Runs inside the given transaction, which on SQLite holds the write
 * lock already; on PostgreSQL an advisory lock keeps others from creating at the same time. Foreign keys come after all tables,
 * for models may refer to each other in a circle.
 */
export async function createTables(executor: Executor, models: readonly CompiledModel[], timeoutMs: number): Promise<readonly CompiledModel[]> {
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
  return missing;
}

function once(text: string, returns = false): Statement {
  return { text, kind: 'write', returns, fixed: false };
}
