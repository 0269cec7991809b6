import type { FieldSchema, ModelSchema } from '../schema/model-schema.js';

/** A name as both databases read it, whatever it holds. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as both databases read it. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Name of a unique key's constraint or index: `users_email_key`. */
export function uniqueName(schema: ModelSchema, fields: readonly string[]): string {
  return fitted([schema.table, ...columnsOf(schema, fields), 'key']);
}

/** Name of a secondary index: `users_name_idx`. */
export function indexName(schema: ModelSchema, fields: readonly string[]): string {
  return fitted([schema.table, ...columnsOf(schema, fields), 'idx']);
}

/** Name of a foreign key's constraint: `sessions_user_id_fkey`. */
export function foreignKeyName(schema: ModelSchema, field: FieldSchema): string {
  return fitted([schema.table, field.column, 'fkey']);
}

/** Name of a field's check, the user's or the one of its type: `users_age_check`. */
export function checkName(schema: ModelSchema, field: FieldSchema, purpose: 'check' | 'type' = 'check'): string {
  return fitted([schema.table, field.column, purpose]);
}

export function columnsOf(schema: ModelSchema, fields: readonly string[]): string[] {
  return fields.map((name) => schema.fields.find((field) => field.name === name)!.column);
}

/** PostgreSQL cuts names after 63 bytes; two long names must not become one. */
function fitted(parts: readonly string[]): string {
  const name = parts.join('_');
  if (Buffer.byteLength(name) <= 63) return name;
  // Loaded here: few names are as long, and importing it would cost every start milliseconds.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 10);
  const kept = Buffer.from(name).subarray(0, 63 - hash.length - 1).toString().replace(/\uFFFD+$/, '');
  return `${kept}_${hash}`;
}
