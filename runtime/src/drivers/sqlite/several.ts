import type { DriverValue, Result, Statement } from '../driver.js';

type ValueLists = readonly (readonly DriverValue[])[];

/**
 * Runs a statement for several value lists at once as long as there are enough of them, when it has a form for that.
 * @returns how many lists were written; each of them has changed one row
 */
export function runSeveral({ several }: Statement, rows: ValueLists, run: (statement: Statement, values: readonly DriverValue[]) => Result): number {
  let done = 0;
  if (several === undefined) return done;
  for (; done + several.rows <= rows.length; done += several.rows) run(several.statement, joined(rows, done, several.rows));
  return done;
}

/** The values of `count` lists, one after the other. */
export function joined(rows: ValueLists, start: number, count: number): DriverValue[] {
  const values: DriverValue[] = [];
  for (let i = start; i < start + count; i++) for (const value of rows[i]!) values.push(value);
  return values;
}
