import { didYouMean } from '../errors/near-names.js';
import type { TransactionOptions } from '../drivers/driver.js';
import type { CallOptions } from '../nodes/call-options.js';
import { isSignal } from '../nodes/check-call-options.js';
import { errorOf, optionProblem, type Problem } from './options/problems.js';
import { problemWith, type ValueType } from './options/value-type.js';

export interface DataFlowTransactionOptions extends TransactionOptions, CallOptions {
  /** How often the work is run again after a deadlock or a serialization failure. 3 by default. */
  readonly retries?: number;
}

/** Options of a transaction that were checked. */
export type TransactionSettings = DataFlowTransactionOptions & { readonly retries: number };

const types: { readonly [Name in Exclude<keyof DataFlowTransactionOptions, 'signal'>]-?: ValueType } = {
  isolation: { kind: 'choice', of: ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] },
  readOnly: { kind: 'boolean' },
  deferrable: { kind: 'boolean' },
  retries: { kind: 'integer', least: 0, most: 1_000_000 },
  // setTimeout takes no longer time.
  timeoutMs: { kind: 'integer', least: 1, most: 2 ** 31 - 1 },
};
const names = [...Object.keys(types), 'signal'];
const entries = Object.entries(types);
const defaults: TransactionSettings = { retries: 3 };

/** Checks the options of `transaction`; one that is undefined counts as left out. DF-403 with every problem in `context.problems`. */
export function readTransactionOptions(given?: DataFlowTransactionOptions): TransactionSettings {
  if (given === undefined) return defaults;
  const [first, ...others] = problemsOf(given);
  if (first !== undefined) throw errorOf([first, ...others]);
  return { ...given, retries: given.retries ?? defaults.retries };
}

function problemsOf(given: unknown): Problem[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [optionProblem('transaction', 'an object is expected')];
  const problems: Problem[] = [];
  const found = (name: string, problem: string): void => void problems.push(optionProblem(`transaction.${name}`, problem));
  const options = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) found(name, `there is no such option${didYouMean(name, names) || `; there are ${names.join(', ')}`}`);
  }
  for (const [name, type] of entries) {
    const problem = options[name] === undefined ? undefined : problemWith(type, options[name]);
    if (problem !== undefined) found(name, problem);
  }
  const { signal, deferrable, isolation, readOnly } = options;
  if (signal !== undefined && !isSignal(signal)) found('signal', 'an AbortSignal is expected');
  if (deferrable === true && (isolation !== 'serializable' || readOnly !== true)) found('deferrable', `it goes together with isolation: 'serializable' and readOnly: true`);
  return problems;
}
