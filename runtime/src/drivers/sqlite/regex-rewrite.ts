import type { DriverValue, RawValue, Statement, Result } from '../driver.js';
import type { SqliteConnection } from './connection.js';
import { compileRegex, isRegexMatch } from './regex.js';

/**
 * `$regex` where no SQL function can be defined: reads the column's distinct values, matches them here, and runs the
 * statement with `"column" REGEXP ?` replaced by a list of the matching ones. Statement texts hold no user values, so
 * only our own SQL is rewritten. The caller makes sure that nothing is written in between.
 */
export async function resolveRegexes(
  connection: SqliteConnection, statement: Statement, values: readonly DriverValue[], signal: AbortSignal | undefined,
): Promise<Result> {
  const { text, table, columns } = rewritten(statement);
  const resolved: DriverValue[] = [];
  for (const [index, value] of values.entries()) {
    if (!isRegexMatch(value)) {
      resolved.push(value);
      continue;
    }
    const regex = compileRegex(value.regex);
    const column = columns.get(index);
    if (table === undefined || column === undefined) throw new Error('a regular expression stands where no column does');
    const { rows } = await connection.execute(distinctOf(table, column), [], signal);
    const matching = rows.map((row: readonly RawValue[]) => row[0]).filter((found) => regex.test(String(found)));
    resolved.push(JSON.stringify(matching));
  }
  return connection.execute(text, resolved, signal);
}

interface Rewritten {
  /** The statement without REGEXP. */
  readonly text: Statement;
  readonly table: string | undefined;
  /** Position of a placeholder to the quoted column that is matched there. */
  readonly columns: ReadonlyMap<number, string>;
}

const rewrites = new WeakMap<Statement, Rewritten>();
const distincts = new Map<string, Statement>();

function rewritten(statement: Statement): Rewritten {
  let known = rewrites.get(statement);
  if (known === undefined) rewrites.set(statement, (known = rewrite(statement)));
  return known;
}

/** Quoted identifiers, text literals, words and single characters; white space goes with what follows it. */
const token = /\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|\w+|[^\s])/g;

function rewrite(statement: Statement): Rewritten {
  const tokens = [...statement.text.matchAll(token)].map(([whole, bare]) => ({ whole: whole!, bare: bare! }));
  const columns = new Map<number, string>();
  let table: string | undefined;
  let placeholder = 0;
  const out: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const { whole, bare } = tokens[at]!;
    const next = tokens[at + 1]?.bare;
    if (table === undefined && (bare === 'FROM' || bare === 'UPDATE') && next?.startsWith('"')) table = next;
    if (bare === 'REGEXP' && next === '?') {
      const column = tokens[at - 1]!.bare;
      columns.set(placeholder, column);
      // An empty list gives false for null, where REGEXP gives null.
      const operand = tokens[at - 2]?.bare === '.' ? 3 : 1;
      const tested = out.splice(-operand).join('');
      out.push(` CASE WHEN${spaced(tested)} IS NULL THEN NULL ELSE${spaced(tested)} IN (SELECT value FROM json_each(?)) END`);
      placeholder++;
      at++;
      continue;
    }
    if (bare === '?') placeholder++;
    out.push(whole);
  }
  return { text: { ...statement, text: out.join('') }, table, columns };
}

function spaced(text: string): string {
  return ` ${text.trim()}`;
}

/** One statement per column of the program's models, so not bounded further. */
function distinctOf(table: string, column: string): Statement {
  const text = `SELECT DISTINCT ${column} FROM ${table} WHERE ${column} IS NOT NULL`;
  let statement = distincts.get(text);
  if (statement === undefined) distincts.set(text, (statement = { text, kind: 'read', returns: true }));
  return statement;
}
