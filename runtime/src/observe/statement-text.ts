import type { DriverValue, Statement } from '../drivers/driver.js';
import type { StatementActivity } from './activity.js';

/** Types of values, for people: what they are stays unsaid. */
export function typesOf(values: readonly DriverValue[]): string[] {
  return values.map((value) => {
    if (value === null) return 'null';
    if (typeof value !== 'object') return typeof value;
    if (value instanceof Uint8Array) return 'bytes';
    return Array.isArray(value) ? `array of ${value.length}` : 'pattern';
  });
}

/** As it stands in a line of a log. */
export function oneLine(sql: string): string {
  return sql.replaceAll(/\s+/g, ' ');
}

const verbs = new WeakMap<Statement, string>();

/** `INSERT`, `SELECT`, `CREATE TABLE`, `SAVEPOINT`: what DataFlow's own statement does. */
export function verbOf(statement: Statement): string {
  let verb = verbs.get(statement);
  if (verb === undefined) verbs.set(statement, (verb = /^\s*((?:CREATE(?: UNIQUE)?|ALTER|DROP) \w+|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|\w+)/.exec(statement.text)?.[1]?.toUpperCase() ?? 'SQL'));
  return verb;
}

/** `INSERT users`: the verb, and the table when an operation sends the statement. */
export function summaryOf({ statement, by }: StatementActivity): string {
  const verb = verbOf(statement);
  return by === undefined ? verb : `${verb} ${by.model.schema.table}`;
}
