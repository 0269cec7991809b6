import type ts from 'typescript';
import type { ColumnType, DefaultValue, JsonValue } from 'dataflow-ts/compiler';
import type { Report } from './context.js';
import { literalOf, withoutTypes, type LiteralValue } from './literal.js';

const functions: ReadonlySet<string | undefined> = new Set(['uuid', 'uuidv7', 'now', 'autoIncrement']);

/** The default that an initializer means; undefined when it is `null` or `undefined`, or after reporting DF-626. */
export function defaultValue(report: Report, field: string, initializer: ts.Expression, type: ColumnType): DefaultValue | undefined {
  const { context } = report;
  const node = withoutTypes(context, initializer);
  if (context.ts.isCallExpression(node)) {
    const name = context.dataflowName(node.expression);
    if (functions.has(name)) return { kind: name as 'uuid' | 'uuidv7' | 'now' | 'autoIncrement' };
  }
  const literal = literalOf(context, node);
  const value = literal && jsonOf(literal.value, type.kind === 'json');
  if (value === undefined && !isAbsent(literal)) {
    const text = context.text(node);
    return report.add('DF-626', { field, text, hint: hintFor(text) }, initializer);
  }
  return value === undefined || value === null ? undefined : { kind: 'literal', value };
}

function isAbsent(literal: { value: LiteralValue } | undefined): boolean {
  return literal !== undefined && (literal.value === undefined || literal.value === null);
}

function hintFor(text: string): string {
  if (/^new Date\(|Date\.now/.test(text)) return '; now() gives the time at which the row is made, a date with its zone is a literal';
  return /uuid/i.test(text) ? "; use uuid() or uuidv7() from 'dataflow-ts'" : '';
}

/** As JSON, with tags around what JSON lacks; undefined when a Json column could not hold it. */
function jsonOf(value: LiteralValue, insideJson: boolean): JsonValue | undefined {
  if (typeof value === 'bigint') return insideJson ? undefined : { $bigint: String(value) };
  if (value instanceof Date) return insideJson ? undefined : { $date: value.toISOString() };
  if (value instanceof Uint8Array) return insideJson ? undefined : { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) {
    const items = value.map((item) => jsonOf(item, insideJson));
    return items.includes(undefined) ? undefined : (items as JsonValue[]);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, jsonOf(item, insideJson)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : (Object.fromEntries(entries) as JsonValue);
}
