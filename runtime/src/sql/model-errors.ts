import { dfError, type DataFlowError } from '../errors/dataflow-error.js';
import { didYouMean } from '../errors/near-names.js';
import type { ModelFacts } from '../nodes/compiled-model.js';

/** DF-105 for a name that is no field of the model. `more` are other names that would be right there. */
export function unknownField(model: ModelFacts, name: string, more: readonly string[] = []): DataFlowError {
  const fields = [...model.byName.keys()];
  const known = [...fields, ...more];
  return dfError(
    'DF-105',
    { place: model.name, kind: name.startsWith('$') ? 'operator' : 'field', name, hint: didYouMean(name, known), known: known.join(', ') },
    { context: { model: model.name, field: name } },
  );
}
