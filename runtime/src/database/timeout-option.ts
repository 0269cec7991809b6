import { didYouMean } from '../errors/near-names.js';
import { errorOf, optionProblem } from './options/problems.js';
import { problemWith } from './options/value-type.js';

/** Reads the options of a method whose only one is `timeoutMs`, in milliseconds; undefined when it is left out. DF-403. */
export function readTimeout(method: string, options: unknown): number | undefined {
  if (typeof options !== 'object' || options === null) throw errorOf([optionProblem(method, 'an object is expected, such as { timeoutMs: 5000 }')]);
  const unknown = Object.keys(options).find((name) => name !== 'timeoutMs');
  if (unknown !== undefined) throw errorOf([optionProblem(`${method}.${unknown}`, `there is no such option${didYouMean(unknown, ['timeoutMs']) || '; there is timeoutMs'}`)]);
  const { timeoutMs } = options as { readonly timeoutMs?: unknown };
  if (timeoutMs === undefined) return undefined;
  // setTimeout takes no longer time.
  const problem = problemWith({ kind: 'integer', least: 1, most: 2 ** 31 - 1 }, timeoutMs);
  if (problem !== undefined) throw errorOf([optionProblem(`${method}.timeoutMs`, problem)]);
  return timeoutMs as number;
}
