import { finding, type Finding } from '../errors/finding.js';
import { didYouMean } from '../errors/near-names.js';
import type { ModelSchema } from './model-schema.js';

/** DF-640, DF-641, DF-646: indexes and unique keys are lists of different, comparable fields of the model. */
export function keyRules(model: ModelSchema): Finding[] {
  return [...keysRules(model, 'uniques'), ...keysRules(model, 'indexes')];
}

function keysRules(model: ModelSchema, option: 'uniques' | 'indexes'): Finding[] {
  const fields = new Map(model.fields.map((field) => [field.name, field]));
  return model[option].flatMap((key) => {
    const findings: Finding[] = [];
    const problem = key.length === 0 ? 'names no field' : new Set(key).size < key.length ? 'names a field twice' : undefined;
    if (problem) findings.push(finding('DF-646', { option, model: model.name, problem }, model.source));
    for (const name of new Set(key)) {
      const field = fields.get(name);
      const names = { model: model.name, field: name, option };
      if (!field) findings.push(finding('DF-640', { ...names, hint: didYouMean(name, fields.keys()) }, model.source));
      else if (field.type.kind === 'json') findings.push(finding('DF-641', names, field.source ?? model.source));
    }
    return findings;
  });
}
