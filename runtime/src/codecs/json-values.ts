import { describeValue, isStorable, textProblem } from './text-values.js';

/** Deeper than any data, shallow enough for every database's parser. */
const deepest = 1000;

/**
 * What keeps a value from going through JSON unchanged, in words with its place: `a Date at .from`. Undefined when
 * nothing does. Only plain objects, lists, strings, finite numbers, booleans and null are kept.
 */
export function problemWithJson(value: unknown): string | undefined {
  return problemAt(value, '', 0);
}

function problemAt(value: unknown, path: string, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return isStorable(value) ? undefined : textProblem(value) + placeOf(path);
    case 'number':
      return Number.isFinite(value) ? undefined : String(value) + placeOf(path);
    case 'boolean':
      return undefined;
    case 'object':
      break;
    default:
      return describeValue(value) + placeOf(path);
  }
  if (value === null) return undefined;
  if (depth >= deepest) return `an object that contains itself, or nests deeper than ${deepest} levels`;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = problemAt(value[i], `${path}[${i}]`, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of another realm (vm, test runners) have that realm's Object.prototype, the one whose prototype is null.
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) return describeObject(value) + placeOf(path);
  for (const key of Object.keys(value)) {
    if (!isStorable(key)) return `a key with ${textProblem(key).slice('a string with '.length)}${placeOf(path)}`;
    const problem = problemAt((value as Record<string, unknown>)[key], `${path}.${key}`, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function describeObject(value: object): string {
  const described = describeValue(value);
  return described === 'an object' ? `an object of class ${value.constructor?.name ?? 'unknown'}` : described;
}

function placeOf(path: string): string {
  return path === '' ? '' : ` at ${path.length > 60 ? `…${path.slice(-60)}` : path}`;
}
