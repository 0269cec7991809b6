import type ts from 'typescript';
import type { Report } from './context.js';
import { readOptions } from './options.js';
import type { LiteralValue } from './literal.js';

/** What stands in `@model({ … })`, as far as it is supported. */
export interface ModelOptionValues {
  readonly table?: string;
  readonly uniques: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
}

const notEnforced = ['softDelete', 'appendOnly', 'tenant', 'audit', 'strict'];
const known = ['table', 'indexes', 'uniques', ...notEnforced];

/** Findings: DF-609, DF-610, DF-611, DF-614. */
export function modelOptions(report: Report, argument: ts.Expression | undefined): ModelOptionValues {
  const values = readOptions(report, '@model', argument, known) ?? new Map();
  const keys = { uniques: [] as string[][], indexes: [] as string[][] };
  let table: string | undefined;
  for (const [option, { value, node }] of values) {
    const refuse = (problem: string) => report.add('DF-614', { decorator: 'model', field: option, problem }, node);
    if (value === undefined) continue;
    if (notEnforced.includes(option)) {
      if (value !== false) report.add('DF-610', { option: `option '${option}'` }, node);
    } else if (option === 'table') {
      if (typeof value === 'string') table = value;
      else refuse('the table name is a text');
    } else if (isKeys(value)) {
      keys[option as 'uniques' | 'indexes'] = value;
    } else {
      refuse('it is a list of lists of field names');
    }
  }
  return { ...(table !== undefined && { table }), ...keys };
}

function isKeys(value: LiteralValue): value is string[][] {
  return Array.isArray(value) && value.every((key) => Array.isArray(key) && key.every((field) => typeof field === 'string'));
}
