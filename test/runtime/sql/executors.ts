import sqlite3 from 'sqlite3';
import pg from 'pg';
import type { DriverValue, Executor, RawValue, Result, Statement } from '../../../runtime/src/drivers/driver.js';
import type { CompiledModel } from '../../../runtime/src/nodes/compiled-model.js';
import type { Dialect } from '../../../runtime/src/schema/model-schema.js';

export interface TestDatabase extends Executor {
  execute(statement: Statement, values: readonly DriverValue[]): Promise<Result>;
  run(text: string): Promise<void>;
  close(): Promise<void>;
}

/** A SQLite database in memory, nothing between the statements and the sqlite3 package. */
export function sqliteDatabase(): TestDatabase {
  const db = new sqlite3.Database(':memory:');
  const execute = (statement: Statement, values: readonly DriverValue[]): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (statement.returns) {
        // Rows by name would lose columns of one name.
        db.all(statement.text, values, (error: Error | null, rows: Record<string, RawValue>[]) =>
          error ? reject(error) : resolve({ rows: rows.map((row) => Object.values(row)), changes: rows.length }));
      } else {
        db.run(statement.text, values, function (this: { changes: number }, error: Error | null) {
          if (error) reject(error);
          else resolve({ rows: [], changes: this.changes });
        });
      }
    });
  return {
    dialect: 'sqlite',
    execute,
    async executeMany(statement, rows) {
      const changes: number[] = [];
      for (const values of rows) changes.push((await execute(statement, values)).changes);
      return changes;
    },
    run: (text) => new Promise((resolve, reject) => db.exec(text, (error) => (error ? reject(error) : resolve()))),
    close: () => new Promise((resolve, reject) => db.close((error) => (error ? reject(error) : resolve()))),
  };
}

let opened = 0;

/** A schema of its own on the test server, every value as the server's text. */
export async function postgresDatabase(url: string): Promise<TestDatabase> {
  const schema = `sql_test_${process.pid}_${++opened}`;
  const settings = { search_path: schema, TimeZone: 'UTC', DateStyle: 'ISO', bytea_output: 'hex', extra_float_digits: '1' };
  const client = new pg.Pool({
    connectionString: url,
    max: 8,
    options: Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' '),
    types: { getTypeParser: () => (value: unknown) => value } as never,
  });
  await client.query(`CREATE SCHEMA ${schema}`);
  const execute = async (statement: Statement, values: readonly DriverValue[]): Promise<Result> => {
    const result = await client.query({ text: statement.text, values: values as unknown[], rowMode: 'array' });
    return { rows: result.rows as RawValue[][], changes: result.rowCount ?? 0 };
  };
  return {
    dialect: 'postgres',
    execute,
    async executeMany(statement, rows) {
      const changes: number[] = [];
      for (const values of rows) changes.push((await execute(statement, values)).changes);
      return changes;
    },
    run: async (text) => void (await client.query(text)),
    async close() {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    },
  };
}

/** The databases to try: SQLite, and PostgreSQL where a test server runs. */
export function databases(): { name: Dialect; open: () => Promise<TestDatabase> }[] {
  const url = process.env['DATAFLOW_TEST_POSTGRES'];
  return [
    { name: 'sqlite', open: async () => sqliteDatabase() },
    ...(url ? [{ name: 'postgres' as const, open: () => postgresDatabase(url) }] : []),
  ];
}

export async function createTables(db: TestDatabase, ...models: CompiledModel[]): Promise<void> {
  for (const model of models) {
    const { createTable, createIndexes } = model[db.dialect].sql;
    for (const text of [createTable, ...createIndexes]) await db.run(text);
  }
  for (const model of models) for (const text of model[db.dialect].sql.addForeignKeys) await db.run(text);
}
