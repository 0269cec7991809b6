import type { Executor, Statement } from '../drivers/driver.js';

/** A column as the database has it now, whoever made it. */
export interface LiveColumn {
  readonly name: string;
  /** As the database writes it: `character varying(40)`, `INTEGER`; the type beneath for a domain of PostgreSQL. */
  readonly type: string;
  readonly nullable: boolean;
  /** Whether the database fills it itself when a row is inserted without it. */
  readonly hasDefault: boolean;
}

const queries: { readonly [D in Executor['dialect']]: Statement } = {
  sqlite: {
    text: `SELECT wanted.value AS table_name, c.name AS name, c.type AS type, c."notnull" AS required, c.dflt_value IS NOT NULL OR c.pk > 0 OR c.hidden > 1 AS has_default
      FROM json_each(?) AS wanted, pragma_table_xinfo(wanted.value) AS c WHERE c.hidden <> 1 ORDER BY c.cid`,
    kind: 'read',
    returns: true,
  },
  postgres: {
    text: `SELECT wanted.name, a.attname, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END,
      (a.attnotnull OR t.typnotnull)::int, (a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL)::int
      FROM unnest($1::text[]) AS wanted(name) JOIN pg_attribute a ON a.attrelid = to_regclass(quote_ident(wanted.name)) JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    kind: 'read',
    returns: true,
  },
};

/**
 * The columns of these tables (or views) in the order of the table, by one query. A table that is not there is not in the map.
 * Throws the driver's error.
 */
export async function liveColumns(executor: Executor, tables: readonly string[]): Promise<Map<string, LiveColumn[]>> {
  const { rows } = await executor.execute(queries[executor.dialect], [executor.dialect === 'sqlite' ? JSON.stringify(tables) : tables]);
  const found = new Map<string, LiveColumn[]>();
  for (const [table, name, type, required, hasDefault] of rows) {
    const columns = found.get(String(table)) ?? [];
    columns.push({ name: String(name), type: String(type), nullable: Number(required) === 0, hasDefault: Number(hasDefault) === 1 });
    found.set(String(table), columns);
  }
  return found;
}
