import type { Column } from '../nodes/compiled-model.js';
import { castType } from './column-types.js';
import { compared, comparedParameter } from './expressions.js';
import { quoteIdentifier } from './identifiers.js';
import { joined, type SqlText } from './sql-text.js';

/** What a condition does, after nulls and empty groups were told apart. */
export const conditionKinds = [
  'isNull', 'notNull', '=', '<>', '>', '>=', '<', '<=', 'between', 'in', 'nin',
  'like', 'ilike', 'contains', 'startsWith', 'endsWith', 'regex', 'hasAny', 'hasAll',
] as const;
export type ConditionKind = (typeof conditionKinds)[number];

/** A filter without its values. `always` is its outcome where that does not depend on the row. */
export type Condition =
  | { readonly kind: ConditionKind; readonly column: Column; /** Placeholders of a list that is spelled out. */ readonly size?: number; readonly always?: boolean | undefined }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition };

/** The condition as SQL; its placeholders stand in the order in which the parser collected the values. */
export function conditionSql(condition: Condition, sql: SqlText): string {
  switch (condition.kind) {
    case 'and':
      return condition.parts.length === 0 ? '1 = 1' : joined(condition.parts.map((part) => conditionSql(part, sql)), 'AND');
    case 'or':
      return condition.parts.length === 0 ? '1 = 0' : joined(condition.parts.map((part) => conditionSql(part, sql)), 'OR');
    case 'not':
      return `NOT (${conditionSql(condition.part, sql)})`;
    case 'isNull':
      return `${quoteIdentifier(condition.column.column)} IS NULL`;
    case 'notNull':
      return `${quoteIdentifier(condition.column.column)} IS NOT NULL`;
    case '=':
    case '<>':
    case '>':
    case '>=':
    case '<':
    case '<=': {
      const { column, kind } = condition;
      return `${compared(column, sql.dialect)} ${kind} ${comparedParameter(column.type, sql.dialect, sql.next())}`;
    }
    case 'between': {
      const { type } = condition.column;
      const low = comparedParameter(type, sql.dialect, sql.next());
      const high = comparedParameter(type, sql.dialect, sql.next());
      return `(${compared(condition.column, sql.dialect)} BETWEEN ${low} AND ${high})`;
    }
    default:
      return sql.dialect === 'sqlite' ? sqliteCondition(condition, sql) : postgresCondition(condition, sql);
  }
}

type Special = Condition & { readonly column: Column };

function sqliteCondition({ kind, column, size }: Special & { size?: number }, sql: SqlText): string {
  const name = quoteIdentifier(column.column);
  // With the table, for json_each has columns called value, key, type, path … of its own.
  const elements = `json_each(${sql.table}.${name})`;
  switch (kind) {
    case 'in':
    case 'nin': {
      const not = kind === 'nin' ? 'NOT ' : '';
      if (size !== undefined) return `${name} ${not}IN (${Array.from({ length: size }, () => sql.next()).join(', ')})`;
      const value = column.type.kind === 'bigint' ? 'CAST(value AS INTEGER)' : 'value';
      // hex(NULL) is '', the value of no bytes.
      const left = column.type.kind === 'bytes' ? `CASE WHEN ${name} IS NOT NULL THEN hex(${name}) END` : compared(column, 'sqlite');
      return `${left} ${not}IN (SELECT ${value} FROM json_each(${sql.next()}))`;
    }
    case 'like':
      return `${name} GLOB ${sql.next()}`;
    case 'ilike':
      return `${name} LIKE ${sql.next()} ESCAPE '\\'`;
    case 'contains':
      return `instr(${name}, ${sql.next()}) > 0`;
    case 'startsWith':
      return `instr(${name}, ${sql.next()}) = 1`;
    case 'endsWith':
      return `substr(${name}, length(${name}) - length(${sql.next()}) + 1) = ${sql.next()}`;
    case 'regex':
      return `${name} REGEXP ${sql.next()}`;
    case 'hasAny':
      return `(CASE WHEN ${name} IS NOT NULL THEN EXISTS (SELECT 1 FROM ${elements} WHERE value IN (SELECT value FROM json_each(${sql.next()}))) END)`;
    default:
      return `(CASE WHEN ${name} IS NOT NULL THEN NOT EXISTS (SELECT 1 FROM json_each(${sql.next()}) WHERE value NOT IN (SELECT value FROM ${elements})) END)`;
  }
}

function postgresCondition({ kind, column }: Special, sql: SqlText): string {
  const name = quoteIdentifier(column.column);
  switch (kind) {
    case 'in':
      return `${name} = ANY(${sql.next()}::${castType(column.type)}[])`;
    case 'nin':
      return `${name} <> ALL(${sql.next()}::${castType(column.type)}[])`;
    case 'like':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return `${name} LIKE ${sql.next()}`;
    case 'ilike':
      return `${name} ILIKE ${sql.next()}`;
    case 'regex':
      return `${name} ~ ${sql.next()}`;
    case 'hasAny':
      return `${name} && ${sql.next()}::${castType(column.type)}`;
    default:
      return `${name} @> ${sql.next()}::${castType(column.type)}`;
  }
}
