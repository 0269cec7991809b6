import type { Column, ModelFacts } from 'dataflow-ts/compiler';
import type { Given, GivenProperty, GivenValues } from './given.js';
import { categoryOf, literalOf } from './value-types.js';

/** The unique key that conditions pin at their top level, as the generated contracts demand it. */
export function pinnedKey(values: GivenValues, given: Given, model: ModelFacts): readonly string[] | undefined {
  const object = values.object(given);
  if (!object) return undefined;
  const pinned = (name: string) => {
    const property = object.properties.get(name);
    return property !== undefined && isPinned(values, property);
  };
  return [['id'], ...model.schema.uniques].find((key) => key.every(pinned));
}

function isPinned(values: GivenValues, property: GivenProperty): boolean {
  if (property.optional) return false;
  return values.categories(property).every((category) => {
    if (category === 'unknown') return true;
    if (category !== 'object') return category !== 'null' && category !== 'undefined' && category !== 'list';
    const equal = values.object(property)?.properties.get('$eq');
    return equal !== undefined && !equal.optional && values.categories(equal).every((one) => !['null', 'undefined'].includes(one));
  });
}

/** Whether conditions can only be always true, by what is written in the call; undefined when rows, or other code, decide. */
export function isEverything(values: GivenValues, given: Given, model: ModelFacts): boolean | undefined {
  const object = values.object(given);
  if (!object || object.open) return undefined;
  const outcomes = [...object.properties.values()].map((property) => outcomeOf(values, property, model));
  return all(outcomes);
}

function outcomeOf(values: GivenValues, property: GivenProperty, model: ModelFacts): boolean | undefined {
  if (property.optional) return undefined;
  const { name } = property;
  if (name === '$not') {
    const inner = isEverything(values, property, model);
    return inner === undefined ? undefined : !inner;
  }
  if (name === '$and' || name === '$or') {
    if (values.length(property) === undefined) return undefined;
    const outcomes = (values.elements(property) ?? []).map((part) => isEverything(values, part, model));
    if (name === '$and') return all(outcomes);
    return outcomes.includes(true) ? true : outcomes.includes(undefined) ? undefined : false;
  }
  const column = model.byName.get(name);
  if (!column || values.categories(property).join() !== 'object') return undefined;
  const operators = [...(values.object(property)?.properties.values() ?? [])];
  return operators.length === 0 ? undefined : all(operators.map((operator) => operatorOutcome(values, operator, column)));
}

function operatorOutcome(values: GivenValues, operator: GivenProperty, column: Column): boolean | undefined {
  const isNull = categoryOf(values.context, operator.type) === 'null';
  switch (operator.name) {
    case '$nin':
      return values.length(operator) === 0 ? true : undefined;
    case '$in':
      return values.length(operator) === 0 ? false : undefined;
    case '$ne':
      return isNull && !column.nullable ? true : undefined;
    case '$null': {
      const literal = literalOf(values.context, operator.type)?.value;
      return !column.nullable && typeof literal === 'boolean' ? !literal : undefined;
    }
    default:
      return undefined;
  }
}

function all(outcomes: readonly (boolean | undefined)[]): boolean | undefined {
  return outcomes.includes(false) ? false : outcomes.includes(undefined) ? undefined : true;
}
