import type { Finding } from '../errors/finding.js';
import { duplicateModels, duplicateTables, collidingNames, requiredCycles } from './project-rules.js';
import { columnRules } from './column-rules.js';
import { referenceRules } from './reference-rules.js';
import { keyRules } from './key-rules.js';
import type { ModelSchema } from './model-schema.js';

/**
 * Everything that must hold for models, whatever they were made from: pure functions from schemas to findings, in the
 * order of the models.
 * @param incomplete names of models that could not be read completely: others may refer to them and may not share their
 *   names, but what they hold is not judged
 */
export function checkModels(models: readonly ModelSchema[], incomplete: ReadonlySet<string> = new Set()): Finding[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const complete = models.filter(({ name }) => !incomplete.has(name));
  return [
    ...duplicateModels(models),
    ...duplicateTables(models),
    ...collidingNames(models),
    ...complete.flatMap((model) => [...columnRules(model), ...keyRules(model), ...referenceRules(model, byName, incomplete)]),
    ...requiredCycles(complete),
  ];
}
