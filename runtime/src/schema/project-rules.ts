import { finding, type Finding } from '../errors/finding.js';
import { generatedModuleNames } from './generated-names.js';
import type { FieldSchema, ModelSchema } from './model-schema.js';

/** DF-636: two models of one name. */
export function duplicateModels(models: readonly ModelSchema[]): Finding[] {
  return duplicates(models, ({ name }) => [name], (model, other) =>
    finding('DF-636', { model: model.name, file: fileOf(other), otherFile: fileOf(model) }, model.source),
  );
}

/** DF-634: two models of one table. */
export function duplicateTables(models: readonly ModelSchema[]): Finding[] {
  return duplicates(models, ({ table }) => [table.toLowerCase()], (model, other) =>
    model.name === other.name ? undefined : finding('DF-634', { model: model.name, other: other.name, table: model.table }, model.source),
  );
}

/** DF-637: two models whose generated modules would export the same name. One of the two names is then the beginning of the other. */
export function collidingNames(models: readonly ModelSchema[]): Finding[] {
  const names = new Set(models.map(({ name }) => name));
  const suspects = new Set<string>();
  for (const name of names) {
    for (let length = 1; length < name.length; length++) {
      const beginning = name.slice(0, length);
      if (names.has(beginning)) suspects.add(beginning).add(name);
    }
  }
  return duplicates(models.filter(({ name }) => suspects.has(name)), generatedModuleNames, (model, other, name) =>
    model.name === other.name ? undefined : finding('DF-637', { model: model.name, other: other.name, name }, model.source),
  );
}

/** DF-645: models that need a row of each other before one of them can have a row. */
export function requiredCycles(models: readonly ModelSchema[]): Finding[] {
  const findings: Finding[] = [];
  const byName = new Map(models.map((model) => [model.name, model]));
  const done = new Set<string>();
  const path: { model: ModelSchema; field: FieldSchema }[] = [];
  const visit = (model: ModelSchema): void => {
    const start = path.findIndex((step) => step.model === model);
    if (start >= 0) findings.push(cycleFinding(path.slice(start)));
    if (start >= 0 || done.has(model.name)) return;
    for (const field of model.fields) {
      const target = field.references && !field.nullable ? byName.get(field.references.model) : undefined;
      if (!target || target === model) continue;
      path.push({ model, field });
      visit(target);
      path.pop();
    }
    done.add(model.name);
  };
  models.forEach(visit);
  return findings;
}

function cycleFinding(steps: readonly { model: ModelSchema; field: FieldSchema }[]): Finding {
  const models = listed([...new Set(steps.map(({ model }) => model.name))]);
  const fields = listed(steps.map(({ model, field }) => `${model.name}.${field.name}`));
  return finding('DF-645', { models, fields }, steps[0]!.field.source ?? steps[0]!.model.source);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

/** One finding per model that shares a key with an earlier one. */
function duplicates(
  models: readonly ModelSchema[],
  keysOf: (model: ModelSchema) => readonly string[],
  report: (model: ModelSchema, other: ModelSchema, key: string) => Finding | undefined,
): Finding[] {
  const owners = new Map<string, ModelSchema>();
  const findings: Finding[] = [];
  for (const model of models) {
    const keys = keysOf(model);
    const taken = keys.find((key) => owners.has(key));
    const found = taken === undefined ? undefined : report(model, owners.get(taken)!, taken);
    if (found) findings.push(found);
    for (const key of keys) if (!owners.has(key)) owners.set(key, model);
  }
  return findings;
}

function fileOf(model: ModelSchema): string {
  return model.source?.file ?? 'another place';
}
