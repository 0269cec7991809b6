import type { Tables, TableCounts } from './tables.js';

export interface SchemaCacheMetrics extends Readonly<TableCounts> {
  /** Tables that are known now. */
  readonly size: number;
}

/** What a `DataFlow` knows of which tables are there, `db.schemaCache`. */
export class SchemaCache {
  readonly #tables: Tables;

  /** Made by `DataFlow` only. */
  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /**
   * Counts since the `DataFlow` was made. `hits`: a table was known; `misses`: it was looked for; `evictions`: one was forgotten for
   * want of room; `validations`: tables whose columns were compared; `mismatches`: looks that found a table missing that may not be
   * created, or not as its model; `creations`: tables created; `failures`: refusals of the database to create. `size` is as of now.
   */
  metrics(): SchemaCacheMetrics {
    return { size: this.#tables.size, ...this.#tables.counts };
  }

  /**
   * Forgets that a table is there, so that the next call looks: after a change made outside of DataFlow, or a repair.
   * @param table its name in the database; without it all are forgotten
   * @returns how many were known
   */
  clear(table?: string): number {
    return this.#tables.clear(table);
  }
}
