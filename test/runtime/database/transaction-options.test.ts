import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readTransactionOptions } from '../../../runtime/src/database/transaction-options.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';

function errorOf(options: unknown): DataFlowError {
  try {
    readTransactionOptions(options as never);
  } catch (error) {
    if (error instanceof DataFlowError) return error;
    throw error;
  }
  return assert.unreachable(`accepted: ${JSON.stringify(options)}`) as never;
}

test('defaults, and options that are right', () => {
  const { signal } = new AbortController();
  assert.equal(readTransactionOptions({}), { retries: 3 });
  assert.equal(readTransactionOptions({ isolation: 'serializable', retries: 0 }), { isolation: 'serializable', retries: 0 });
  assert.is(readTransactionOptions({ signal, timeoutMs: 1 }).signal, signal);
  assert.is(readTransactionOptions({ isolation: 'serializable', readOnly: true, deferrable: true }).deferrable, true);
  // Limits are handed on as they come.
  assert.equal(readTransactionOptions({ signal: undefined, timeoutMs: undefined } as never).retries, 3);
});

test('options that are wrong', () => {
  const wrong: readonly [options: unknown, option: string][] = [
    [null, 'transaction'], [[], 'transaction'], ['serializable', 'transaction'],
    [{ isolation: 'SERIALIZABLE' }, 'transaction.isolation'], [{ retries: -1 }, 'transaction.retries'], [{ retries: 1.5 }, 'transaction.retries'],
    [{ readOnly: 'yes' }, 'transaction.readOnly'], [{ timeoutMs: 0 }, 'transaction.timeoutMs'], [{ timeoutMs: 2 ** 31 }, 'transaction.timeoutMs'],
    [{ timeoutMs: '5' }, 'transaction.timeoutMs'], [{ signal: {} }, 'transaction.signal'], [{ signal: new AbortController() }, 'transaction.signal'],
    [{ deferrable: true }, 'transaction.deferrable'], [{ deferrable: true, isolation: 'serializable' }, 'transaction.deferrable'],
    [{ deferrable: true, readOnly: true, isolation: 'repeatable read' }, 'transaction.deferrable'],
  ];
  for (const [options, option] of wrong) {
    const error = errorOf(options);
    assert.is(error.code, 'DF-403');
    assert.is(error.context['option'], option);
    assert.ok(error.message.length <= 160, error.message);
  }
});

test('a misspelt option is answered with the right one, and all problems are named', () => {
  assert.match(errorOf({ retires: 1 }).message, "did you mean 'retries'?");
  assert.match(errorOf({ timeout: 1 }).message, "did you mean 'timeoutMs'?");
  const error = errorOf({ readonly: true, retries: -1 });
  assert.equal((error.context['problems'] as { option: string }[]).map(({ option }) => option), ['transaction.readonly', 'transaction.retries']);
});

test.run();
