import { parse } from 'postgres-array';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { arrayText } from '../../../runtime/src/codecs/array-text.js';

const texts = ['', 'plain', 'NULL', 'a,b', '{}', 'quote " and \\ backslash', '\\n', '\\\\n', 'line\nbreak', 'tab\t', '\u0001\u007f', 'ß €', '\u2028', '\ud800 alone', '🙂'];

for (const text of texts) {
  test(`the text ${JSON.stringify(text)} comes back`, () => {
    assert.equal(parse(arrayText([text])), [text]);
    assert.equal(parse(arrayText(['before', text, 'after'])), ['before', text, 'after']);
  });
}

test('other values', () => {
  assert.is(arrayText(['a', null]), '{"a",null}');
  assert.is(arrayText([]), '{}');
  assert.is(arrayText([1, -2.5, 1e21, null]), '{1,-2.5,1e+21,null}');
  assert.is(arrayText([true, false]), '{true,false}');
});

test.run();
