import type ts from 'typescript';
import { checkModels, finding, type Finding, type ModelSchema } from 'dataflow-ts/compiler';
import { checkShape } from './class-shape.js';
import { Context, Report, type TypeScript } from './context.js';
import { readFields } from './fields.js';
import { findModels, type ModelClass } from './find-models.js';
import { modelOptions, type ModelOptionValues } from './model-options.js';
import { tableName } from './table-name.js';

export interface ReadModels {
  /** Models without findings, ordered by file and position. `source.file` is relative to the project. */
  readonly models: ModelSchema[];
  readonly findings: Finding[];
}

/**
 * Reads all models of a program: the classes with `@model` of 'dataflow-ts' in its own source files.
 * @param typescript the TypeScript that made the program
 * @param projectDir absolute path of the folder that places are relative to
 * @returns what could be read, and a finding (DF-601 to DF-647) for everything that could not
 */
export function readModels(typescript: TypeScript, program: ts.Program, projectDir: string): ReadModels {
  const context = new Context(typescript, program, projectDir);
  const classes = findModels(context);
  if (classes.length === 0) return { models: [], findings: [] };
  if (!seesNull(context)) return { models: [], findings: [finding('DF-608', {}, context.place(classes[0]!.node.name ?? classes[0]!.node))] };
  const opened = classes.map((model) => open(context, model));
  const read = opened.flatMap((model) => (model.isNamed ? [complete(model)] : []));
  const own = withoutRepeats(opened.flatMap(({ report }) => report.findings));
  const incomplete = new Set(opened.filter(({ report }) => report.findings.length > 0).map(({ report }) => report.model));
  const findings = [...own, ...checkModels(read, incomplete)].sort(byPlace);
  const faulty = new Set([...incomplete, ...findings.map(({ data }) => ('model' in data ? data.model : undefined))]);
  return { models: read.filter(({ name }) => !faulty.has(name)), findings };
}

/** A model whose class and options were looked at, so that others may refer to it. */
interface Opened {
  readonly class: ModelClass;
  readonly report: Report;
  readonly options: ModelOptionValues;
  readonly table: string;
  readonly isNamed: boolean;
}

function open(context: Context, model: ModelClass): Opened {
  const { node, options, hidden } = model;
  const name = node.name?.text ?? 'default';
  const report = new Report(context, name);
  if (hidden) report.add('DF-609', { what: 'the decorator', text: context.text(hidden) }, hidden);
  const values = modelOptions(report, options);
  const table = values.table ?? tableName(name);
  const isNamed = context.ts.isClassDeclaration(node) && node.name !== undefined;
  if (isNamed) context.models.set(node, { name, table });
  else report.add('DF-605', {}, node.name ?? node);
  return { class: model, report, options: values, table, isNamed };
}

function complete({ class: { node }, report, options, table }: Opened): ModelSchema {
  const { fields, uniques, indexes } = checkShape(report, node) ? readFields(report, node) : { fields: [], uniques: [], indexes: [] };
  const single = (names: readonly string[]) => names.map((name) => [name]);
  return {
    name: report.model,
    table,
    fields,
    uniques: different([...single(uniques), ...options.uniques]).filter((key) => key.join() !== 'id'),
    indexes: different([...single(indexes), ...options.indexes]),
    source: report.context.place(node.name!),
  };
}

function different(keys: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(keys.map((key) => [key.join(), key])).values()];
}

function byPlace({ at: a }: Finding, { at: b }: Finding): number {
  if (!a || !b || a.file === b.file) return (a?.start ?? 0) - (b?.start ?? 0);
  return a.file < b.file ? -1 : 1;
}

/** Whether types keep their `null`: without strictNullChecks it disappears. */
function seesNull({ checker }: Context): boolean {
  return !checker.isTypeAssignableTo(checker.getNullType(), checker.getNumberType());
}

/** A mistake in a base class is said once, not for every model that extends it. */
function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, at }) => {
    const key = `${code} ${at?.file} ${at?.start}`;
    return !seen.has(key) && seen.add(key);
  });
}
