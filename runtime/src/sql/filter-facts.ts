import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Condition } from './conditions.js';
import { parseFilter, type Filter, type ParsedFilter } from './filter.js';
import { Shape } from './shape-cache.js';

/**
 * Whether a filter can only be always true, and so means every row: `{}`, `{ $and: [] }`, `{ id: { $nin: [] } }`,
 * `{ id: { $ne: null } }`, `{ $or: [{}, …] }`. Raises what compiling the filter raises.
 */
export function isEverything(model: CompiledModel, filter: Filter): boolean {
  return outcomeOf(parseFilter(model, 'sqlite', filter, [], new Shape()).condition) === true;
}

/** The outcome of a condition for every row, undefined when rows decide. */
function outcomeOf(condition: Condition): boolean | undefined {
  switch (condition.kind) {
    case 'and': {
      const outcomes = condition.parts.map(outcomeOf);
      return outcomes.includes(false) ? false : outcomes.includes(undefined) ? undefined : true;
    }
    case 'or': {
      const outcomes = condition.parts.map(outcomeOf);
      return outcomes.includes(true) ? true : outcomes.includes(undefined) ? undefined : false;
    }
    case 'not': {
      const outcome = outcomeOf(condition.part);
      return outcome === undefined ? undefined : !outcome;
    }
    default:
      return condition.always;
  }
}

/** `uniqueKeyOf` a filter that was parsed: the same for all of its shape. */
export function keyOf(model: CompiledModel, filter: Filter, { shape }: ParsedFilter): readonly string[] | undefined {
  return shape.built(() => ({ key: uniqueKeyOf(model, filter) })).key;
}

/**
 * The unique key that a filter fixes: `['id']`, or a declared one of which every field has a plain value or `$eq`, not
 * null, at the top of the filter or within `$and`. Undefined when there is none.
 */
export function uniqueKeyOf(model: CompiledModel, filter: Filter): readonly string[] | undefined {
  const fixed = new Set<string>();
  collect(filter, fixed);
  if (fixed.has('id')) return idKey;
  return model.schema.uniques.find((names) => names.every((name) => fixed.has(name)));
}

export const idKey = ['id'] as const;

function collect(filter: unknown, fixed: Set<string>): void {
  if (typeof filter !== 'object' || filter === null) return;
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(value)) for (const part of value) collect(part, fixed);
    else if (isFixed(value)) fixed.add(name);
  }
}

function isFixed(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object' || value instanceof Date || ArrayBuffer.isView(value) || Array.isArray(value)) return true;
  const { $eq } = value as { $eq?: unknown };
  return $eq !== null && $eq !== undefined;
}
