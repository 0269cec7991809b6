import type { DriverValue, Executor, Result, Statement } from '../drivers/driver.js';

/**
 * The plan of a statement, a line per step, indented. The statement is not run, and the plan holds no values: on PostgreSQL it is the
 * generic one, with `$1` in its conditions; before version 16 it is made with the values, and conditions are left out.
 * @param values of the call; those of SQLite are not needed
 */
export async function queryPlan(executor: Executor, statement: Statement, values: readonly DriverValue[]): Promise<string[]> {
  if (executor.dialect === 'sqlite') {
    const { rows } = await executor.execute(explain(`EXPLAIN QUERY PLAN ${statement.text}`), values.map(() => null));
    return sqliteLines(rows);
  }
  try {
    const generic = await executor.execute(explain(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${statement.text}`), []);
    return postgresLines(generic, [...shape, ...conditions]);
  } catch (error) {
    if (!unknownOption.has((error as { code?: unknown } | null)?.code)) throw error;
  }
  return boundPlan(executor, statement, values);
}

/** What servers before 16 answer: that there is no parameter $1, or when the statement has none that they do not know the option. */
const unknownOption = new Set<unknown>(['42P02', '42601']);

/** The plan for these values, without anything that could show one. */
export async function boundPlan(executor: Executor, statement: Statement, values: readonly DriverValue[]): Promise<string[]> {
  return postgresLines(await executor.execute(explain(`EXPLAIN (FORMAT JSON) ${statement.text}`), values), shape);
}

function explain(text: string): Statement {
  return { text, kind: 'read', returns: true, fixed: false };
}

/** Rows are id, parent, unused, text. */
function sqliteLines(rows: Result['rows']): string[] {
  const depths = new Map<unknown, number>();
  return rows.map(([id, parent, , text]) => {
    const depth = (depths.get(Number(parent)) ?? -1) + 1;
    depths.set(Number(id), depth);
    return '  '.repeat(depth) + String(text);
  });
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Total Cost'?: number;
  readonly 'Plan Rows'?: number;
  readonly Plans?: readonly PlanNode[];
  readonly [key: string]: unknown;
}

/** Keys that say how, and hold names only. */
const shape = ['Join Type', 'Scan Direction', 'Operation', 'Strategy', 'Conflict Resolution'] as const;
/** Keys whose expressions would hold the values if there were any. */
const conditions = ['Index Cond', 'Recheck Cond', 'Filter', 'Hash Cond', 'Merge Cond', 'Join Filter', 'Sort Key', 'Group Key'] as const;

function postgresLines({ rows }: Result, keys: readonly string[]): string[] {
  const [{ Plan }] = JSON.parse(String(rows[0]![0])) as [{ Plan: PlanNode }];
  const lines: string[] = [];
  const add = (node: PlanNode, depth: number): void => {
    const { 'Node Type': type, 'Relation Name': table, 'Index Name': index, 'Total Cost': cost, 'Plan Rows': expected } = node;
    const details = keys.flatMap((key) => (node[key] === undefined ? [] : `${key}: ${String(node[key])}`));
    const on = [table && `on ${table}`, index && `using ${index}`].filter(Boolean).join(' ');
    lines.push([`${'  '.repeat(depth)}${type}`, on, `(cost ${cost}, ${expected} rows)`, details.join('; ')].filter(Boolean).join(' '));
    for (const child of node.Plans ?? []) add(child, depth + 1);
  };
  add(Plan, 0);
  return lines;
}
