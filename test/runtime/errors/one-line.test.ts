import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dfError } from '../../../runtime/src/errors/dataflow-error.js';

test('a message is one line of visible text, whatever the names in it hold', () => {
  const { message } = dfError('DF-105', { place: 'User', kind: 'field', name: 'a\nb\r\t\0\x1b[31m\x7f\u2028ä', hint: '', known: '' });
  assert.is(message, "DF-105: User has no field 'a\\nb\\r\\t\\u0000\\u001b[31m\\u007f\\u2028ä'");
});

test.run();
