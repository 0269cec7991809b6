import type { Statement } from '../drivers/driver.js';

/** The statements of a savepoint. */
export interface Savepoint {
  readonly begin: Statement;
  readonly release: Statement;
  readonly rollback: Statement;
}

const savepoints: Savepoint[] = [];

/** The savepoint of a depth: nested ones have different names. */
export function savepointOf(depth: number): Savepoint {
  const statement = (text: string): Statement => ({ text: `${text} dataflow_${depth}`, kind: 'write', returns: false, fixed: false });
  const withNext = (text: string): Statement => ({ ...statement(text), withNext: true });
  return (savepoints[depth] ??= { begin: withNext('SAVEPOINT'), release: withNext('RELEASE SAVEPOINT'), rollback: statement('ROLLBACK TO SAVEPOINT') });
}
