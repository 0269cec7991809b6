import { finding, type Finding } from '../errors/finding.js';
import { typeText } from './column-rules.js';
import type { FieldSchema, ModelSchema, Reference } from './model-schema.js';

/** DF-615, DF-642, DF-643, DF-644: foreign keys point to a model, have its id's type, and can do what their actions ask. */
export function referenceRules(model: ModelSchema, models: ReadonlyMap<string, ModelSchema>, incomplete: ReadonlySet<string>): Finding[] {
  return model.fields.flatMap((field) => (field.references && !field.managed ? rulesOf(model, field, field.references, models, incomplete) : []));
}

function rulesOf(
  model: ModelSchema,
  field: FieldSchema,
  reference: Reference,
  models: ReadonlyMap<string, ModelSchema>,
  incomplete: ReadonlySet<string>,
): Finding[] {
  const findings: Finding[] = [];
  const at = field.source ?? model.source;
  const names = { model: model.name, field: field.name };
  const target = models.get(reference.model);
  if (!target) return [finding('DF-615', { ...names, target: reference.model }, at)];
  const id = incomplete.has(target.name) ? undefined : target.fields.find(({ name }) => name === 'id');
  if (id && id.type.kind !== field.type.kind) {
    findings.push(finding('DF-642', { ...names, kind: typeText(field.type), target: target.name, targetKind: typeText(id.type) }, at));
  }
  for (const action of ['onDelete', 'onUpdate'] as const) {
    if (reference[action] === 'setNull' && !field.nullable) findings.push(finding('DF-643', { ...names, action }, at));
    const noDefault = !field.nullable && field.default?.kind !== 'literal';
    if (reference[action] === 'setDefault' && noDefault) findings.push(finding('DF-644', { ...names, action }, at));
  }
  return findings;
}
